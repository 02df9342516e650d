"""Runs drawn over each other: one curve for each line of a comparison, by any metric."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np

from engine.quantities import Measure
from engine.runs.events import Epoch
from engine.runs.metrics import METRIC
from engine.runs.state import RunState, Series
from tui.charts.chart_data import COLOURS, EPOCH, STEP, TIME, ChartData, Curve, XAxis
from tui.charts.run_chart import axis
from tui.charts.scale import Array
from tui.charts.units import Unit
from tui.widgets.bindings import with_keys

NO_RUNS = "Nothing to compare: mark runs in History with {mark}."
# Curves kept from one drawing to the next, of a few metrics of all runs that can be told apart.
MOST_KEPT = 64


@dataclass(frozen=True)
class Metric:
    """A figure to compare runs by. `values` are had from a run's state: one an epoch when `by_epoch`, else one for each
    entry of its series. `missing` says why a run has none."""

    name: str
    label: str
    unit: Unit
    values: Callable[[RunState], Array]
    by_epoch: bool = True
    missing: str = ""


def _of_epoch(measured: Callable[[Epoch, RunState], float | None]) -> Callable[[RunState], Array]:
    def values(state: RunState) -> Array:
        found = (measured(epoch, state) for epoch in state.epochs)
        return np.array([np.nan if value is None else value for value in found], dtype=float)

    return values


def _speed(epoch: Epoch, state: RunState) -> float | None:
    return state.started.train_size / epoch.seconds if state.started and epoch.seconds > 0 else None


UNITS = {Measure.SHARE: Unit.PERCENT, Measure.POINTS: Unit.POINTS, Measure.LOSS: Unit.NUMBER}
NO_STEPS = "No run has taken a step yet."
NO_EPOCH = "No run has an epoch behind it yet."
NO_VALIDATION = "None of these runs holds out validation digits."


def _metric(name: str, missing: str = NO_EPOCH) -> Metric:
    known = METRIC[name]
    label = known.title.lower() + (", points" if known.measure is Measure.POINTS else "")
    values = _of_epoch(lambda epoch, _: known.value(epoch))
    return Metric(name, label, UNITS[known.measure], values, missing=missing)


def _of_batches(name: str, label: str, unit: Unit, values: Callable[[Series], Sequence[float]]) -> Metric:
    return Metric(name, label, unit, lambda state: np.array(values(state.series)), False, NO_STEPS)


METRICS: tuple[Metric, ...] = (
    _metric("test_accuracy"),
    _metric("test_loss"),
    _of_batches("train_accuracy", "training accuracy of batches", Unit.PERCENT, lambda series: series.accuracy),
    _of_batches("train_loss", "training loss of batches", Unit.NUMBER, lambda series: series.loss),
    _metric("validation_accuracy", NO_VALIDATION),
    _metric("validation_loss", NO_VALIDATION),
    _metric("gap"),
    _of_batches("learning_rate", "learning rate", Unit.NUMBER, lambda series: series.learning_rate),
    Metric("samples_per_second", "samples a second", Unit.COUNT, _of_epoch(_speed), missing=NO_EPOCH),
)


@dataclass(frozen=True, eq=False)
class Member:
    """A line of a comparison: one run, or several that differ only by seed."""

    label: str
    name: str
    states: tuple[RunState, ...]
    colour: int
    mark: int


def overlay(members: Sequence[Member], metric: Metric, x_axis: str = STEP, baseline: int | None = None) -> ChartData:
    """The chart of a metric of every member that has it, on an axis as long as the longest member.

    Of several runs it shows the mean within a band of one sample standard deviation to either side. `baseline` is the
    place of the member that the others are held against."""
    curves = [_curve_of(member, metric, x_axis) for member in members]
    drawn = tuple(curve for curve in curves if np.isfinite(curve.y).any())
    base = curves[baseline] if baseline is not None and 0 <= baseline < len(curves) else None
    return ChartData(
        drawn,
        _axis(members, x_axis),
        metric.unit,
        metric.missing if members else with_keys(NO_RUNS),
        base if base in drawn else None,
    )


def _axis(members: Sequence[Member], x_axis: str) -> XAxis:
    """The axis of the longest member; what an epoch is of it only where that is the same for all."""
    axes = [[axis(state, x_axis) for state in member.states] for member in members if member.states]
    if not axes:
        return XAxis(x_axis, Unit.SECONDS if x_axis == TIME else Unit.COUNT, 0.0)
    ends = [sum(own.end for own in one) / len(one) for one in axes]
    an_epoch = {own.per_epoch for one in axes for own in one if own.per_epoch}
    return XAxis(x_axis, axes[0][0].unit, max(ends), an_epoch.pop() if len(an_epoch) == 1 else 0.0)


class _Kept(NamedTuple):
    """A curve, the runs it was made from, and how far these were then."""

    curve: Curve
    runs: tuple[weakref.ref[RunState], ...]
    reached: tuple[object, ...]


_kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()


def _curve_of(member: Member, metric: Metric, x_axis: str) -> Curve:
    """The member's curve, which is made anew only when one of its runs has gone on."""
    look = (member.label, member.name, member.colour, member.mark)
    key = (metric.name, x_axis, look, *map(id, member.states))
    reached = tuple(state.epochs[-1:] if metric.by_epoch else state.version for state in member.states)
    cached = _kept.pop(key, None)
    # Another run may have come to the place in memory of one that is gone.
    same = cached and all(run() is state for run, state in zip(cached.runs, member.states, strict=True))
    if not cached or not same or cached.reached != reached:
        cached = _Kept(_curve(member, metric, x_axis), tuple(map(weakref.ref, member.states)), reached)
    _kept[key] = cached
    if len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return cached.curve


