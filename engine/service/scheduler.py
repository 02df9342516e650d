"""The runs an engine has in hand: those that workers train, each on a slot, and a queue of those that wait for one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from engine.errors import UserError
from engine.files import is_full
from engine.interval import Interval
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import Event, Notice, Progress
from engine.runs.status import LIVE
from engine.runs.writer import RunWriter
from engine.service.placement import Place, Placement
from engine.service.protocol import Job
from engine.service.queue_entry import Entry
from engine.service.slots import Occupant, Slot, Slots
from engine.service.stacking import may_grow, most_stacked, stack_with
from engine.service.worker_link import WorkerLink
from engine.service.worker_messages import Ended, EpochDone, HandedRun, Report
from engine.service.worker_pool import StartProcess, WorkerError, WorkerPool
from engine.training.slot_locks import SlotLocks

# Seconds between looks at what others may free, while runs wait and otherwise; what is done here is known at once.
LOOK_EVERY, CHECK_EVERY = 0.1, 1.0
# Longer than a worker takes to close a run's files after its last event.
LONGEST_END = 5.0
# Longer than a worker takes to stop at a step, be it an epoch, and to write a checkpoint.
LONGEST_STOP = 60.0
# Every status tells the whole queue, some hundred bytes a run, and every console asks for one every two seconds.
MOST_WAITING = 200
DROPPED = "taken out of the queue"

log = logging.getLogger(__name__)
Watch = Callable[[Run, Event], None]


class QueueError(UserError):
    """Something asked of the queue cannot be done; the message says why."""


class Scheduler(threading.Thread):
    """Hands each waiting run, or many of one shape together, to a worker when a slot is free; ends once it was told to
    leave and nothing is left in hand.

    Every public method may be called from any thread. `watch` is given the epochs of runs in training; `locks` are
    of the slots in use, and `is_wanted` says whether a worker is to be kept warm. Until the slots are known, all runs
    wait."""

    def __init__(
        self,
        start: StartProcess,
        watch: Watch,
        placement: Placement,
        locks: SlotLocks,
        is_wanted: Callable[[], object] = lambda: True,
    ) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._watch, self._placement, self._locks, self._is_wanted = watch, placement, locks, is_wanted
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._pool = WorkerPool(start, self._take_report, self._take_loss)
        self._training: list[Entry] = []
        self._waiting: list[Entry] = []
        self._slots: Slots | None = None
        self._leaving, self._patience = "", Interval.ended()

    def submit(self, run: Run) -> None:
        """Train `run` when its turn comes. Raises QueueError, StoreError or OSError when that cannot be."""
        config = run.record().config
        self._await_end(run)
        with self._lock:
            if self._leaving:
                raise QueueError("the engine is about to leave; try again in a moment")
            if self._find(run.id):
                raise QueueError(f"{run.id} is in training or in the queue already")
            if len(self._waiting) >= MOST_WAITING:
                raise QueueError(f"the queue is full: {MOST_WAITING} runs wait already")
            entry = Entry(config, RunWriter(run))
            entry.control.ask(run.take_request(void=entry.writer.void_request))
            self._waiting.append(entry)
            self._dispatch()
            if entry in self._waiting:
                with suppress(OSError):  # Without the note the run only looks busier than it is.
                    entry.writer.note_waiting()
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
            self._withdraw(self._waiting_entry(id), DROPPED)

    def jobs(self) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The runs in training, and those that wait, in their order."""
        with self._lock:
            return tuple(entry.job for entry in self._training), tuple(entry.job for entry in self._waiting)

    @property
    def idle(self) -> bool:
        """Whether no run is in training or waits."""
        with self._lock:
            return not self._training and not self._waiting

    @property
    def slots(self) -> Slots | None:
        """The slots, once they are known."""
        return self._slots

    @property
    def capacity(self) -> int:
        """How many slots there are; 1 before they are known."""
        return len(self._slots.all) if self._slots else 1

    @property
    def stack(self) -> int:
        """How many runs of one shape a slot trains together at most."""
        return max(most_stacked(self._slots, slot) for slot in self._slots.all) if self._slots else 1

    @property
    def has_loaded(self) -> bool:
        """Whether the slots are known and a worker has loaded PyTorch."""
        return self._slots is not None and self._pool.has_loaded

    @property
    def trouble(self) -> str:
        """Why PyTorch cannot be loaded."""
        return self._pool.trouble

    def workers(self) -> set[int]:
        with self._lock:
            return self._pool.processes()

    def occupants(self) -> dict[str, Occupant]:
        """By the names of slots who is on each; of runs that are trained together the first."""
        with self._lock:
            idle = {slot.name: self._pool.of_device(slot.device) for slot in self._slots.cards} if self._slots else {}
            occupants = {name: Occupant("", link.pid) for name, link in idle.items() if link}
            for entry in reversed(self._training):
                beside = sum(other.slots == entry.slots for other in self._training) - 1
                occupant = Occupant(entry.id, entry.worker.pid if entry.worker else 0, beside)
                occupants |= {slot.name: occupant for slot in entry.slots}
            return occupants

    def set_slots(self, slots: Slots) -> None:
        with self._lock:
            self._slots = slots
        self._changed.set()

    def leave(self, reason: str) -> None:
        """Accept no more runs and stop those in hand; a worker that does not stop in time is killed."""
        with self._lock:
            if not self._leaving:
                self._leaving = reason
                self._patience.begin(LONGEST_STOP)
            for entry in self._training:
                if entry.worker:
                    entry.worker.stop_runs(reason)
            for entry in list(self._waiting):
                self._withdraw(entry, reason)
        self._changed.set()

    def run(self) -> None:
        while not (self._leaving and self.idle):
            try:
                with self._lock:
                    self._look()
            except Exception:
                log.exception("the queue could not be looked after")
            self._changed.wait(LOOK_EVERY if self._waiting else CHECK_EVERY)
            self._changed.clear()
        with self._lock:
            ending = self._pool.dismiss()
        for link in ending:
            link.join()

    def _look(self) -> None:
        self._dispatch()
        if self._leaving and self._patience.is_over():
            for worker in {entry.worker for entry in self._training if entry.worker}:
                worker.kill(f"its worker was killed, as it had not stopped within {LONGEST_STOP:g} s")
        has_room = self._slots is None or bool(self._free())
        self._pool.keep(warm=has_room and not self._leaving and bool(self._is_wanted()))

    def _dispatch(self) -> None:
        """Begin what can be begun: who waits has a claim before those behind on what is free of its device."""
        for entry in list(self._waiting):
            if reason := entry.reason_to_leave():
                self._withdraw(entry, reason)
        if self._slots is None:
            return
        free = self._free()
        for entry in list(self._waiting):
            if entry not in self._waiting:
                continue  # It was begun together with another.
            fitting = self._slots.for_device(entry.config.device)
            if not fitting:
                self._waiting.remove(entry)
                entry.writer.fail(self._placement.refusal(entry.config.device, self._slots))
                entry.writer.close()
                continue
            place = self._placement.choose(entry.config, self._slots, free)
            if not place.slots:
                entry.reason = place.reason
                free = [slot for slot in free if place.reason or slot not in fitting]
                continue
            most = most_stacked(self._slots, place.slots[0])
            stack = stack_with(entry, self._waiting, most)
            if may_grow(stack, most) or self._begin(stack, place):
                free = [slot for slot in free if slot not in place.slots]

    def _free(self) -> list[Slot]:
        taken = {slot for entry in self._training for slot in entry.slots}
        slots = self._slots.all if self._slots else ()
        return [slot for slot in slots if slot not in taken and not self._locks.user_of(slot.key)]

    def _begin(self, stack: list[Entry], place: Place) -> bool:
        """Hand runs to a worker; they wait on where none can be had."""
        try:
            if is_full(stack[0].run.path):
                raise WorkerError(f"the disk is full: {stack[0].run.path.parent} cannot be written; make room")
            self._take(place.slots)
            worker = self._pool.take(place.slots[0].device)
        except WorkerError as error:
            self._give_back(place.slots)
            if stack[0].reason != str(error):
                log.warning("%s waits: %s", stack[0].id, error)
            stack[0].reason = str(error)
            return False
        for entry in stack:
            self._waiting.remove(entry)
            with suppress(OSError):  # A disk that takes no notice is found by the trainer, who says so.
                entry.writer.emit(Progress(task="waiting for a worker", done=0, total=0))
                for notice in place.notices:
                    entry.writer.emit(Notice(message=notice))
            entry.slots, entry.worker, entry.reason = place.slots, worker, ""
            self._training.append(entry)
        handed = {HandedRun(run=entry.id, paused=entry.control.paused): entry.writer.hand_over() for entry in stack}
        worker.train(handed, place.slots[0].device)
        return True

    def _withdraw(self, entry: Entry, reason: str) -> None:
        self._waiting.remove(entry)
        entry.withdraw(reason)

    def _take_report(self, worker: WorkerLink, report: Report) -> None:
        """What a worker says, in its thread."""
        entry = None
        with self._lock:
            self._pool.take_report(report)
            if isinstance(report, Ended | EpochDone):
                entry = next((entry for entry in self._of_worker(worker) if entry.id == report.run), None)
            if isinstance(report, Ended) and entry:
                worker.runs.discard(entry.id)
                if report.refused:
                    entry.fail(report.refused)
                if report.unrecorded:
                    log.error("the end of %s could not be recorded: %s", entry.id, report.unrecorded)
                self._release(entry)
        if isinstance(report, EpochDone) and entry:
            try:
                self._watch(entry.run, events.decode(report.line))
            except Exception:
                log.exception("an event could not be looked at")
        self._changed.set()

    def _take_loss(self, worker: WorkerLink, ending: str) -> None:
        """A worker has ended, for whatever reason: that costs what is in its hands alone."""
        with self._lock:
            self._pool.forget(worker)
            for entry in self._of_worker(worker):
                log.error("%s has failed: %s", entry.id, ending)
                try:
                    entry.fail(f"{ending}; resume the run to go on from its checkpoint")
                finally:
                    self._release(entry)
        self._changed.set()

    def _release(self, entry: Entry) -> None:
        entry.run.lock.release()
        self._training.remove(entry)
        if not any(other.worker is entry.worker for other in self._training):
            self._give_back(entry.slots)
            self._dispatch()

    def _take(self, slots: tuple[Slot, ...]) -> None:
        """Take slots before any other process does. Raises WorkerError."""
        for slot in slots:
            if not self._locks.take(slot.key):
                raise WorkerError(f"another process has just taken {slot.name}")

    def _give_back(self, slots: tuple[Slot, ...]) -> None:
        for slot in slots:
            self._locks.release(slot.key)

    def _of_worker(self, worker: WorkerLink) -> list[Entry]:
        return [entry for entry in self._training if entry.worker is worker]

    def _await_end(self, run: Run) -> None:
        """Wait until the worker has let go of a run whose end can be read already."""
        deadline = Interval(LONGEST_END)
        while self._find(run.id) in self._training and not deadline.is_over():
            if run.state(steps=False).phase in LIVE:
                return
            time.sleep(0.01)

    def _find(self, id: str) -> Entry | None:
        return next((entry for entry in self._training + self._waiting if entry.id == id), None)

    def _waiting_entry(self, id: str) -> Entry:
        for entry in self._waiting:
            if entry.id == id:
                return entry
        raise QueueError(f"{id} does not wait in the queue")
