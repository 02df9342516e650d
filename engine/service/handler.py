"""What an engine does for those who ask: each request is answered by one reply."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from engine import __version__
from engine.errors import UserError
from engine.home import Home
from engine.runs import leftovers
from engine.runs.directory import Run
from engine.runs.queue_order import write_order
from engine.service import worker_link
from engine.service.device_choice import DeviceChoice
from engine.service.device_list import device_list
from engine.service.device_stats import FIRST_SECONDS, DeviceStats, DeviceUsage, with_user
from engine.service.epoch_times import EpochTimes
from engine.service.placement import Placement
from engine.service.protocol import (
    Accepted,
    Continue,
    DeviceList,
    Devices,
    Drop,
    FeedSweep,
    Move,
    Ping,
    ProtocolError,
    Quit,
    Refused,
    Reply,
    Request,
    Start,
    Status,
    decode_request,
)
from engine.service.scheduler import Scheduler
from engine.service.slots import Slot, find_slots, needs_probe
from engine.service.sweep_feeder import SweepFeeder
from engine.service.worker_pool import StartProcess
from engine.training.slot_locks import SlotLocks

log = logging.getLogger(__name__)
LONGEST_REFUSAL = 2000
ASKED_TO_LEAVE = "the engine was asked to leave"


class Service:
    """Answers requests, from any thread. `attached` counts the connections; `leave` makes the engine leave.

    `choice` narrows the devices; `start` starts the process of a worker."""

    def __init__(
        self,
        home: Home,
        attached: Callable[[], int],
        leave: Callable[[str], None],
        choice: DeviceChoice | None = None,
        start: StartProcess | None = None,
    ) -> None:
        self._home, self._attached, self._leave = home, attached, leave
        self._choice = choice or DeviceChoice()
        self._since = time.time()
        self._times = EpochTimes()
        self._stats = DeviceStats()
        self._locks = SlotLocks(home)
        self._ordering = threading.Lock()
        self.scheduler = Scheduler(
            start or partial(worker_link.start_process, home),
            self._times.watch,
            Placement(self._usage),
            self._locks,
            attached,
        )
        self._sweeps = SweepFeeder(home, self.scheduler)

    @property
    def idle(self) -> bool:
        """Whether no run is in training or waits, and no sweep has any to come."""
        return self.scheduler.idle and not self._sweeps.groups

    def start(self) -> None:
        """Begin to look after the queue, and for the devices, with a worker that loads PyTorch meanwhile."""
        self.scheduler.start()
        self._sweeps.start()
        if not needs_probe(self._choice):
            self.scheduler.set_slots(find_slots(self._choice))
        threading.Thread(target=self._prepare, name="prepare", daemon=True).start()

    def leave(self, reason: str) -> None:
        """Accept no more runs and stop those in hand."""
        self._sweeps.leave(reason)
        self.scheduler.leave(reason)

    @property
    def has_left(self) -> bool:
        """Whether nothing is in hand any more since it was told to leave."""
        return not (self.scheduler.is_alive() or self._sweeps.is_alive())

    def answer(self, line: bytes) -> Reply:
        """The reply to a line that may be anything; an error becomes a refusal."""
        try:
            return self._answer(decode_request(line))
        except (ProtocolError, UserError) as error:
            return _refusal(str(error))
        except OSError as error:
            return _refusal(f"{error.filename or self._home.path}: {error.strerror or error}")
        except Exception as error:
            log.exception("a request could not be answered")
            return _refusal(f"unexpected {type(error).__name__}: {error} (see {self._home.path / 'engine.log'})")

    def _answer(self, request: Request[Any]) -> Reply:
        match request:
            case Start():
                return self._start(request)
            case Continue():
                self.scheduler.submit(Run(self._home.runs / request.run))
                self._note_order()
                return Accepted(run=request.run)
            case Move():
                self.scheduler.move(request.run, request.by)
                self._note_order()
            case Drop():
                self.scheduler.drop(request.run)
            case Devices():
                return self._devices(request)
            case FeedSweep():
                self._sweeps.feed(request.group, request.failed)
            case Quit():
                self._leave(ASKED_TO_LEAVE)
            case Ping():
                pass
        return self._status()

    def _note_order(self) -> None:
        """Tell all who list runs in which order the queue is now."""
        with self._ordering, suppress(OSError):  # The queue is as it is, even where its places cannot be told.
            _, waiting = self.scheduler.jobs()
            write_order(self._home, [job.run for job in waiting])

    def _status(self) -> Status:
        training, waiting = self.scheduler.jobs()
        return Status(
            pid=os.getpid(),
            version=__version__,
            since=self._since,
            attached=self._attached(),
            torch_loaded=self.scheduler.has_loaded,
            trouble=self.scheduler.trouble[:LONGEST_REFUSAL],
            training=training,
            waiting=waiting,
            sweeps=self._sweeps.groups,
            choice=self._choice.text,
        )

    def _start(self, request: Start) -> Accepted:
        run = Run.create(
            self._home,
            request.config,
            name=request.run_name,
            tags=request.tags,
            note=request.note,
            preset=request.preset,
            group=request.group,
            parent=request.parent,
            keep_weights=request.keep_weights,
        )
        try:
            self.scheduler.submit(run)
        except BaseException:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        return Accepted(run=run.id)

    def _devices(self, request: Devices) -> DeviceList:
        slots = self.scheduler.slots
        if slots is None:
            return DeviceList(torch_loaded=False, devices=())
        return device_list(
            slots,
            self._usage,
            self.scheduler.occupants(),
            lambda slot: self._times.epoch_seconds(request.config, slot.description) if request.config else None,
            self.scheduler.has_loaded,
        )

    def _usage(self, slot: Slot) -> DeviceUsage:
        """How a slot is used, with the processes of others alone: those on a card, and who trains beside the engine."""
        usage, ours = self._stats.read(slot.device, slot.uuid), self.scheduler.workers()
        usage = with_user(usage, self._locks.user_of(slot.key))
        return replace(usage, processes=tuple(pid for pid in usage.processes if pid not in ours))

    def _prepare(self) -> None:
        """Find the cards, where there may be any, and learn from the runs there are."""
        try:
            if self.scheduler.slots is None:
                slots = find_slots(self._choice)
                for fault in slots.faults:
                    log.warning("%s", fault)
                if slots.cards:
                    self._stats.wait(FIRST_SECONDS)
                self.scheduler.set_slots(slots)
            leftovers.clear(self._home)
            self._times.learn_from(self._home)
        except Exception:
            log.exception("what earlier runs tell is not known")


def _refusal(message: str) -> Refused:
    return Refused(message=message[:LONGEST_REFUSAL])
