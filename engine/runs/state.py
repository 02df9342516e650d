"""What is known of a run after some of its events: the one place where events are folded into a state."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.runs.events import (
    CheckpointSaved,
    Ending,
    Epoch,
    Event,
    Layers,
    Notice,
    Paused,
    Progress,
    Queued,
    RateChanged,
    Resumed,
    RunFailed,
    RunFinished,
    RunPruned,
    RunStarted,
    RunStopped,
    Steps,
)
from engine.runs.status import FAILED, FINISHED, PAUSED, PREPARING, PRUNED, QUEUED, RUNNING, STOPPED, UNQUEUED


@dataclass
class Series:
    """The `steps` events as columns of equal length, ordered by step; `elapsed` is in seconds of training."""

    step: array[float] = field(default_factory=lambda: array("d"))
    elapsed: array[float] = field(default_factory=lambda: array("d"))
    loss: array[float] = field(default_factory=lambda: array("d"))
    accuracy: array[float] = field(default_factory=lambda: array("d"))
    min_loss: array[float] = field(default_factory=lambda: array("d"))
    max_loss: array[float] = field(default_factory=lambda: array("d"))
    learning_rate: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.step)

    def append(self, event: Steps, elapsed: float) -> None:
        """Add one event; one that does not go on from the last step is left out."""
        if self.step and event.step <= self.step[-1]:
            return
        self.step.append(event.step)
        # A run that an earlier version began was counted differently; a curve never goes back in time.
        self.elapsed.append(max(elapsed, self.elapsed[-1]) if self.elapsed else elapsed)
        self.loss.append(event.loss)
        self.accuracy.append(event.accuracy)
        self.min_loss.append(event.min_loss)
        self.max_loss.append(event.max_loss)
        self.learning_rate.append(event.learning_rate)

    def cut(self, step: int) -> None:
        """Forget what lies beyond `step`."""
        length = bisect_right(self.step, step)
        for column in vars(self).values():
            del column[length:]


def last_or_kept(epochs: Sequence[Epoch], kept: int) -> Epoch | None:
    """The last of some epochs, or the one that a run went back to, if it is among them; `kept` is 0 for none."""
    return next((epoch for epoch in epochs if epoch.epoch == kept), epochs[-1] if epochs else None)


@dataclass
class RunState:
    """A run as its events tell it. `apply` is the only way it changes; `version` counts the changes.

    `elapsed` is in seconds of training as the events tell it. Where those of an earlier version do not, it is not
    `measured` but counted by their times up to `clock`, evaluation included."""

    phase: str = QUEUED
    started: RunStarted | None = None
    notices: list[str] = field(default_factory=list)
    progress: Progress | None = None
    series: Series = field(default_factory=Series)
    epochs: list[Epoch] = field(default_factory=list)
    epoch_elapsed: list[float] = field(default_factory=list)
    layers: list[Layers] = field(default_factory=list)
    rate_changes: list[RateChanged] = field(default_factory=list)
    ending: Ending | None = None
    reason: str = ""
    step: int = 0
    epoch: int = 0
    learning_rate: float = 0.0
    samples_per_second: float = 0.0
    elapsed: float = 0.0
    measured: bool = False
    checkpoint: CheckpointSaved | None = None
    last_time: float = 0.0
    clock: float = 0.0
    version: int = 0

    @classmethod
    def of(cls, happened: Iterable[Event]) -> RunState:
        state = cls()
        for event in happened:
            state.apply(event)
        return state

    @property
    def total_steps(self) -> int:
        """How many steps the whole run has; 0 before it started."""
        return self.started.steps_per_epoch * self.started.config.epochs if self.started else 0

    @property
    def seconds(self) -> float:
        """Seconds of training, without queue, pauses and evaluation; of events that do not tell, those of the epochs
        that have ended."""
        if self.ending is not None and math.isfinite(self.ending.seconds):
            return self.ending.seconds
        return self.elapsed if self.measured or not self.epochs else sum(epoch.seconds for epoch in self.epochs)

    @property
    def seconds_left(self) -> float | None:
        """Training and evaluation still to come, at the speed of now; None where that is not known."""
        started = self.started
        if started is None or not self.total_steps or not 0 < self.samples_per_second < math.inf:
            return None
        batch = started.train_size / max(1, started.steps_per_epoch)
        training = (self.total_steps - self.step) * batch / self.samples_per_second
        evaluations = started.config.epochs - len(self.epochs)
        each = self.epochs[-1].evaluation_seconds if self.epochs else 0.0
        return max(0.0, training + max(0, evaluations) * each)

    @property
    def base_rate(self) -> float:
        """The learning rate that is set now, which a schedule starts from; 0 before the run started."""
        configured = self.started.config.learning_rate if self.started else 0.0
        return next((c.learning_rate for c in reversed(self.rate_changes) if c.step <= self.step), configured)

    @property
    def kept_epoch(self) -> int:
        """The epoch that a run with a patience went back to when it finished; 0 for none."""
        return self.ending.kept if isinstance(self.ending, RunFinished) else 0

    @property
    def last(self) -> Epoch | None:
        """The epoch whose network the run has: the last that has ended, or the one that it went back to."""
        return last_or_kept(self.epochs, self.kept_epoch)

    def rate_changes_with(self, event: RateChanged) -> list[RateChanged]:
        """The changes of the learning rate once there is another, which is the last word from its step on."""
        return [one for one in self.rate_changes if one.step < event.step] + [event]

    @property
    def best(self) -> Epoch | None:
        """The epoch of highest test accuracy, the first of equals."""
        return max(self.epochs, key=lambda epoch: epoch.test_accuracy, default=None)

    def leads_to(self, step: int, epochs: int) -> bool:
        """Whether the events reach `step`, and no epoch up to it, of which so many have ended, is missing."""
        ended = [epoch.epoch for epoch in self.epochs[:epochs]]
        return self.step >= step and ended == list(range(1, epochs + 1))

    def apply(self, event: Event) -> None:
        """Fold one event into the state."""
        self._pass_time(event)
        self.version += 1
        match event:
            case Notice():
                if event.message not in self.notices:
                    self.notices.append(event.message)
            case Progress():
                self.phase, self.progress = PREPARING, event
            case Queued():
                self.phase, self.ending, self.reason, self.progress = QUEUED, None, "", None
            case RunStarted():
                self.phase, self.started, self.progress = RUNNING, event, None
            case Steps():
                self._take_steps(event)
            case Layers() if not self.layers or event.epoch > self.layers[-1].epoch:
                self.layers.append(event)
            case Epoch():
                self._take_epoch(event)
            case Paused():
                self.phase = PAUSED
            case Resumed():
                self._rewind(event)
            case RateChanged() if event.learning_rate > 0:
                self.rate_changes = self.rate_changes_with(event)
            case CheckpointSaved():
                self.checkpoint = event
            case Ending():
                self._end(event)

    def _pass_time(self, event: Event) -> None:
        self.last_time = event.time
        if isinstance(event, (Notice, Progress, Queued)):
            return
        if isinstance(event, (Steps, Epoch)) and event.elapsed is not None and 0 <= event.elapsed < math.inf:
            self.elapsed, self.measured = event.elapsed, True
        elif self.phase == RUNNING and not self.measured and not isinstance(event, Resumed):
            self.elapsed += max(0.0, event.time - self.clock)
        self.clock = event.time

    def _take_steps(self, event: Steps) -> None:
        self.phase = RUNNING
        self.series.append(event, self.elapsed)
        self.step, self.epoch = event.step, event.epoch
        self.learning_rate, self.samples_per_second = event.learning_rate, event.samples_per_second

    def _take_epoch(self, event: Epoch) -> None:
        self.phase = RUNNING
        if self.epochs and event.epoch <= self.epochs[-1].epoch:
            return
        self.epochs.append(event)
        self.epoch_elapsed.append(self.elapsed)
        self.step, self.epoch = event.step, event.epoch

    def _rewind(self, event: Resumed) -> None:
        self.phase, self.ending, self.reason, self.progress = RUNNING, None, "", None
        self.step, self.epoch = event.step, event.epoch
        self.series.cut(event.step)
        while self.epochs and self.epochs[-1].step > event.step:
            self.epochs.pop()
            self.epoch_elapsed.pop()
        while self.layers and self.layers[-1].step > event.step:
            self.layers.pop()
        if self.measured:
            self.elapsed = max([0.0, *self.series.elapsed[-1:], *self.epoch_elapsed[-1:]])

    def _end(self, event: Ending) -> None:
        names = {RunFinished: FINISHED, RunStopped: STOPPED, RunPruned: PRUNED, RunFailed: FAILED}
        waited = self.phase == QUEUED and isinstance(event, RunStopped)
        self.phase, self.ending, self.progress = UNQUEUED if waited else names[type(event)], event, None
        self.step, self.epoch = event.step, event.epoch
        if isinstance(event, (RunFinished, RunStopped, RunPruned, RunFailed)):
            self.reason = event.reason
