"""The runs that a driver has in hand: those that wait for a trainer of the cluster, and those that are trained."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from engine.cluster.connection import ClusterError
from engine.cluster.nodes import Nodes, ResourceRequest
from engine.cluster.placed_data import PlacedData, put_in_store
from engine.cluster.task import Entry, Task
from engine.cluster.trainer_pool import TrainerLink, TrainerLost, TrainerPool
from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.files import is_full
from engine.home import Home
from engine.interval import Interval
from engine.runs.directory import Run
from engine.runs.events import Notice
from engine.runs.steering import STOP
from engine.runs.writer import RunWriter
from engine.service.protocol import Job
from engine.service.scheduler import QueueError
from engine.service.stacking import may_grow, most_together, stack_with

LOOK_EVERY = 0.1
# A head node that comes back sooner was only away.
LONGEST_FAILING = 60.0
# Trainers that a run may lose one after the other with no checkpoint in between.
MOST_LOSSES = 3
NO_NODE = "no node of the Ray cluster is left; the run waits until there is one"

log = logging.getLogger(__name__)


class ClusterQueue(threading.Thread):
    """Hands each waiting run, or many of one shape together, to a trainer when Ray has placed one; ends once it was
    told to leave and nothing is left in hand. Every public method may be called from any thread.

    Runs like `base` tell how many there is room for; on a GPU each takes such a `share` of it. Up to `stack` of one
    shape are trained together, or 0 for as many as the device suggests. `make_pool` makes the trainers of a need, and
    `place` puts a data set where they find it."""

    def __init__(
        self,
        home: Home,
        nodes: Nodes,
        base: RunConfig,
        share: float = 1.0,
        stack: int = 0,
        make_pool: Callable[[ResourceRequest, Nodes], TrainerPool] = TrainerPool,
        place: Callable[[Dataset], Any] = put_in_store,
    ) -> None:
        super().__init__(name="cluster queue", daemon=True)
        self._nodes, self._base, self._share, self._make_pool = nodes, base, share, make_pool
        self._stack = stack
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._waiting: list[Entry] = []
        self._training: list[Entry] = []
        self._pools: dict[ResourceRequest, TrainerPool] = {}
        self._data = PlacedData(home, place)
        self._failing: Interval | None = None
        self._leaving = False
        self.trouble = ""

    @property
    def stack(self) -> int:
        """How many runs of one shape a trainer trains together at most."""
        return self._most(self._nodes.need(self._base, self._share))

    @property
    def capacity(self) -> int:
        """How many tasks the cluster trains at once."""
        return max(1, self._nodes.capacity(self._nodes.need(self._base, self._share)))

    def submit(self, run: Run) -> None:
        """Train `run` when its turn comes. Raises QueueError, StoreError or OSError when that cannot be."""
        config = run.record().config
        with self._lock:
            if self._leaving:
                raise QueueError("the driver is about to leave")
            entry = Entry(config, RunWriter(run), need=self._nodes.need(config, self._share))
            entry.control.ask(run.take_request(void=entry.writer.void_request))
            self._waiting.append(entry)
            with suppress(OSError):  # Without the note the run only looks busier than it is.
                entry.writer.note_waiting()
        self._changed.set()

    def jobs(self) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The runs in training, and those that wait, in their order."""
        with self._lock:
            return (
                tuple(Job(run=entry.id, device=entry.node) for entry in self._training),
                tuple(Job(run=entry.id, device=entry.config.device) for entry in self._waiting),
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
                self._give_up(str(error) if isinstance(error, ClusterError) else f"the Ray cluster has gone: {error}")
        else:
            self._failing = None

    def _give_up(self, trouble: str) -> None:
        """Accept no more runs, and end those that wait, which say why."""
        self._leaving = True
        for entry in self._waiting:
            entry.control.stop(trouble)
            entry.withdraw()
            entry.writer.close()
        self._waiting.clear()
        self.trouble = trouble  # When all is written: who sees it ends the process.

    def _tell_of_nodes(self) -> None:
        """Say once in the runs that wait that there is no node for them."""
        for entry in self._waiting:
            if not (self._nodes.accepted or entry.is_stranded):
                log.warning("%s waits: %s", entry.id, NO_NODE)
                with suppress(OSError):
                    entry.writer.emit(Notice(message=NO_NODE))
            entry.is_stranded = not self._nodes.accepted

    def _look(self) -> None:
        self._nodes.look()
        for entry in list(self._waiting):
            if entry.reason_to_leave():
                self._waiting.remove(entry)
                entry.withdraw()
                entry.writer.close()
            elif entry.need not in self._pools and not self._nodes.capacity(entry.need) and self._nodes.accepted:
                self._waiting.remove(entry)
                entry.writer.fail(f"no node of the Ray cluster has a {'GPU' if entry.need.gpus else 'CPU'} to train on")
                entry.writer.close()
        self._tell_of_nodes()
        for need in {entry.need for entry in self._waiting} - self._pools.keys():
            self._pools[need] = self._make_pool(need, self._nodes)
        for need, pool in self._pools.items():
            stacks = list(self._stacks(need))
            pool.look(len(stacks))
            for stack in stacks:
                if may_grow(stack, self._most(need)):
                    continue
                trainer = pool.take()
                if trainer and is_full(stack[0].run.path):
                    pool.give_back(trainer)
                elif trainer:
                    self._begin(stack[: self._most(need, trainer.host.memory)], trainer)
            if pool.trouble and stacks and not self._training:
                raise ClusterError(pool.trouble)

    def _stacks(self, need: ResourceRequest) -> Iterator[list[Entry]]:
        """The runs that wait for a trainer, those together that are trained together."""
        left = [entry for entry in self._waiting if entry.need == need]
        while left:
            stack = stack_with(left[0], left, self._most(need))
            left = [entry for entry in left if entry not in stack]
            yield stack

    def _most(self, need: ResourceRequest, memory: int | None = None) -> int:
        return most_together(self._stack, bool(need.gpus), memory and memory * need.gpus)

    def _begin(self, stack: list[Entry], trainer: TrainerLink) -> None:
        """Hand runs to a trainer."""
        for entry in stack:
            self._waiting.remove(entry)
            self._training.append(entry)
            entry.node = trainer.host.node
        task, notices = Task(stack, trainer, self._release), self._nodes.take_refusals()
        threading.Thread(target=self._train, args=(task, trainer, notices), name=stack[0].id, daemon=True).start()

    def _train(self, task: Task, trainer: TrainerLink, notices: list[str]) -> None:
        """Have runs trained to their ends, in a thread of its own."""
        kept = False
        try:
            kept = task.follow(self._data, notices)
        except TrainerLost as lost:
            for entry in task.left:
                if entry.writer.ending or not self._goes_on_elsewhere(entry, lost):
                    self._release(entry)
        with self._lock:
            if kept:
                self._pools[task.need].give_back(trainer)
            else:
                trainer.dismiss()
        self._changed.set()

    def _goes_on_elsewhere(self, entry: Entry, lost: TrainerLost) -> bool:
        """Queue a run anew whose trainer has gone, unless it is what ends them; whether it was."""
        entry.losses += 1
        if entry.losses > MOST_LOSSES:
            count = f"{entry.losses} trainers have ended one after the other"
            entry.fail(ClusterError(f"{count}, the last on {entry.node}: {lost}"))
            return False
        saved = entry.writer.state.checkpoint
        place = f"its checkpoint after step {saved.step:,}" if saved else "the beginning"
        try:
            entry.writer.emit(Notice(message=f"{entry.node} has gone; the run goes on elsewhere from {place}"))
        except OSError as error:
            entry.fail(error)
            return False
        with self._lock:
            self._training.remove(entry)
            self._waiting.insert(0, entry)
            entry.node = ""
        return True

    def _release(self, entry: Entry) -> None:
        """Let go of a run that has ended."""
        if entry.writer.unrecorded:
            log.error("the end of %s could not be recorded: %s", entry.id, entry.writer.unrecorded)
        entry.writer.close()
        with self._lock:
            self._training.remove(entry)
        self._changed.set()
