"""The runs that a driver has in hand: those that wait for a trainer of the cluster, and those that are trained.

Each run's directory is written here, by the holder of its lock, from what its trainer has gained; what is asked of the
run in its directory is passed on to the trainer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from engine.cluster.connection import ClusterError
from engine.cluster.nodes import Need, Nodes
from engine.cluster.run_mirror import CHECKPOINT, RunContent, deliver
from engine.cluster.trainer_pool import TrainerLink, TrainerLost, TrainerPool
from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.datasets.memory_cache import DatasetCache
from engine.errors import UserError
from engine.home import Home
from engine.interval import Interval
from engine.runs.directory import Run
from engine.runs.events import Event, Notice, Progress, RunFailed
from engine.runs.steering import STOP
from engine.runs.writer import RunWriter
from engine.service.protocol import Job
from engine.service.scheduler import QueueError
from engine.training.control import Control

LOOK_EVERY, TAKE_SECONDS = 0.1, 0.25
# A head node that comes back sooner was only away.
LONGEST_FAILING = 60.0
# Trainers that a run may lose one after the other with no checkpoint in between.
MOST_LOSSES = 3

log = logging.getLogger(__name__)


def put_in_store(data: Dataset) -> Any:
    """The reference of a data set in the cluster's object store."""
    import ray

    return ray.put(data)


@dataclass(eq=False)
class Entry:
    """A run in hand; its lock is held from the moment `writer` is made until it has ended.

    `notices` are about the cluster, for who watches the run."""

    config: RunConfig
    writer: RunWriter
    need: Need
    control: Control = field(default_factory=Control)
    node: str = ""
    notices: list[str] = field(default_factory=list)
    losses: int = 0

    @property
    def run(self) -> Run:
        return self.writer.run


class _Stopped(Exception):
    """The run was stopped before its trainer began."""


