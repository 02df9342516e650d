"""Fewer points that look the same: smoothing, then the lowest and highest value of every column."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tui.charts.chart_data import ChartData, Curve
from tui.charts.scale import Array


class Thinned(NamedTuple):
    """Points left to draw, all finite; `joined` tells whether a line leads to a point from the one before."""

    x: Array
    y: Array
    joined: npt.NDArray[np.bool_]


def smooth(y: Array, points: int) -> Array:
    """The exponential moving average of span `points`, that is with weights falling by 1 - 2 / (points + 1) a point.

    It looks back only, so what is drawn stays where it is as a run goes on. The weights add up to one from the first
    point on, and what is not finite counts for nothing and stays a gap."""
    if points < 2:
        return y
    decay = 1 - 2 / (points + 1)
    finite = np.isfinite(y)
    values, weights = _decayed_sums(np.where(finite, y, 0.0), decay), _decayed_sums(finite.astype(float), decay)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(finite, values / weights, np.nan)


def span_in_points(share: float, end: float, x: Array) -> int:
    """How many of the points at `x` a `share` of an axis up to `end` holds, to a power of two.

    Rounded, it stays the same while a run's pace wavers, and with it what is drawn already."""
    if len(x) < 2 or x[-1] <= x[0]:
        return 0
    points = share * end * (len(x) - 1) / float(x[-1] - x[0])
    return 1 << round(math.log2(points)) if 1 <= points <= 1 << 40 else 0


def thin(x: Array, y: Array, end: float, columns: int) -> Thinned:
    """At most two points for each of `columns` columns from 0 to `end`: its lowest and its highest value.

    `x` is ascending and within 0 and `end`. What is not finite is a gap, and breaks the line."""
    finite = np.flatnonzero(np.isfinite(y))
    if not finite.size:
        return Thinned(np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    if len(finite) < len(y):
        x, y = x[finite], y[finite]
    starts = np.unique(np.searchsorted(x, np.arange(columns) * (end / columns)))
    starts = starts[starts < len(x)]
    ends = np.append(starts[1:], len(x)) - 1
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    falls = y[starts] > y[ends]
    pairs = np.ones((len(starts), 2), dtype=bool)
    pairs[:, 1] = ends > starts
    joined = pairs.copy()
    joined[1:, 0] = finite[starts[1:]] == finite[ends[:-1]] + 1
    joined[0, 0] = False
    xs = np.stack((x[starts], x[ends]), axis=1)
    ys = np.stack((np.where(falls, high, low), np.where(falls, low, high)), axis=1)
    return Thinned(xs[pairs], ys[pairs], joined[pairs])


def cut(x: Array, y: Array, low: float, high: float) -> tuple[Array, Array]:
    """The line without what lies beyond `low` and `high`: a gap between the places where it leaves and comes back."""
    for bound in (low, high):
        above = y > bound
        last = np.flatnonzero((above[:-1] != above[1:]) & np.isfinite(y[:-1]) & np.isfinite(y[1:]))
        part = (bound - y[last]) / (y[last + 1] - y[last])
        x = np.insert(x, last + 1, x[last] + part * (x[last + 1] - x[last]))
        y = np.insert(y, last + 1, bound)
    return x, np.where((y < low) | (y > high), np.nan, y)


def column_of(x: Array, end: float, columns: int) -> npt.NDArray[np.int64]:
    """The column, from 0, that each `x` falls into."""
    return np.minimum((np.clip(x, 0, end) * (columns / end)).astype(np.int64), columns - 1)


def _decayed_sums(values: Array, decay: float) -> Array:
    """The sums s[i] = values[i] + decay * s[i - 1], by doubling the reach until the weights vanish."""
    sums, reach = values.copy(), 1
    while reach < len(sums) and decay > 1e-6:
        sums[reach:] += decay * sums[:-reach]
        decay, reach = decay * decay, reach * 2
    return sums


class _Smoothed(NamedTuple):
    """A curve smoothed over so many points, and its own values to lie behind."""

    points: int
    curve: Curve
    own: Curve


_cache: WeakKeyDictionary[Curve, _Smoothed] = WeakKeyDictionary()


def smoothed(data: ChartData, share: float, end: float) -> ChartData:
    """The chart with its curves smoothed over a share of an axis up to `end`.

    A clear curve that is the only one has its own values faintly behind it, so that what smoothing takes away is still
    seen; behind several these would be a thicket."""
    taken = {curve: twin for curve in data.curves if (twin := _smoothed(curve, share, end))}
    if not taken:
        return data
    clear = [twin.own for curve, twin in taken.items() if not curve.faint]
    curves = tuple(taken[curve].curve if curve in taken else curve for curve in data.curves)
    baseline = taken[data.baseline].curve if data.baseline in taken else data.baseline
    return replace(data, curves=(*clear, *curves) if len(clear) == 1 else curves, baseline=baseline)


def _smoothed(curve: Curve, share: float, end: float) -> _Smoothed | None:
    """None where there is nothing to smooth; the same again while nothing changes."""
    points = span_in_points(share, end, curve.until(end)[0]) if curve.smooth else 0
    if points < 2:
        return None
    cached = _cache.get(curve)
    if cached is None or cached.points != points:
        deviation = None if curve.deviation is None else smooth(curve.deviation, points)
        twin = replace(curve, y=smooth(curve.y, points), deviation=deviation)
        own = replace(curve, name="", mark=None, faint=True, deviation=None)
        cached = _cache[curve] = _Smoothed(points, twin, own)
    return cached
