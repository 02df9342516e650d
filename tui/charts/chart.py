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
from tui.charts.decimation import smoothed
from tui.charts.legend import legend, notes_of, place
from tui.charts.plot_area import LABELS_FROM, LINE_FROM, Axes, Plot
from tui.charts.scale import Scale, fit, fit_end
from tui.charts.symbols import Symbols
from tui.charts.units import Unit
from tui.drawing.styled_lines import Line, crop

LEGEND_FROM = 3
# So many curves in front have room in two rows.
FEW = 4
# Lest a curve that diverged flatten the others, it does not count for the limits when it is this many times larger than
# most of so many.
REACH, MANY = 10, 3
# Nor does what lies behind when with it the limits would be this many times as wide as the curves in front need.
WIDENING = 2


class Extent(NamedTuple):
    """The lowest and the highest of some values."""

    low: float
    high: float

    @classmethod
    def around(cls, extents: list[Extent]) -> Extent:
        """Of all the values of these, at least one."""
        return cls(min(one.low for one in extents), max(one.high for one in extents))

    def span(self, log: bool) -> float:
        """The distance between them, in decades on a logarithmic scale."""
        return math.log10(self.high / self.low) if log else self.high - self.low


class Sheet(NamedTuple):
    """Curves within their axes, and what they were drawn from."""

    canvas: Canvas
    plot: Plot
    data: ChartData
    notes: str

    def is_of(self, plot: Plot, data: ChartData, notes: str) -> bool:
        """Whether the same would be drawn again."""
        curves = self.data.curves
        return (self.plot, self.data.x, self.notes, len(curves)) == (plot, data.x, notes, len(data.curves)) and all(
            curve.looks_like(other) for curve, other in zip(curves, data.curves, strict=True)
        )


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
    notes = notes_of(data, options, symbols)
    if height < LINE_FROM and len(data.x.name) + len(notes) > width // 2:
        # They share a row with the ticks or the legend, which one needs more.
        notes = notes_of(data, options, symbols, brief=True)
    if height >= LEGEND_FROM:
        beside = notes if height < LABELS_FROM else ""
        shown = legend(data, width, _legend_rows(data, height), symbols, crosshair, lead, beside)
    plot = Plot.within(Axes(x, y), symbols, width, height, len(shown))
    sheet = before.sheet if before.sheet and before.sheet.is_of(plot, data, notes) else _sheet(data, plot, notes)
    canvas = sheet.canvas
    if crosshair is not None:
        canvas = canvas.copy()
        draw_crosshair(canvas, plot, data.x, crosshair, notes)
    return Drawing([*map(joined, shown), *canvas.lines()], sheet)


def _legend_rows(data: ChartData, height: int) -> int:
    """How many rows of a chart its legend may take: a quarter of them, of which a run and its reference need two."""
    clear = sum(not curve.faint for curve in data.curves)
    return max(1, height // 4 if clear > FEW else min(2, height // 4))


def _sheet(data: ChartData, plot: Plot, notes: str) -> Sheet:
    canvas = Canvas(plot.left + plot.columns, plot.rows + plot.has_line + plot.has_labels)
    draw_axes(canvas, plot, data.x, notes)
    draw_bands(canvas, plot, data.curves)
    draw_curves(canvas, plot, data.curves)
    return Sheet(canvas, plot, data, notes)


def _x_scale(data: ChartData, before: Axes | None) -> Scale:
    """The scale that holds the curves in front, and an epoch at least."""
    end = data.x.end if data.x.end > 0 else last_x(data.curves)
    reached = last_x(curve for curve in data.curves if not curve.faint)
    return fit_end(end, data.x.unit, before.x if before else None, max(reached, data.x.per_epoch) if reached else end)


def _y_scale(data: ChartData, end: float, options: ChartOptions, before: Axes | None) -> Scale | None:
    """The scale that holds every curve, or None while no curve has a point up to `end`."""
    log = options.log and data.unit is Unit.NUMBER
    start = min(end, last_x(curve for curve in data.curves if not curve.faint)) / 2 if options.close else 0.0
    extents = [(curve, extent) for curve in data.curves if (extent := _extent(curve, start, end, log))]
    # The values that a smoothed curve is made from lie behind it without a name, and belong to it.
    behind = [extent for curve, extent in extents if curve.faint and curve.name]
    in_front = [extent for curve, extent in extents if not (curve.faint and curve.name)]
    if not extents:
        return None
    if not in_front:
        limits = Extent.around(behind)
    else:
        front = Extent.around(_without_diverged(in_front) if data.unit is Unit.NUMBER else in_front)
        widest = WIDENING * front.span(log)
        limits = Extent.around([front, *(e for e in behind if Extent.around([front, e]).span(log) <= widest)])
    limits = Extent.around([limits, *(Extent(value, value) for value in data.least if value > 0 or not log)])
    return fit(*limits, data.unit, log, before.y if before else None)


def _without_diverged(extents: list[Extent]) -> list[Extent]:
    """Those of many extents that do not reach far beyond most."""
    if len(extents) < MANY:
        return extents
    reach = REACH * float(np.median([max(map(abs, extent)) for extent in extents]))
    return [extent for extent in extents if max(map(abs, extent)) <= reach]


def _extent(curve: Curve, start: float, end: float, log: bool) -> Extent | None:
    """The lowest and the highest value of a curve and its band from `start` to `end`; None when it has none."""
    x, y = curve.until(end)
    columns = (y,) if curve.deviation is None else (y, *curve.band(end))
    first = int(np.searchsorted(x, start))
    values = np.concatenate([column[first:] for column in columns])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    return Extent(float(values.min()), float(values.max())) if values.size else None


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
