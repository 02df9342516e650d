"""The drawing of a chart: from its values, options and size to lines of text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tui.charts.canvas import Canvas, joined
from tui.charts.curve import ChartData, ChartOptions, Curve
from tui.charts.frame import draw_axes, draw_crosshair
from tui.charts.legend import legend, place
from tui.charts.plot import LABELS_FROM, Axes, Plot
from tui.charts.scale import fit, fit_end
from tui.charts.strokes import draw_curves
from tui.charts.symbols import Symbols
from tui.charts.units import Unit
from tui.lines import Line, crop

LEGEND_FROM = 3
# Faint curves do not count for the limits where they are this many times larger than all others, lest one that diverged
# flatten these.
FAINT_REACH = 10


@dataclass(frozen=True)
class Drawing:
    """A drawn chart: `lines` of equal width, and where its curves are, if it has any."""

    lines: list[Line]
    plot: Plot | None = None

    @property
    def axes(self) -> Axes | None:
        """The axes to hand to the drawing that follows this one."""
        return self.plot.axes if self.plot else None


def draw(
    data: ChartData,
    options: ChartOptions,
    width: int,
    height: int,
    symbols: Symbols,
    crosshair: float | None = None,
    before: Axes | None = None,
) -> Drawing:
    """Draw `data` on exactly `width` by `height` cells.

    `crosshair` is the x whose values are read out. `before`, the axes of the drawing this one follows, keeps them still
    as long as they fit."""
    if width <= 0 or height <= 0:
        return Drawing([()] * max(0, height))
    axes = _axes(data, options, before)
    if axes is None:
        return Drawing(_hint(data.hint, width, height))
    lead = place(crosshair, replace(data.x, per_epoch=0)) if crosshair is not None and height < LABELS_FROM else ""
    shown: list[Line] = []
    if height >= LEGEND_FROM:
        shown = legend(data, options, width, max(1, height // 4), symbols, crosshair, lead)
    plot = Plot.within(axes, symbols, width, height, len(shown))
    canvas = Canvas(width, height - len(shown))
    draw_axes(canvas, plot, data.x)
    draw_curves(canvas, plot, data.curves, options.smoothing)
    if crosshair is not None:
        draw_crosshair(canvas, plot, data.x, crosshair)
    return Drawing([joined(line) for line in shown + canvas.lines()], plot)


def _axes(data: ChartData, options: ChartOptions, before: Axes | None) -> Axes | None:
    """The axes that hold every curve, or None while no curve has a point on them."""
    last = max((float(curve.x[-1]) for curve in data.curves if len(curve.x)), default=0.0)
    x = fit_end(data.x.end if data.x.end > 0 else last, data.x.unit, before.x if before else None)
    log = options.log and data.unit is Unit.NUMBER
    limits = _limits([c for c in data.curves if not c.faint], x.high, log)
    limits = _limits([c for c in data.curves if c.faint], x.high, log, beside=limits)
    return Axes(x, fit(*limits, data.unit, log, before.y if before else None)) if limits else None


def _limits(
    curves: list[Curve], end: float, log: bool, beside: tuple[float, float] | None = None
) -> tuple[float, float] | None:
    ys = [curve.until(end)[1] for curve in curves]
    values = np.concatenate([y[np.isfinite(y) & ((y > 0) | (not log))] for y in ys]) if ys else np.empty(0)
    if beside:
        values = values[np.abs(values) <= FAINT_REACH * max(map(abs, beside))]
        values = np.append(values, beside)
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
