"""The curves of a chart: smoothed, thinned, drawn as lines and marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tui.charts import traces
from tui.charts.canvas import Canvas
from tui.charts.curve import Curve
from tui.charts.plot import Plot
from tui.charts.thin import Thinned, column_of, smooth, span_in_points, thin

SPACE_BETWEEN_MARKS = 6


class Stroke(NamedTuple):
    """A curve as it is drawn: its points, its colour, and the symbol set on points if any."""

    points: Thinned
    colour: int
    mark: int | None


def draw_curves(canvas: Canvas, plot: Plot, curves: Iterable[Curve], smoothing: float) -> None:
    """Draw curves, the faint ones behind. A curve that is smoothed has its own values faintly behind it, so that what
    smoothing takes away is still seen."""
    faint: list[Stroke] = []
    clear: list[Stroke] = []
    end = plot.axes.x.high
    for curve in curves:
        x, y = curve.until(end)
        y = np.where(y > 0, y, np.nan) if plot.axes.y.log else y
        points = span_in_points(smoothing, end, x) if curve.smooth else 0
        if points >= 2 and not curve.faint:
            faint.append(Stroke(thin(x, y, end, plot.columns), curve.colour, None))
        stroke = Stroke(thin(x, smooth(y, points), end, plot.columns), curve.colour, curve.mark)
        (faint if curve.faint else clear).append(stroke)
    _draw_strokes(canvas, plot, faint, "faint")
    _draw_strokes(canvas, plot, clear, "curve")


def _draw_strokes(canvas: Canvas, plot: Plot, strokes: list[Stroke], style: str) -> None:
    drawn = [_trace(plot, stroke) for stroke in strokes if len(stroke.points.x)]
    for run in traces.draw(drawn, plot.columns, plot.rows, plot.symbols) if drawn else ():
        text = run.text.translate(plot.symbols.faint) if style == "faint" else run.text
        canvas.put(plot.left + run.column, run.row, text, f"{style}-{run.colour}")
    for stroke in strokes:
        if stroke.mark is not None:
            _draw_marks(canvas, plot, stroke, plot.symbols.mark(stroke.mark), f"{style}-{stroke.colour}")


def _trace(plot: Plot, stroke: Stroke) -> traces.Trace:
    """The stroke in dots, without the points in the middle of level lines: they add nothing, and every point takes
    plotext its time."""
    across, down = plot.columns * plot.symbols.dots[0], plot.rows * plot.symbols.dots[1]
    columns = column_of(stroke.points.x, plot.axes.x.high, across)
    rows = np.minimum((plot.axes.y.fractions(stroke.points.y) * down).astype(np.int64), down - 1)
    joined = stroke.points.joined
    level = np.r_[False, (rows[:-1] == rows[1:]) & joined[1:], False]
    kept = ~(level[:-1] & level[1:])
    return traces.Trace(columns[kept], rows[kept], joined[kept], stroke.colour)


def _draw_marks(canvas: Canvas, plot: Plot, stroke: Stroke, mark: str, style: str) -> None:
    columns = column_of(stroke.points.x, plot.axes.x.high, plot.columns).tolist()
    free = 0
    for column, fraction in zip(columns, plot.axes.y.fractions(stroke.points.y).tolist(), strict=True):
        if column >= free:
            canvas.put(plot.left + column, plot.row(fraction), mark, style)
            free = column + SPACE_BETWEEN_MARKS
