"""The curves of a chart: thinned, drawn as lines and marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tui.charts import plotext_lines as traces
from tui.charts.canvas import Canvas
from tui.charts.chart_data import Curve
from tui.charts.decimation import Thinned, column_of, cut, thin
from tui.charts.plot_area import Plot

# Columns from one mark to the next, so that the line between them is seen; and how much later each curve begins.
SPACE_BETWEEN_MARKS, MANY_APART, STAGGER = 6, 20, 2
# plotext takes some ten microseconds a point, and half a microsecond a dot that its lines go through.
MOST_POINTS, MOST_DOTS, LEAST_COLUMNS = 500, 6000, 12


class Stroke(NamedTuple):
    """A curve as it is drawn: its line in dots, and the points that may be marked."""

    curve: Curve
    trace: traces.Trace
    points: Thinned


def draw_curves(canvas: Canvas, plot: Plot, curves: Sequence[Curve]) -> None:
    """Draw curves, the faint ones behind; through fewer points where these are many or their line goes far up and
    down."""
    long = sum(len(curve.x) > plot.columns for curve in curves)
    columns = min(plot.columns, max(LEAST_COLUMNS, MOST_POINTS // (2 * max(1, long))))
    strokes = [_stroke(plot, curve, columns) for curve in curves]
    dots = sum(int(np.abs(np.diff(stroke.trace.rows)).sum()) for stroke in strokes)
    if dots > MOST_DOTS:
        columns = max(LEAST_COLUMNS, columns * MOST_DOTS // dots)
        strokes = [_stroke(plot, curve, columns) for curve in curves]
    _draw_strokes(canvas, plot, [stroke for stroke in strokes if stroke.curve.faint], "faint")
    _draw_strokes(canvas, plot, [stroke for stroke in strokes if not stroke.curve.faint], "curve")


def _stroke(plot: Plot, curve: Curve, columns: int) -> Stroke:
    """The curve thinned to so many columns, its marks to those of the plot."""
    scale, end = plot.axes.y, plot.axes.x.high
    x, y = curve.until(end)
    y = np.where(y > 0, y, np.nan) if scale.log else y
    beyond = (y < scale.low) | (y > scale.high)
    inner = np.where(beyond, np.nan, y)
    line_x, line_y = cut(x, y, scale.low, scale.high) if beyond.any() else (x, y)
    trace = _trace(plot, thin(line_x, line_y, end, columns), curve.colour)
    return Stroke(curve, trace, thin(x, inner, end, plot.columns))


def _draw_strokes(canvas: Canvas, plot: Plot, strokes: list[Stroke], style: str) -> None:
    drawn = [stroke.trace for stroke in strokes if len(stroke.trace.rows)]
    for run in traces.draw(drawn, plot.columns, plot.rows, plot.symbols) if drawn else ():
        text = run.text.translate(plot.symbols.faint) if style == "faint" else run.text
        canvas.put(plot.left + run.column, run.row, text, f"{style}-{run.colour}")
    for stroke in strokes:
        if stroke.curve.mark is not None and len(stroke.points.x):
            _draw_marks(canvas, plot, stroke.points, stroke.curve.mark, f"{style}-{stroke.curve.colour}")


def _trace(plot: Plot, line: Thinned, colour: int) -> traces.Trace:
    """The line in dots, without the points in the middle of level lines: they add nothing, and every point takes
    plotext its time."""
    across, down = plot.columns * plot.symbols.dots[0], plot.rows * plot.symbols.dots[1]
    columns = column_of(line.x, plot.axes.x.high, across)
    rows = np.minimum((plot.axes.y.fractions(line.y) * down).astype(np.int64), down - 1)
    joined = line.joined
    level = np.r_[False, (rows[:-1] == rows[1:]) & joined[1:], False]
    inside = ~(level[:-1] & level[1:])[: len(rows)]
    return traces.Trace(columns[inside], rows[inside], joined[inside], colour)


def _draw_marks(canvas: Canvas, plot: Plot, points: Thinned, mark: int, style: str) -> None:
    """Mark points that stand far enough apart; where they are many, each mark begins elsewhere, so that those of curves
    that lie together do not cover each other."""
    columns = column_of(points.x, plot.axes.x.high, plot.columns).tolist()
    are_many = len(columns) * SPACE_BETWEEN_MARKS > plot.columns
    space = MANY_APART if are_many else SPACE_BETWEEN_MARKS
    free = columns[0] + mark * STAGGER % space if are_many else 0
    for column, fraction in zip(columns, plot.axes.y.fractions(points.y).tolist(), strict=True):
        if column >= free:
            canvas.put(plot.left + column, plot.row(fraction), plot.symbols.mark(mark), style)
            free = column + space
