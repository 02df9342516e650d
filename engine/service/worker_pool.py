"""The workers of an engine: started when a run needs one, one kept warm, the idle sent away."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from engine.errors import UserError
from engine.interval import Interval
from engine.service.device_stats import processor_memory
from engine.service.worker_link import Process, WorkerLink
from engine.service.worker_messages import Loaded, Report, Trouble
from engine.training.cores import PROCESSOR

# A worker that has trained keeps its memory, and its card, so long for another run.
IDLE_SECONDS = 30.0
# After a worker that ended before it was of use, none is started on the mere chance that a run comes.
REST_SECONDS = 60.0
# What PyTorch, the data and a small network take of the machine's memory.
WORKER_MEMORY = 700 << 20

log = logging.getLogger(__name__)
StartProcess = Callable[[], tuple[Process, socket.socket]]


class WorkerError(UserError):
    """No worker can be had now; the message says why."""


class WorkerPool:
    """Workers in hand. Not for several threads at once: the scheduler's lock is held by whoever calls.

    `report` and `lost` are called in a worker's own thread, as `WorkerLink` does."""

    def __init__(
        self, start: StartProcess, report: Callable[[WorkerLink, Report], None], lost: Callable[[WorkerLink, str], None]
    ) -> None:
        self._start, self._report, self._lost = start, report, lost
        self._links: list[WorkerLink] = []
        self._rest = Interval.ended()
        self.has_loaded = False
        self.trouble = ""

    def take(self, device: str) -> WorkerLink:
        """A worker for a device: one that has it already, else one that occupies no card, else a new one.

        Raises WorkerError."""
        idle = self._idle()
        for devices in ((device,), ("", PROCESSOR)):
            for link in idle:
                if link.device in devices:
                    return link
        return self._started()

    def of_device(self, device: str) -> WorkerLink | None:
        """The idle worker that a device was used by last."""
        return next((link for link in self._idle() if link.device == device), None)

    def processes(self) -> set[int]:
        return {link.pid for link in self._links}

    def keep(self, warm: bool) -> None:
        """Send away those that have been idle for long; with `warm` keep or start one that occupies no card."""
        spare = [link for link in self._idle() if link.device in ("", PROCESSOR)]
        warm_link = spare[0] if warm and spare else None
        for link in self._idle():
            if link is not warm_link and link.idle.passed >= IDLE_SECONDS:
                link.dismiss()
        if warm and not spare and self._rest.is_over():
            try:
                self._started()
            except WorkerError as error:
                self._rest.begin(REST_SECONDS)
                log.warning("no worker is kept warm: %s", error)

    def take_report(self, report: Report) -> None:
        """Learn from a report whether PyTorch can be loaded."""
        if isinstance(report, Loaded):
            self.has_loaded, self.trouble = True, ""
        elif isinstance(report, Trouble):
            self.trouble = report.message

    def forget(self, link: WorkerLink) -> None:
        self._links.remove(link)
        if not link.is_loaded and not link.is_leaving:
            self._rest.begin(REST_SECONDS)

    def dismiss(self) -> list[WorkerLink]:
        """Send all of them away: those that are about to end, to be waited for."""
        for link in self._links:
            link.dismiss()
        return list(self._links)

    def _idle(self) -> list[WorkerLink]:
        return [link for link in self._links if not link.runs and not link.is_leaving]

    def _started(self) -> WorkerLink:
        free = processor_memory().memory_free
        if self._links and free is not None and free < WORKER_MEMORY:
            raise WorkerError(f"memory is short: {free >> 20:,} MiB are free, a worker takes {WORKER_MEMORY >> 20:,}")
        try:
            process, connection = self._start()
            link = WorkerLink(process, connection, self._report, self._lost)
            link.start()
        except (OSError, RuntimeError) as error:
            raise WorkerError(f"no worker can be started: {error}") from None
        self._links.append(link)
        return link