class ClusterQueue(threading.Thread):
    """Hands each waiting run to a trainer when Ray has placed one; ends once it was told to leave and nothing is left
    in hand. Every public method may be called from any thread.

    Runs like `base` tell how many there is room for; on a GPU each takes such a `share` of it. `make_pool` makes the
    trainers of a need, and `place` puts a data set where they find it."""

    def __init__(
        self,
        home: Home,
        nodes: Nodes,
        base: RunConfig,
        share: float = 1.0,
        make_pool: Callable[[Need, Nodes], TrainerPool] = TrainerPool,
        place: Callable[[Dataset], Any] = put_in_store,
    ) -> None:
        super().__init__(name="cluster queue", daemon=True)
        self._nodes, self._base, self._share, self._make_pool = nodes, base, share, make_pool
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._waiting: list[Entry] = []
        self._training: list[Entry] = []
        self._pools: dict[Need, TrainerPool] = {}
        self._data = _Data(home, place)
        self._failing: Interval | None = None
        self._leaving = False
        self.trouble = ""

    @property
    def stack(self) -> int:
        """A trainer of the cluster takes one run at a time."""
        return 1

    @property
    def capacity(self) -> int:
        """How many runs the cluster trains at once."""
        return max(1, self._nodes.capacity(self._nodes.need(self._base, self._share)))

    def submit(self, run: Run) -> None:
        """Train `run` when its turn comes. Raises QueueError, StoreError or OSError when that cannot be."""
        config = run.record().config
        with self._lock:
            if self._leaving:
                raise QueueError("the driver is about to leave")
            entry = Entry(config, RunWriter(run), self._nodes.need(config, self._share))
            entry.control.ask(run.take_request(void=entry.writer.void_request))
            self._waiting.append(entry)
            with suppress(OSError):  # Without the note the run only looks busier than it is.
                entry.writer.note_waiting()
        self._changed.set()

    def jobs(self) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The runs in training, and those that wait, in their order."""
        with self._lock:
            return (
                tuple(Job(run=entry.run.id, device=entry.node) for entry in self._training),
                tuple(Job(run=entry.run.id, device=entry.config.device) for entry in self._waiting),
            )

    def leave(self) -> None:
        """Accept no more runs and stop those in hand."""
        with self._lock:
            self._leaving = True
            for entry in self._waiting + self._training:
                entry.control.ask(STOP)
        self._changed.set()

    def run(self) -> None:
        while True:
            with self._lock:
                if self._leaving and not (self._waiting or self._training):
                    break
                self._look_safely()
            self._changed.wait(LOOK_EVERY)
            self._changed.clear()
        for pool in self._pools.values():
            pool.close()

    def _look_safely(self) -> None:
        """Look, and see that there is trouble once that has failed for long."""
        try:
            self._look()
        except Exception as error:
            if self._failing is None:
                self._failing = Interval(LONGEST_FAILING)
                log.exception("the cluster could not be looked after")
            elif self._failing.is_over():
                self.trouble = f"the Ray cluster has gone: {error}"
        else:
            self._failing = None

    def _look(self) -> None:
        self._nodes.look()
        for entry in list(self._waiting):
            entry.control.ask(entry.run.take_request())
            if entry.control.stop_reason:
                self._withdraw(entry)
            elif not self._nodes.capacity(entry.need) and self._nodes.accepted:
                self._waiting.remove(entry)
                entry.writer.fail(f"no node of the Ray cluster has a {'GPU' if entry.need.gpus else 'CPU'} to train on")
                entry.writer.close()
        for need in {entry.need for entry in self._waiting} - self._pools.keys():
            self._pools[need] = self._make_pool(need, self._nodes)
        for need, pool in self._pools.items():
            pool.look(sum(entry.need == need for entry in self._waiting))
        for entry in list(self._waiting):
            if trainer := self._pools[entry.need].take():
                self._waiting.remove(entry)
                self._training.append(entry)
                entry.node, entry.notices = trainer.node, self._nodes.take_refusals()
                threading.Thread(target=self._train, args=(entry, trainer), name=entry.run.id, daemon=True).start()

    def _withdraw(self, entry: Entry) -> None:
        """End a run that waits."""
        self._waiting.remove(entry)
        entry.writer.end(entry.control.ending(entry.control.stop_reason, **entry.writer.figures()))
        entry.writer.close()

    def _train(self, entry: Entry, trainer: TrainerLink) -> None:
        """Have a run trained to its end, in a thread of its own."""
        kept = False
        try:
            self._follow(entry, trainer)
            # After a failure on a card its context may be broken, and goes with the trainer.
            kept = not (entry.need.gpus and isinstance(entry.writer.ending, RunFailed))
        except TrainerLost as lost:
            if entry.writer.ending is None and self._goes_on_elsewhere(entry, lost):
                trainer.dismiss()
                return
        except _Stopped:
            entry.writer.end(entry.control.ending(entry.control.stop_reason, **entry.writer.figures()))
            kept = True
        except UserError as error:
            _fail(entry, str(error))
        except OSError as error:
            _fail(entry, _of_disk(entry.run, error))
        except Exception as error:
            log.exception("%s could not be followed", entry.run.id)
            _fail(entry, f"unexpected {type(error).__name__}: {error} (see ray.log)")
        if entry.writer.unrecorded:
            log.error("the end of %s could not be recorded: %s", entry.run.id, entry.writer.unrecorded)
        entry.writer.close()
        with self._lock:
            self._training.remove(entry)
            if kept:
                self._pools[entry.need].give_back(trainer)
            else:
                trainer.dismiss()
        self._changed.set()

    def _follow(self, entry: Entry, trainer: TrainerLink) -> None:
        """Write what a run gains until it has ended. Raises TrainerLost, UserError or OSError."""
        writer = entry.writer
        for notice in entry.notices:
            writer.emit(Notice(message=notice))
        writer.emit(Progress(task=f"waiting for {trainer.node}", done=0, total=0))
        data = self._data.placed(entry)
        trainer.begin(RunContent.of(entry.run), data, entry.need.device, entry.control.paused)
        is_told = False
        while True:
            word = entry.run.take_request()
            entry.control.ask(word)
            if entry.control.stop_reason and not is_told:
                is_told, word = True, word or STOP
            if word:
                trainer.ask(word)
            parcel = trainer.take(TAKE_SECONDS)
            deliver(parcel, writer)
            if CHECKPOINT in parcel.files:
                entry.losses = 0
            if parcel.done:
                break
        if writer.ending is None:
            raise ClusterError("its trainer has ended without a word; resume the run to go on from its checkpoint")

    def _goes_on_elsewhere(self, entry: Entry, lost: TrainerLost) -> bool:
        """Queue a run anew whose trainer has gone, unless it is what ends them; whether it was."""
        entry.losses += 1
        if entry.losses > MOST_LOSSES:
            _fail(entry, f"{entry.losses} trainers have ended one after the other, the last on {entry.node}: {lost}")
            return False
        saved = entry.writer.state.checkpoint
        place = f"its checkpoint after step {saved.step:,}" if saved else "the beginning"
        try:
            entry.writer.emit(Notice(message=f"{entry.node} has gone; the run goes on elsewhere from {place}"))
        except OSError as error:
            _fail(entry, _of_disk(entry.run, error))
            return False
        with self._lock:
            self._training.remove(entry)
            self._waiting.insert(0, entry)
            entry.node = ""
        self._changed.set()
        return True


class _Data:
    """Data sets in the cluster's object store, from where each goes to a node once."""

    def __init__(self, home: Home, place: Callable[[Dataset], Any]) -> None:
        self._home, self._place = home, place
        self._lock = threading.Lock()
        self._cache = DatasetCache()
        self._placed: dict[str, Any] = {}

    def placed(self, entry: Entry) -> Any:
        """The reference of what a run trains on. Raises DatasetError, HomeError or OSError, and _Stopped."""

        def report(event: Event) -> None:
            entry.control.ask(entry.run.take_request())
            if entry.control.stop_reason:
                raise _Stopped
            entry.writer.emit(event)

        with self._lock:
            data = self._cache.load(entry.config.dataset, self._home, report)
            if data.fingerprint not in self._placed:
                self._placed[data.fingerprint] = self._place(data)
            return self._placed[data.fingerprint]


def _of_disk(run: Run, error: OSError) -> str:
    return f"{run.path} cannot be written: {error.strerror or error}; make room and resume the run"


def _fail(entry: Entry, reason: str) -> None:
    log.error("%s has failed: %s", entry.run.id, reason)
    if entry.writer.ending is None:
        entry.writer.fail(reason)
