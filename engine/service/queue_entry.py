"""A run that an engine has in hand, or the driver of a cluster."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.interval import Interval
from engine.runs.directory import Run
from engine.runs.status import LIVE
from engine.runs.writer import RunWriter
from engine.service.protocol import Job
from engine.service.slots import Slot
from engine.service.worker_link import WorkerLink
from engine.training.control import Control

# Longer than whoever submits many runs takes from one to the next.
GATHERING_SECONDS = 0.25

log = logging.getLogger(__name__)


@dataclass(eq=False)
class QueuedRun:
    """A run in hand. Its lock is held from the moment `writer` is made until it has ended, by whoever writes it.

    For as long as it is `gathering` others are awaited that may be trained with it."""

    config: RunConfig
    writer: RunWriter
    control: Control = field(default_factory=Control)
    gathering: Interval = field(default_factory=lambda: Interval(GATHERING_SECONDS))

    @property
    def run(self) -> Run:
        return self.writer.run

    @property
    def id(self) -> str:
        return self.run.id

    def reason_to_leave(self) -> str:
        """Why the run, which waits, is to wait no more: as it was asked to, or because it is another's now."""
        if self.run.lock.is_lost:
            return "another has taken it over"
        self.control.ask(self.run.take_request())
        return self.control.stop_reason


@dataclass(eq=False)
class Entry(QueuedRun):
    """A run in an engine's hands. Once it trains it has `slots` and a worker; while it waits, `reason` says why where
    that is not its turn alone."""

    slots: tuple[Slot, ...] = ()
    worker: WorkerLink | None = None
    reason: str = ""

    def withdraw(self, reason: str) -> None:
        """End the run, which waits, as it was asked to, and let go of it."""
        self.writer.end(self.control.ending(reason, **self.writer.figures()))
        if self.writer.unrecorded:
            log.error("the end of %s could not be recorded: %s", self.id, self.writer.unrecorded)
        self.writer.close()

    def fail(self, reason: str) -> None:
        """Write that the run has failed, which its worker no longer writes, unless it came to its end; let go of it."""
        try:
            writer = RunWriter(self.run, descriptor=self.run.lock.descriptor)
        except (UserError, OSError) as error:
            log.error("the failure of %s is not recorded: %s", self.id, error)
            return
        if writer.state.phase in LIVE:
            writer.fail(reason)
        writer.close()

    @property
    def job(self) -> Job:
        return Job(run=self.id, device=self.slots[0].device if self.slots else self.config.device, reason=self.reason)
