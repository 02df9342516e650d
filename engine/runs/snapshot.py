"""A run as it was at one moment, for every reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.run_config import RunConfig
from engine.runs.status import status

if TYPE_CHECKING:
    from engine.runs.directory import Run
    from engine.runs.events import Event
    from engine.runs.record import RunRecord
    from engine.runs.state import RunState


@dataclass
class RunSnapshot:
    """What a run is, what has happened in it, and whether a trainer held it when that was read."""

    record: RunRecord
    state: RunState
    locked: bool

    @classmethod
    def of(cls, run: Run, steps: bool = True) -> RunSnapshot:
        """A run as it is now; without `steps`, which are most of its events, it has no series, no layers and
        is as far as its last epoch. Raises StoreError."""
        # Asked before the events are read: a run whose lock is free has no event that is still to come.
        locked = run.lock.held()
        return cls(run.record(), run.state(steps), locked)

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def status(self) -> str:
        return status(self.state.phase, self.locked)

    @property
    def config(self) -> RunConfig:
        """The settings, with what `auto` stood for filled in once the run has started."""
        return self.state.started.config if self.state.started else self.record.config

    @property
    def notices(self) -> list[str]:
        return [*filter(None, [self.record.notice]), *self.state.notices]

    @property
    def dataset(self) -> str:
        """What the run is trained on; `auto` before that is decided."""
        return self.record.data.get("name") or self.record.config.dataset

    @property
    def epoch(self) -> int:
        """The last epoch that has metrics, 0 before the first."""
        return self.state.epochs[-1].epoch if self.state.epochs else 0

    def update(self, record: RunRecord, events: Iterable[Event], locked: bool) -> None:
        """Bring it up to date with what was read since, the lock first."""
        self.record, self.locked = record, locked
        for event in events:
            self.state.apply(event)

    def steps(self) -> Iterator[dict[str, float]]:
        """The `steps` events, each with its step and epoch, seconds of training and metrics."""
        series, started = self.state.series, self.state.started
        columns = (
            series.elapsed, series.loss, series.accuracy, series.min_loss, series.max_loss, series.learning_rate,
        )  # fmt: skip
        for step, elapsed, loss, accuracy, low, high, rate in zip(series.step, *columns, strict=True):
            an_epoch = started.steps_per_epoch if started and started.steps_per_epoch else 0
            yield {
                "step": int(step),
                "epoch": (int(step) - 1) // an_epoch + 1 if an_epoch else 0,
                "elapsed": elapsed,
                "loss": loss,
                "accuracy": accuracy,
                "min_loss": low,
                "max_loss": high,
                "learning_rate": rate,
            }
