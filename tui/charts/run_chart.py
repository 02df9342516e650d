"""A run's state as charts: training and test curves together, its reference faintly behind."""

from __future__ import annotations

from enum import Enum

import numpy as np

from engine.runs.state import RunState
from engine.runs.status import LIVE, PREPARING, QUEUED, RUNNING
from tui.charts.chart_data import EPOCH, STEP, TIME, ChartData, Curve, XAxis
from tui.charts.scale import Array
from tui.charts.units import Unit
from tui.widgets.bindings import with_keys

TRAIN, TEST, VALIDATION, KEPT = 0, 1, 2, 3
TEST_MARK, VALIDATION_MARK, KEPT_MARK, REFERENCE_MARK = 0, 1, 2, 4
NO_RUN = "Nothing trained yet: press {train} to train."


class Figure(Enum):
    """Which figure of a run a chart shows."""

    LOSS = "loss"
    ACCURACY = "accuracy"


def chart(figure: Figure, state: RunState | None, x_axis: str = STEP, reference: RunState | None = None) -> ChartData:
    """The chart of a run, with the run it is compared with faintly behind it."""
    if state is None:
        return ChartData(hint=with_keys(NO_RUN))
    curves = run_curves(figure, state, x_axis)
    if reference is not None:
        curves = reference_curves(figure, reference, x_axis) + curves
    unit = Unit.PERCENT if figure is Figure.ACCURACY else Unit.NUMBER
    return ChartData(tuple(curves), axis(state, x_axis), unit, _hint(state))


def run_curves(figure: Figure, state: RunState, x_axis: str) -> list[Curve]:
    """The curves of a run: training by steps, of the batches since the last one; test and validation by epochs, and
    the epoch whose network was kept, where that was chosen."""
    steps, epochs = _places(state, x_axis)
    curves = [Curve("batch", steps, _step_values(figure, state), TRAIN, smooth=True)]
    if any(epoch.validation_loss is not None for epoch in state.epochs):
        validation = _epoch_values("validation", figure, state)
        curves.append(Curve("validation", epochs, validation, VALIDATION, VALIDATION_MARK))
    test = Curve("test", epochs, _epoch_values("test", figure, state), TEST, TEST_MARK)
    places = [place for place, epoch in enumerate(state.epochs) if epoch.epoch == state.kept_epoch]
    return [*curves, test, *(Curve("kept", test.x[[place]], test.y[[place]], KEPT, KEPT_MARK) for place in places)]


def reference_curves(figure: Figure, state: RunState, x_axis: str) -> list[Curve]:
    """The training and test curves of a run to compare with."""
    steps, epochs = _places(state, x_axis)
    return [
        Curve("ref batch", steps, _step_values(figure, state), TRAIN, faint=True, smooth=True),
        Curve("ref test", epochs, _epoch_values("test", figure, state), TEST, REFERENCE_MARK, faint=True),
    ]


def axis(state: RunState, x_axis: str) -> XAxis:
    """The x axis of a run, fixed to its length from the start; by time, to the length it is expected to have."""
    per_epoch = state.started.steps_per_epoch if state.started else 0
    if x_axis == TIME:
        expected = state.elapsed * state.total_steps / state.step if state.phase in LIVE and state.step else 0.0
        return XAxis(TIME, Unit.SECONDS, max(state.elapsed, expected))
    if x_axis == EPOCH:
        return XAxis(EPOCH, Unit.COUNT, state.total_steps / per_epoch if per_epoch else 0.0, 1.0)
    return XAxis(STEP, Unit.COUNT, state.total_steps, per_epoch)


def _places(state: RunState, x_axis: str) -> tuple[Array, Array]:
    """Where on the axis the points by step and those by epoch lie."""
    if x_axis == TIME:
        return np.array(state.series.elapsed), np.array(state.epoch_elapsed)
    steps = np.array(state.series.step)
    epochs = np.array([epoch.step for epoch in state.epochs], dtype=float)
    if x_axis == EPOCH:
        per_epoch = max(1, state.started.steps_per_epoch) if state.started else 1
        return steps / per_epoch, epochs / per_epoch
    return steps, epochs


def _step_values(figure: Figure, state: RunState) -> Array:
    return np.array(state.series.loss if figure is Figure.LOSS else state.series.accuracy)


def _epoch_values(part: str, figure: Figure, state: RunState) -> Array:
    values = (getattr(epoch, f"{part}_{figure.value}") for epoch in state.epochs)
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _hint(state: RunState) -> str:
    hints = {
        QUEUED: "Queued: the curves start with the run.",
        PREPARING: "Preparing the data.",
        RUNNING: "The first steps are on their way.",
    }
    return hints.get(state.phase, "This run has no figures.")
