"""The drawing of a chart: from its values, options and size to lines of text."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tui.charts.axes import draw_axes, draw_crosshair
from tui.charts.bands import draw_bands
from tui.charts.canvas import Canvas, joined
from tui.charts.chart_data import ChartData, ChartOptions, Curve, last_x
from tui.charts.curve_lines import draw_curves
from tui.charts.legend import legend, place
from tui.charts.plot_area import LABELS_FROM, Axes, Plot
from tui.charts.scale import Scale, fit, fit_end
from tui.charts.smoothing import smoothed
from tui.charts.symbols import Symbols
from tui.charts.units import Unit
from tui.drawing.styled_lines import Line, crop

LEGEND_FROM = 3
# Lest a curve that diverged flatten the others, it does not count for the limits when it is this many times larger than
# all of those it lies behind, or than most of so many.
REACH, MANY = 10, 3


class Sheet(NamedTuple):
    """Curves within their axes, and what they were drawn from."""

    canvas: Canvas
    plot: Plot
    data: ChartData

    def is_of(self, plot: Plot, data: ChartData) -> bool:
        """Whether the same would be drawn again."""
        return (self.plot, self.data.curves, self.data.x) == (plot, data.curves, data.x)


@dataclass(frozen=True)
class Drawing:
    """A drawn chart: `lines` of equal width, and the sheet they were made from, if it has curves."""

    lines: list[Line]
    sheet: Sheet | None = None

    @property
    def plot(self) -> Plot | None:
        """Where its curves are."""
        return self.sheet.plot if self.sheet else None

    @property
    def axes(self) -> Axes | None:
        """Its axes."""
        return self.sheet.plot.axes if self.sheet else None


NOTHING = Drawing([])


def draw(
    data: ChartData,
    options: ChartOptions,
    width: int,
    height: int,
    symbols: Symbols,
    crosshair: float | None = None,
    before: Drawing = NOTHING,
) -> Drawing:
    """Draw `data` on exactly `width` by `height` cells.

    `crosshair` is the x whose values are read out. `before` is the drawing this one follows: its axes are kept as long
    as they fit, and its curves are drawn again only when they are others."""
    if width <= 0 or height <= 0:
        return Drawing([()] * max(0, height))
    x = _x_scale(data, before.axes)
    data = smoothed(data, options.smoothing, x.high)
    y = _y_scale(data, x.high, options, before.axes)
    if y is None:
        return Drawing(_hint(data.hint, width, height))
    lead = place(crosshair, replace(data.x, per_epoch=0)) if crosshair is not None and height < LABELS_FROM else ""
    shown: list[Line] = []
    if height >= LEGEND_FROM:
        shown = legend(data, options, width, max(1, height // 4), symbols, crosshair, lead)
    plot = Plot.within(Axes(x, y), symbols, width, height, len(shown))
    sheet = before.sheet if before.sheet and before.sheet.is_of(plot, data) else _sheet(data, plot)
    canvas = sheet.canvas
    if crosshair is not None:
        canvas = canvas.copy()
        draw_crosshair(canvas, plot, data.x, crosshair)
    return Drawing([*map(joined, shown), *canvas.lines()], sheet)


def _sheet(data: ChartData, plot: Plot) -> Sheet:
    canvas = Canvas(plot.left + plot.columns, plot.rows + plot.has_line + plot.has_labels)
    draw_axes(canvas, plot, data.x)
    draw_bands(canvas, plot, data.curves)
    draw_curves(canvas, plot, data.curves)
    return Sheet(canvas, plot, data)


def _x_scale(data: ChartData, before: Axes | None) -> Scale:
    return fit_end(data.x.end if data.x.end > 0 else last_x(data.curves), data.x.unit, before.x if before else None)


def _y_scale(data: ChartData, end: float, options: ChartOptions, before: Axes | None) -> Scale | None:
    """The scale that holds every curve, or None while no curve has a point up to `end`."""
    log = options.log and data.unit is Unit.NUMBER
    clear, faint = ([c for c in data.curves if c.faint is is_faint] for is_faint in (False, True))
    start = min(end, last_x(clear)) / 2 if options.close else 0.0
    limits = _limits(clear, start, end, log, data.unit)
    limits = _limits(faint, start, end, log, data.unit, beside=limits)
    return fit(*limits, data.unit, log, before.y if before else None) if limits else None


def _limits(
    curves: list[Curve], start: float, end: float, log: bool, unit: Unit, beside: tuple[float, float] | None = None
) -> tuple[float, float] | None:
    """The lowest and the highest value of curves, and of what is `beside` them."""
    extents = [found for curve in curves if (found := _extent(curve, start, end, log))]
    if beside:
        reach = REACH * max(map(abs, beside))
    elif unit is Unit.NUMBER and len(extents) >= MANY:
        reach = REACH * float(np.median([max(map(abs, extent)) for extent in extents]))
    else:
        reach = math.inf
    kept = [extent for extent in extents if max(map(abs, extent)) <= reach] + ([beside] if beside else [])
    return (min(low for low, _ in kept), max(high for _, high in kept)) if kept else None


def _extent(curve: Curve, start: float, end: float, log: bool) -> tuple[float, float] | None:
    """The lowest and the highest value of a curve and its band from `start` to `end`; None when it has none."""
    x, y = curve.until(end)
    columns = (y,) if curve.deviation is None else (y, *curve.band(end))
    first = int(np.searchsorted(x, start))
    values = np.concatenate([column[first:] for column in columns])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    return (float(values.min()), float(values.max())) if values.size else None


def _hint(hint: str, width: int, height: int) -> list[Line]:
    """The hint in the middle of `width` by `height` cells, broken between words."""
    rows = [""]
    for word in hint.split():
        longer = f"{rows[-1]} {word}".strip()
        if len(longer) <= width - 2 or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    rows = [""] * ((height - len(rows)) // 2) + rows
    rows = (rows + [""] * height)[:height]
    return [((crop(row, width).center(width), "hint"),) for row in rows]
