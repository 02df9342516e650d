"""Feeds the queue from the files of sweeps: a cell gets a run when its turn comes."""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import suppress
from typing import Protocol

from engine.errors import UserError
from engine.files import StoreError, is_full
from engine.home import Home
from engine.runs.directory import Run, new_id
from engine.runs.events import now
from engine.runs.lock import LockHeld
from engine.runs.status import FAILED, INTERRUPTED, LIVE, PRUNED, STOPPED, UNQUEUED
from engine.runs.steering import PRUNE, STOP
from engine.runs.summaries import summarise
from engine.service.protocol import Job
from engine.service.scheduler import QueueError
from engine.sweeps.place import ENGINE, Place
from engine.sweeps.result_reader import ResultReader
from engine.sweeps.search import Judge
from engine.sweeps.standing import CellStanding, cell_standing
from engine.sweeps.sweep_file import BY_REQUEST, SweepWriter, take_request

LOOK_EVERY, IDLE_EVERY = 0.1, 5.0

log = logging.getLogger(__name__)
Task = tuple[int, int]
# What is left to be trained: what has no run, and what was broken off or failed.
RESUMED = ("", STOPPED, UNQUEUED, INTERRUPTED, FAILED)


class RunQueue(Protocol):
    """Where the runs of sweeps are trained: an engine's slots, or a cluster."""

    @property
    def capacity(self) -> int:
        """How many runs it trains at once; 1 while that is not known."""

    @property
    def stack(self) -> int:
        """How many of one shape it trains in the place of one; 1 for none."""

    def submit(self, run: Run) -> None:
        """Train a run when its turn comes. Raises QueueError, StoreError or OSError."""

    def jobs(self) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The runs in training, and those that wait."""


class Feeding:
    """A sweep in hand: what is left to do, a cell and a seed each, and its runs in the queue or in training."""

    def __init__(self, home: Home, group: str, failed: bool, place: Place) -> None:
        self._home = home
        self.writer = SweepWriter(home, group)
        self.sweep = self.writer.sweep
        self.running: dict[str, Task] = {}
        self.reason = ""
        take_request(home, group)  # What was asked before was meant for another, which may have been killed.
        record = self.sweep.record
        self._results = ResultReader(home)
        self._judge = Judge(self.sweep) if record.reduction or record.trials else None
        self._to_judge = set(range(len(self.sweep.cells)))
        self._hopeless = {place for place in self._to_judge if self._standing(place).status == PRUNED}
        self.todo = deque(task for task in self.sweep.tasks if self._is_wanted(task, failed))
        self.writer.append(begun=now(), **place._asdict())

    def _is_wanted(self, task: Task, failed: bool) -> bool:
        """Whether a run is still to be trained; one that somebody trains already is awaited."""
        status = self.status(task)
        if task[0] in self._hopeless:
            return False
        if status in LIVE:
            self.running[self.sweep.runs[task]] = task
            return False
        return status == FAILED if failed else status in RESUMED

    def status(self, task: Task) -> str:
        """The status of a task's run; nothing where it has none that counts."""
        if not (id := self.sweep.runs.get(task)):
            return ""
        run = Run(self._home.runs / id)
        try:
            summary = summarise(run)
            return summary.status if summary.status in LIVE or summary.record.is_of_its_settings else ""
        except StoreError:
            return ""

    def _standing(self, place: int) -> CellStanding:
        return cell_standing(self.sweep, place, self._results)

    def take_end(self, id: str) -> None:
        """A run has ended: it is in hand no more."""
        cell, _ = self.running.pop(id)
        self._to_judge.add(cell)

    def next_run(self) -> Run:
        """The run of the next task: that which it has, to go on with, else a new one. Raises StoreError or OSError."""
        task = self.todo[0]
        record = self.sweep.record
        if self.status(task):
            return Run(self._home.runs / self.sweep.runs[task])
        cell, seed = task
        # Noted first: a run that nobody knows of would be trained again.
        id = new_id(now())
        self.writer.append(run=id, cell=cell, seed=seed)
        return Run.create(
            self._home,
            record.config(self.sweep.cells[cell], seed),
            name=record.name,
            tags=record.tags,
            note=record.note,
            preset=record.preset,
            group=record.group,
            of_sweep=True,
            keep_weights=record.keep_weights,
            id=id,
        )

    def judge(self, ahead: int) -> None:
        """End the cells that are hopeless and, of a search, draw more once fewer than `ahead` runs are left to begin.

        Raises UserError or OSError."""
        if self._judge is None or self.reason:
            return
        places = sorted(self._to_judge.union(cell for cell, _ in self.running.values()))
        self._to_judge.clear()
        for place in self._judge.take([self._standing(place) for place in places]):
            self._hopeless.add(place)
            self.todo = deque(task for task in self.todo if task[0] != place)
            for id, task in self.running.items():
                if task[0] == place:
                    Run(self._home.runs / id).request(PRUNE)
        while len(self.todo) < ahead and not self.is_drawn:
            place = len(self.sweep.cells)
            self.writer.append(cell=place, values=list(self._judge.draw()))
            self.todo.extend((place, seed) for seed in self.sweep.record.all_seeds)

    @property
    def is_drawn(self) -> bool:
        """Whether every cell there will be is there."""
        return bool(self.reason) or len(self.sweep.cells) >= self.sweep.record.trials

    def stop(self, reason: str) -> None:
        """Begin no more, and stop what has begun."""
        if not self.reason:
            self.reason = reason
            self.todo.clear()
            # Those that wait come first: none of them is to begin in the place of one that stops.
            for id in reversed(self.running):
                with suppress(OSError):  # One that cannot be asked trains to its end.
                    Run(self._home.runs / id).request(STOP)

    def close(self) -> None:
        """Let go of it."""
        try:
            self.writer.append(ended=now(), reason=self.reason)
        finally:
            self.writer.close()


