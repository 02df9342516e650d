"""What an engine does for those who ask: each request is answered by one reply."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine import __version__
from engine.datasets.memory_cache import DatasetCache
from engine.errors import UserError
from engine.home import Home
from engine.runs import leftovers
from engine.runs.directory import Run
from engine.runs.queue_order import write_order
from engine.service.epoch_times import EpochTimes
from engine.service.protocol import (
    Accepted,
    Continue,
    Device,
    DeviceList,
    Devices,
    Drop,
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

if TYPE_CHECKING:
    from engine.service.device_stats import DeviceStats

log = logging.getLogger(__name__)
LONGEST_REFUSAL = 2000
ASKED_TO_LEAVE = "the engine was asked to leave"


class Service:
    """Answers requests, from any thread. `attached` counts the connections; `leave` makes the engine leave."""

    def __init__(self, home: Home, attached: Callable[[], int], leave: Callable[[str], None]) -> None:
        self._home, self._attached, self._leave = home, attached, leave
        self._since = time.time()
        self._times = EpochTimes()
        self._device_stats: DeviceStats | None = None
        self._trouble = ""
        self._ordering = threading.Lock()
        self.scheduler = Scheduler(DatasetCache().load, self._times.watch)

    def start(self) -> None:
        """Begin to look after the queue, and load PyTorch meanwhile."""
        self.scheduler.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

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
            torch_loaded=self._device_stats is not None,
            trouble=self._trouble,
            training=training,
            waiting=waiting,
        )

    def _start(self, wanted: Start) -> Accepted:
        run = Run.create(
            self._home,
            wanted.config,
            name=wanted.run_name,
            tags=wanted.tags,
            note=wanted.note,
            preset=wanted.preset,
            group=wanted.group,
            parent=wanted.parent,
        )
        try:
            self.scheduler.submit(run)
        except BaseException:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        return Accepted(run=run.id)

    def _devices(self, wanted: Devices) -> DeviceList:
        if self._device_stats is None:
            return DeviceList(torch_loaded=False, devices=())
        import torch

        from engine.training import devices

        training, _ = self.scheduler.jobs()
        busy = {job.device: job.run for job in training}
        found = []
        for name in devices.available():
            description = devices.describe(torch.device(name))
            usage = self._device_stats.read(torch.device(name))
            found.append(
                Device(
                    name=name,
                    description=description,
                    memory_total=usage.memory_total,
                    memory_free=usage.memory_free,
                    utilisation=usage.utilisation,
                    run=busy.get(name, ""),
                    epoch_seconds=self._times.epoch_seconds(wanted.config, description) if wanted.config else None,
                )
            )
        return DeviceList(torch_loaded=True, devices=tuple(found))

    def _warm_up(self) -> None:
        try:
            leftovers.clear(self._home)
            self._times.learn_from(self._home)
            import engine.training.trainer  # noqa: F401  What a run needs.
            from engine.service.device_stats import DeviceStats
            from engine.training import devices

            self.scheduler.set_devices(tuple(devices.available()))
            self._device_stats = DeviceStats()
        except Exception as error:
            log.exception("PyTorch cannot be loaded")
            self._trouble = f"PyTorch cannot be loaded: {error}"[:LONGEST_REFUSAL]


def _refusal(message: str) -> Refused:
    return Refused(message=message[:LONGEST_REFUSAL])
