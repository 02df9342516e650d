"""The runs an engine has in hand: one trainer thread a device, and a queue of those that wait for theirs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.runs.directory import Run
from engine.runs.events import Ending, Event
from engine.service.protocol import Job
from engine.training.control import Control
from engine.training.trainer_thread import Load, TrainerThread

LOOK_EVERY, CHECK_EVERY = 0.1, 1.0
MOST_WAITING = 200
DROPPED = "taken out of the queue"

log = logging.getLogger(__name__)
Watch = Callable[[Run, Event], None]


class QueueError(UserError):
    """Something asked of the queue cannot be done; the message says why."""


@dataclass(eq=False)
class Entry:
    """A run in hand; its trainer holds the run's lock from the moment it is made."""

    config: RunConfig
    trainer: TrainerThread
    lacks_thread: bool = False

    @property
    def control(self) -> Control:
        """The handle by which it is paused, resumed and stopped."""
        return self.trainer.control

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.trainer.trained.id


class Scheduler(threading.Thread):
    """Starts each waiting run when its device is free; ends once it was told to leave and nothing is left in hand.

    Every public method may be called from any thread. `watch` is given every event, in the thread of its trainer.
    Until the devices are known, all runs count as for one."""

    def __init__(self, load: Load, watch: Watch) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._load, self._watch = load, watch
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._training: list[Entry] = []
        self._waiting: list[Entry] = []
        self._devices: tuple[str, ...] = ()
        self._leaving = ""

    def submit(self, run: Run) -> None:
        """Train `run` when its turn comes. Raises QueueError, StoreError or OSError when that cannot be."""
        config = run.record().config
        with self._lock:
            self._clear()
            if self._leaving:
                raise QueueError("the engine is about to leave; try again in a moment")
            if self._find(run.id):
                raise QueueError(f"{run.id} is in training or in the queue already")
            if len(self._waiting) >= MOST_WAITING:
                raise QueueError(f"the queue is full: {MOST_WAITING} runs wait already")
            entry = Entry(config, TrainerThread(run, on_event=lambda event: self._take(run, event), load=self._load))
            self._waiting.append(entry)
            self._dispatch()
            if entry in self._waiting:
                with suppress(OSError):  # Without the note the run only looks busier than it is.
                    entry.trainer.wait_turn()
        self._changed.set()

    def move(self, id: str, by: int) -> None:
        """Move a waiting run by so many places, to the front when negative. Raises QueueError when it does not wait."""
        with self._lock:
            entry = self._waiting_entry(id)
            place = max(0, self._waiting.index(entry) + by)
            self._waiting.remove(entry)
            self._waiting.insert(place, entry)

    def drop(self, id: str) -> None:
        """Take a waiting run out of the queue; it reads as unqueued. Raises QueueError when it does not wait."""
        with self._lock:
            entry = self._waiting_entry(id)
            entry.control.stop(DROPPED)
            self._withdraw(entry)

    def jobs(self) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The runs in training, and those that wait, in their order."""
        with self._lock:
            self._clear()
            training, waiting = (
                tuple(Job(run=entry.id, device=self._device_of(entry)) for entry in entries)
                for entries in (self._training, self._waiting)
            )
            return training, waiting

    @property
    def idle(self) -> bool:
        """Whether no run is in training or waits."""
        with self._lock:
            return not self._training and not self._waiting

    def set_devices(self, devices: tuple[str, ...]) -> None:
        """Tell which devices there are, the one `auto` means first."""
        with self._lock:
            self._devices = devices
        self._changed.set()

    def leave(self, reason: str) -> None:
        """Accept no more runs and stop those in hand."""
        with self._lock:
            self._leaving = self._leaving or reason
            for entry in self._training + self._waiting:
                entry.control.stop(reason)
            for entry in list(self._waiting):
                self._withdraw(entry)
        self._changed.set()

    def run(self) -> None:
        while not (self._leaving and self.idle):
            self._changed.wait(self._rest())
            self._changed.clear()
            try:
                with self._lock:
                    self._look()
            except Exception:
                log.exception("the queue could not be looked after")

    def _rest(self) -> float | None:
        """How long nothing needs to be looked at, unless something changes."""
        with self._lock:
            if self._waiting:
                return LOOK_EVERY
            return CHECK_EVERY if self._training else None

    def _look(self) -> None:
        self._clear()
        for entry in list(self._waiting):
            entry.control.ask(entry.trainer.trained.take_request())
            if entry.control.stop_reason:
                self._withdraw(entry)
        self._dispatch()

    def _dispatch(self) -> None:
        busy = {self._device_of(entry) for entry in self._training}
        for entry in list(self._waiting):
            device = self._device_of(entry)
            if device not in busy:
                busy.add(device)
                self._begin(entry)

    def _begin(self, entry: Entry) -> None:
        """Start a run; it waits on where the system allows no more threads."""
        try:
            entry.trainer.start()
        except RuntimeError as error:
            if not entry.lacks_thread:
                log.warning("%s waits: %s", entry.id, error)
            entry.lacks_thread = True
            return
        self._waiting.remove(entry)
        self._training.append(entry)

    def _withdraw(self, entry: Entry) -> None:
        """Let the trainer of a waiting run write its last event; stopped beforehand, it does nothing else."""
        self._waiting.remove(entry)
        entry.trainer.run()

    def _clear(self) -> None:
        """Let go of the runs that have ended."""
        for entry in list(self._training):
            if entry.trainer.ending or not entry.trainer.is_alive():
                self._reap(entry)

    def _reap(self, entry: Entry) -> None:
        entry.trainer.join()
        self._training.remove(entry)
        if entry.trainer.unrecorded:
            log.error("the end of %s could not be recorded: %s", entry.id, entry.trainer.unrecorded)
        entry.trainer.trained.lock.release()  # A trainer that died of its own error still has it.

    def _take(self, run: Run, event: Event) -> None:
        try:
            self._watch(run, event)
        except Exception:
            log.exception("an event could not be looked at")
        if isinstance(event, Ending):
            self._changed.set()

    def _device_of(self, entry: Entry) -> str:
        if not self._devices:
            return ""
        wanted = entry.config.device
        return {"auto": self._devices[0], "cuda": "cuda:0"}.get(wanted, wanted)

    def _find(self, id: str) -> Entry | None:
        return next((entry for entry in self._training + self._waiting if entry.id == id), None)

    def _waiting_entry(self, id: str) -> Entry:
        for entry in self._waiting:
            if entry.id == id:
                return entry
        raise QueueError(f"{id} does not wait in the queue")
