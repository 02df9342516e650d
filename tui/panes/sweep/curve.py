"""A sweep of one setting as a curve: the means of the cells over its values, with a band of a standard deviation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log10

import numpy as np

from engine.quantities import Measure
from tui.charts.chart_data import ChartData, Curve, XAxis
from tui.charts.scale import Array
from tui.charts.units import Unit
from tui.panes.sweep.view import SweepView, numbers_of

# The share of the axis that is left free at either end.
MARGIN = 0.06
MEAN, SO_FAR, BEST = 0, 3, 1


def positions(texts: Sequence[str]) -> list[float]:
    """Where ascending numbers stand on an axis from 0 to 1: by their logarithms where these are more even.

    A zero before such values stands as far below the first as that is from the second."""
    values = numbers_of(texts) or [float(place) for place in range(len(texts))]
    if is_geometric(values):
        logs = [log10(value) for value in values if value > 0]
        values = [2 * logs[0] - logs[1]] * (len(values) - len(logs)) + logs
    low, span = values[0], (values[-1] - values[0]) or 1.0
    shares = [(value - low) / span for value in values] if len(values) > 1 else [0.5]
    return [MARGIN + (1 - 2 * MARGIN) * share for share in shares]


def is_geometric(values: Sequence[float]) -> bool:
    """Whether ascending values, but for a zero before them, are more even in their logarithms."""
    above = [value for value in values if value > 0]
    if len(above) < 3 or len(above) < len(values) - 1 or values[0] < 0:
        return False
    ratios = [b / a for a, b in pairwise(above)]
    steps = [b - a for a, b in pairwise(above)]
    return max(ratios) / min(ratios) < max(steps) / min(steps)


def curve_data(view: SweepView) -> ChartData:
    """The curve of a sweep of one setting, with what is known so far of cells that have no part in it yet, and the best
    on top; the curve has a gap where there is no such figure, or a filter leaves the cell out."""
    by_text = {cell.values[0]: cell for cell in view.cells}
    cells, x = [by_text.get(text) for text in view.options[0]], np.array(positions(view.options[0]))
    ranked = [cell.mean if cell and cell.rank is not None else None for cell in cells]
    so_far = [cell.known if cell and cell.rank is None else None for cell in cells]
    best = [cell.mean if cell and cell.rank == 0 else None for cell in cells]
    deviations = [cell.deviation or 0.0 if cell else 0.0 for cell in cells]
    deviation = _column(deviations) if any(deviations) else None
    curves = (
        Curve("", x, _column(ranked), mark=MEAN, deviation=deviation),
        Curve("", x, _column(so_far), colour=1, mark=SO_FAR),
        Curve("", x, _column(best), colour=2, mark=BEST),
    )
    unit = Unit.PERCENT if view.measure is Measure.SHARE else Unit.NUMBER
    axis = XAxis("", Unit.NUMBER, 1.0, ticks=tuple(zip(x.tolist(), view.options[0], strict=True)))
    return ChartData(curves, axis, unit, "No epoch has ended yet.")


def _column(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values])
