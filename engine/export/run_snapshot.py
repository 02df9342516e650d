"""What is exported of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.config.run_config import ConfigError, RunConfig
from engine.errors import UserError
from engine.runs.directory import Run
from engine.runs.record import RunRecord
from engine.runs.state import RunState


class ExportError(UserError):
    """Something cannot be exported; the message says why and what to do."""


@dataclass(frozen=True)
class Subject:
    """A run as it is now: what it is, what happened in it, and its status."""

    record: RunRecord
    state: RunState
    status: str

    @classmethod
    def of(cls, run: Run) -> Subject:
        """What a run directory holds. Raises StoreError."""
        state = run.state()
        return cls(run.record(), state, run.status(state.phase))

    def steps(self) -> Iterator[dict[str, float]]:
        """The `steps` events, each with its step and epoch, seconds of running and figures."""
        series, started = self.state.series, self.state.started
        columns = (series.elapsed, series.loss, series.accuracy, series.min_loss, series.max_loss)
        for step, elapsed, loss, accuracy, low, high in zip(series.step, *columns, strict=True):
            an_epoch = started.steps_per_epoch if started and started.steps_per_epoch else 0
            yield {
                "step": int(step),
                "epoch": (int(step) - 1) // an_epoch + 1 if an_epoch else 0,
                "elapsed": elapsed,
                "loss": loss,
                "accuracy": accuracy,
                "min_loss": low,
                "max_loss": high,
            }

    @property
    def config(self) -> RunConfig:
        """The settings, with what `auto` stood for filled in once the run has started."""
        try:
            return RunConfig.from_json(self.state.started.config) if self.state.started else self.record.config
        except ConfigError:
            return self.record.config