class SweepFeeder(threading.Thread):
    """Keeps as many runs of every sweep waiting as are trained at once. Every public method may be called from any
    thread.

    It ends once it was told to leave and no run of a sweep is in hand. `place` is where the queue trains."""

    def __init__(self, home: Home, queue: RunQueue, place: Place = ENGINE) -> None:
        super().__init__(name="sweeps", daemon=True)
        self._home, self._queue, self._place = home, queue, place
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._feedings: dict[str, Feeding] = {}
        self._leaving = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The sweeps in hand, by the groups of their runs."""
        with self._lock:
            return tuple(self._feedings)

    def feed(self, group: str, failed: bool = False) -> None:
        """Train what is missing of a sweep, or what has failed of it. Raises QueueError, StoreError or OSError."""
        with self._lock:
            if self._leaving:
                raise QueueError("the engine is about to leave; try again in a moment")
            if group in self._feedings:
                raise QueueError(f"the sweep {group} is in training already")
            try:
                self._feedings[group] = Feeding(self._home, group, failed, self._place)
            except LockHeld:
                raise QueueError(f"the sweep {group} is in the hands of another engine") from None
        self._changed.set()

    def leave(self, reason: str) -> None:
        """Take no more sweeps, and begin no more runs."""
        with self._lock:
            self._leaving = reason
            for feeding in self._feedings.values():
                feeding.reason = feeding.reason or reason
                feeding.todo.clear()
        self._changed.set()

    def abandon(self, reason: str) -> None:
        """Let go of the sweeps, whose files say why, while runs of theirs are in training."""
        with self._lock:
            for feeding in self._feedings.values():
                feeding.reason = feeding.reason or reason
                with suppress(OSError):
                    feeding.close()
            self._feedings.clear()

    def run(self) -> None:
        while True:
            with self._lock:
                for group, feeding in list(self._feedings.items()):
                    self._look_safely(group, feeding)
                if self._leaving and not self._feedings:
                    return
                pause = LOOK_EVERY if self._feedings else IDLE_EVERY
            self._changed.wait(pause)
            self._changed.clear()

    def _look_safely(self, group: str, feeding: Feeding) -> None:
        try:
            self._look(group, feeding)
        except (UserError, OSError) as error:
            log.error("the sweep %s cannot go on: %s", group, error)
            feeding.stop(f"it cannot go on: {error}")
        except Exception:
            log.exception("the sweep %s could not be looked after", group)
            feeding.stop("it could not be looked after; see engine.log")

    def _look(self, group: str, feeding: Feeding) -> None:
        if feeding.writer.is_lost:
            log.error("the sweep %s was taken over by another engine", group)
            del self._feedings[group]
            feeding.writer.close()
            return
        if take_request(self._home, group):
            feeding.stop(BY_REQUEST)
        training, waiting = self._queue.jobs()
        held = {job.run for job in training + waiting}
        for id, task in list(feeding.running.items()):
            if id not in held and (status := feeding.status(task)) not in LIVE:
                feeding.take_end(id)
                if status == FAILED and feeding.sweep.record.fail_fast:
                    feeding.stop(f"{id} has failed")
        # A search learns from those before: it has no more on their way than it must.
        stack = 1 if feeding.sweep.record.trials else self._queue.stack
        ahead = self._queue.capacity * stack - sum(job.run in feeding.running for job in waiting)
        feeding.judge(ahead)
        for _ in range(ahead):
            if feeding.todo and not self._submit(feeding):
                break
        if not feeding.todo and not feeding.running and feeding.is_drawn:
            del self._feedings[group]
            feeding.close()

    def _submit(self, feeding: Feeding) -> bool:
        """Queue the next run; whether the queue took it. While the disk is full the sweep waits."""
        if is_full(self._home.runs):
            return False
        run, task = feeding.next_run(), feeding.todo[0]
        try:
            self._queue.submit(run)
        except QueueError as error:
            log.info("%s waits: %s", run.id, error)
            return False
        except StoreError as error:
            log.warning("%s is passed over: %s", run.id, error)
            feeding.todo.popleft()
            return True
        feeding.todo.popleft()
        feeding.running[run.id] = task
        return True
