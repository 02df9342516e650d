"""Curves as they are looked at when they are smoothed."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from tui.charts.chart_data import ChartData, Curve
from tui.charts.decimation import smooth, span_in_points


class _Smoothed(NamedTuple):
    """A curve smoothed over so many points, and its own values to lie behind."""

    points: int
    curve: Curve
    own: Curve


_known: WeakKeyDictionary[Curve, _Smoothed] = WeakKeyDictionary()


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
    known = _known.get(curve)
    if known is None or known.points != points:
        deviation = None if curve.deviation is None else smooth(curve.deviation, points)
        twin = replace(curve, y=smooth(curve.y, points), deviation=deviation)
        own = replace(curve, name="", mark=None, faint=True, deviation=None)
        known = _known[curve] = _Smoothed(points, twin, own)
    return known
