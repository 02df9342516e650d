"""Which cells a search draws and which are ended early, by Optuna's samplers and pruners.

Names are those of Optuna 4 and 5: `create_study`, `samplers.TPESampler`, `pruners.SuccessiveHalvingPruner`, which is
asynchronous successive halving (L. Li and others, "A system for massively parallel hyperparameter tuning", MLSys 2020),
`Study.ask`, `tell` and `enqueue_trial`, `Trial.report` and `should_prune`. What a study knows is told to it from the
runs alone, so that it is the same after an engine has died.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from engine.config.field_types import Whole
from engine.config.fields import ConfigError
from engine.config.run_config import BY_NAME
from engine.errors import SearchError
from engine.runs.metrics import METRIC
from engine.runs.status import FAILED, FINISHED, PRUNED
from engine.sweeps.space import Values
from engine.sweeps.standing import CellStanding
from engine.sweeps.sweep_file import Sweep
from engine.sweeps.values import Axis

INSTALL = "pip install 'mnist-tui[search]'"
# Where one combination in twenty is valid, as many draws as these miss it once in 170 times.
MOST_TRIES = 100


def require_optuna() -> None:
    """Raises SearchError where the extra is not installed."""
    if find_spec("optuna") is None:
        raise SearchError(f"--search and --early-stop need Optuna, which is not installed: {INSTALL}")


class Judge:
    """Judges the cells of a sweep by their seeds' means at equal epochs, and draws cells. Raises SearchError."""

    def __init__(self, sweep: Sweep) -> None:
        require_optuna()
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._sweep, record = sweep, sweep.record
        self._states = optuna.trial.TrialState
        halving = optuna.pruners.SuccessiveHalvingPruner(
            min_resource=record.min_epochs, reduction_factor=max(2, record.reduction)
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # That cells in training count as bad ones is an experiment of Optuna's.
            sampler = optuna.samplers.TPESampler(seed=record.base.seed, constant_liar=True)
        self._study = optuna.create_study(
            direction="maximize" if METRIC[record.metric].better > 0 else "minimize",
            sampler=sampler,
            pruner=halving if record.reduction else optuna.pruners.NopPruner(),
        )
        self._axes = [Axis.read(BY_NAME[n], text) for n, text in zip(record.settings, record.tried, strict=True)]
        self._trials: list[Any] = []
        self._reported: list[int] = []
        self._told: set[int] = set()

    def draw(self) -> Values:
        """The next cell to try. Raises SearchError where none of those drawn is valid."""
        for _ in range(MOST_TRIES):
            trial = self._study.ask({axis.name: _distribution(axis) for axis in self._axes})
            values = tuple(_text(axis, trial.params[axis.name]) for axis in self._axes)
            try:
                self._sweep.record.config(values)
            except ConfigError:
                self._study.tell(trial, state=self._states.FAIL)
                continue
            self._begin(trial)
            return values
        raise SearchError("the settings to search among contradict each other nearly everywhere")

    def take(self, cells: Sequence[CellStanding]) -> list[int]:
        """Learn what cells have come to, at first of all there are, in their order, then of those that may have
        changed; the places of those that are hopeless now."""
        if not self._trials:
            for cell in cells:
                self._begin(self._trial_of(cell))
        by_place = {cell.place: cell for cell in cells}
        for cell in cells:
            if cell.status == PRUNED and cell.place not in self._told:
                self._report(cell)
                self._tell(cell.place, state=self._states.PRUNED)
        hopeless: list[int] = []
        news = sorted((level, cell.place) for cell in cells for level in self._levels(cell))
        for level, place in news:
            cell, trial = by_place[place], self._trials[place]
            if place in hopeless:
                continue
            trial.report(_mean_at(cell, level), level)
            self._reported[place] = level
            if cell.status != FINISHED and self._sweep.record.reduction and trial.should_prune():
                hopeless.append(place)
        for cell in cells:
            if cell.place not in self._told and cell.status in (FINISHED, FAILED):
                done = cell.status == FINISHED and cell.figures
                self._tell(cell.place, *([cell.figures.mean] if done and cell.figures else []), failed=not done)
        return hopeless

    def _begin(self, trial: Any) -> None:
        self._trials.append(trial)
        self._reported.append(0)

    def _trial_of(self, cell: CellStanding) -> Any:
        """The trial of a cell that is there already."""
        if not self._sweep.record.trials:
            return self._study.ask()
        params = {axis.name: _value(axis, text) for axis, text in zip(self._axes, cell.values, strict=True)}
        self._study.enqueue_trial(params)
        return self._study.ask({axis.name: _distribution(axis) for axis in self._axes})

    def _levels(self, cell: CellStanding) -> range:
        """The epochs that all seeds of a cell have ended that have begun, and that were not reported yet."""
        if cell.place in self._told:
            return range(0)
        ended = [len(result.epochs) for result in cell.results if result and result.epochs]
        return range(self._reported[cell.place] + 1, min(ended, default=0) + 1)

    def _report(self, cell: CellStanding) -> None:
        for level in self._levels(cell):
            self._trials[cell.place].report(_mean_at(cell, level), level)

    def _tell(self, place: int, *values: float, state: Any = None, failed: bool = False) -> None:
        self._told.add(place)
        self._study.tell(self._trials[place], *values, state=self._states.FAIL if failed else state)


def _mean_at(cell: CellStanding, level: int) -> float:
    """The mean of the metric after so many epochs, over the seeds that have ended them."""
    metric = METRIC[cell.metric]
    epochs = [result.epochs[level - 1] for result in cell.results if result and len(result.epochs) >= level]
    return statistics.fmean(value for epoch in epochs if (value := metric.value(epoch)) is not None)


def _distribution(axis: Axis) -> Any:
    """Where values of a setting are drawn from: a range as a whole, else those that were typed."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if axis.span is None:
        return CategoricalDistribution(axis.texts)
    kind: Any = IntDistribution if isinstance(axis.field.kind, Whole) else FloatDistribution
    return kind(axis.span.low, axis.span.high, log=axis.span.log)


def _text(axis: Axis, value: Any) -> str:
    """A value that was drawn as the setting writes it, a figure with six digits."""
    if axis.span is None:
        return str(value)
    if isinstance(value, float):
        value = min(max(float(f"{value:.6g}"), axis.span.low), axis.span.high)
    return axis.field.kind.write(axis.field.kind.read(value))


def _value(axis: Axis, text: str) -> Any:
    """What was drawn for a text."""
    return text if axis.span is None else axis.field.kind.read(text)