def _curve(member: Member, metric: Metric, x_axis: str) -> Curve:
    x, y, deviation = _together([_columns(state, metric) for state in member.states], metric.by_epoch, x_axis)
    return Curve(
        f"{member.label} {member.name}",
        x,
        y,
        member.colour % COLOURS,
        member.mark,
        smooth=not metric.by_epoch,
        deviation=deviation if len(member.states) > 1 else None,
        short=member.label,
    )


def _columns(state: RunState, metric: Metric) -> tuple[Array, Array, Array, Array]:
    """Steps, epochs, seconds, and the values there."""
    if metric.by_epoch:
        steps, seconds = np.array([epoch.step for epoch in state.epochs], dtype=float), np.array(state.epoch_elapsed)
    else:
        steps, seconds = np.array(state.series.step), np.array(state.series.elapsed)
    an_epoch = max(1, state.started.steps_per_epoch) if state.started else 1
    return steps, steps / an_epoch, seconds, metric.values(state)


def _together(runs: list[tuple[Array, Array, Array, Array]], by_epoch: bool, x_axis: str) -> tuple[Array, Array, Array]:
    """Where on the axis all runs have a value, and the mean and the sample standard deviation there.

    Runs are told by epochs at the same steps. Between those, each is told at steps of its own, so that values are taken
    at the first one's, along straight lines of the others."""
    if not runs:
        return np.empty(0), np.empty(0), np.empty(0)
    place = (STEP, EPOCH, TIME).index(x_axis)
    if len(runs) == 1:
        return runs[0][place], runs[0][3], np.zeros(len(runs[0][3]))
    if by_epoch:
        steps = reduce(np.intersect1d, [run[0] for run in runs])
        resampled = [tuple(column[np.searchsorted(run[0], steps)] for column in run) for run in runs]
    else:
        steps = runs[0][0]
        resampled = [tuple(_between(steps, run[0], column) for column in run) for run in runs]
    values = np.array([run[3] for run in resampled])
    with np.errstate(all="ignore"):
        return np.mean([run[place] for run in resampled], axis=0), values.mean(axis=0), values.std(axis=0, ddof=1)


def _between(steps: Array, known: Array, values: Array) -> Array:
    if not len(known):
        return np.full(len(steps), np.nan)
    with np.errstate(all="ignore"):
        return np.interp(steps, known, values, left=np.nan, right=np.nan)
