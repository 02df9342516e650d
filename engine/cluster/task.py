"""A task of the cluster: a run in the hands of a trainer, or a stack of runs that take their steps together.

Each run's directory is written here, by the holder of its lock, from what its trainer has gained; what is asked of the
run in its directory is passed on to the trainer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.cluster.connection import ClusterError
from engine.cluster.nodes import ResourceRequest
from engine.cluster.placed_data import PlacedData
from engine.cluster.run_mirror import CHECKPOINT, RunContent, RunDelta, deliver
from engine.cluster.trainer_pool import TrainerLink, TrainerLost
from engine.errors import UserError
from engine.runs.events import Event, Notice, Progress, RunFailed
from engine.runs.steering import STOP
from engine.service.queue_entry import QueuedRun

TAKE_SECONDS = 0.25

log = logging.getLogger(__name__)


@dataclass(eq=False, kw_only=True)
class Entry(QueuedRun):
    """A run in a driver's hands, which has lost so many trainers since its last checkpoint; it `is_stranded` where it
    waits and there is no node."""

    need: ResourceRequest
    node: str = ""
    losses: int = 0
    is_stranded: bool = False

    def fail(self, error: Exception) -> None:
        """End the run for what has gone wrong here, unless it has ended."""
        if isinstance(error, UserError):
            reason = str(error)
        elif isinstance(error, OSError):
            reason = f"{self.run.path} cannot be written: {error.strerror or error}; make room and resume the run"
        else:
            log.error("%s could not be followed", self.id, exc_info=error)
            reason = f"unexpected {type(error).__name__}: {error} (see ray.log)"
        log.error("%s has failed: %s", self.id, reason)
        if self.writer.ending is None:
            self.writer.fail(reason)

    def withdraw(self) -> None:
        """End the run, which nobody trains, as it was asked to."""
        self.writer.end(self.control.ending(self.control.stop_reason, **self.writer.figures()))


class _Stopped(Exception):
    """All runs were stopped before their trainer began."""


class Task:
    """Has a trainer train runs; `left` are those that have not ended, and `release` is called with each that has."""

    def __init__(self, stack: Sequence[Entry], trainer: TrainerLink, release: Callable[[Entry], None]) -> None:
        self.left = list(stack)
        self.need = stack[0].need
        self._stack, self._trainer, self._release = tuple(stack), trainer, release
        self._told: set[str] = set()
        self._is_spoilt = False

    def follow(self, data: PlacedData, notices: Sequence[str]) -> bool:
        """Write what the runs gain until all have ended, notices about the cluster first; whether the trainer can be
        given others. Raises TrainerLost."""
        try:
            self._begin(data, notices)
            while self.left:
                for entry in self.left:
                    self._pass_requests(entry)
                deltas = self._trainer.take(TAKE_SECONDS)
                for entry in [entry for entry in self.left if entry.id in deltas]:
                    self._deliver(entry, deltas[entry.id])
        except TrainerLost:
            raise
        except _Stopped:
            for entry in list(self.left):
                entry.withdraw()
                self._end(entry)
        except Exception as error:
            self._is_spoilt = True
            for entry in list(self.left):
                entry.fail(error)
                self._end(entry)
        # After a failure on a card its context may be broken, and goes with the trainer.
        has_failed = any(isinstance(entry.writer.ending, RunFailed) for entry in self._stack)
        return not self._is_spoilt and not (has_failed and self.need.gpus)

    def _begin(self, data: PlacedData, notices: Sequence[str]) -> None:
        def report(event: Event) -> None:
            for entry in self.left:
                entry.control.ask(entry.run.take_request())
            if all(entry.control.stop_reason for entry in self.left):
                raise _Stopped
            for entry in self.left:
                entry.writer.emit(event)

        first = self._stack[0]
        for notice in notices:
            first.writer.emit(Notice(message=notice))
        report(Progress(task=f"waiting for {self._trainer.host.node}", done=0, total=0))
        reference = data.reference(first.config.dataset, report)
        contents = [(RunContent.of(entry.run), entry.control.paused) for entry in self.left]
        self._trainer.begin(contents, reference, self.need.device)

    def _pass_requests(self, entry: Entry) -> None:
        word = entry.run.take_request()
        entry.control.ask(word)
        if entry.control.stop_reason and entry.id not in self._told:
            self._told.add(entry.id)
            word = word or STOP
        if word:
            self._trainer.ask(entry.id, word)

    def _deliver(self, entry: Entry, delta: RunDelta) -> None:
        """Write what a run has gained. What goes wrong with that costs the others nothing."""
        try:
            deliver(delta, entry.writer)
            if CHECKPOINT in delta.files:
                entry.losses = 0
            if delta.done and entry.writer.ending is None:
                raise ClusterError("its trainer has ended without a word; resume the run to go on from its checkpoint")
        except Exception as error:
            self._is_spoilt = True
            entry.fail(error)
            self._end(entry)
            self._trainer.ask(entry.id, STOP)
        else:
            if delta.done:
                self._end(entry)

    def _end(self, entry: Entry) -> None:
        self.left.remove(entry)
        self._release(entry)
