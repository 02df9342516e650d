"""What stands around the curves of a chart: axes, ticks and labels, and the crosshair."""

from __future__ import annotations

from tui.charts.canvas import Canvas
from tui.charts.chart_data import XAxis
from tui.charts.legend import place
from tui.charts.plot_area import Plot, most_y_ticks
from tui.drawing.styled_lines import crop


def draw_axes(canvas: Canvas, plot: Plot, axis: XAxis, notes: str = "") -> None:
    """Draw the lines, ticks and labels that there is room for; `notes` stand at the end of the labels or, where they
    would leave no room for these, of the line above them."""
    symbols = plot.symbols
    if plot.left:
        for row in range(plot.rows):
            canvas.put(plot.left - 1, row, symbols.upright, "axis")
        for fraction, label in plot.axes.y.ticks(most_y_ticks(plot.rows)):
            canvas.put(plot.left - 1 - len(label), plot.row(fraction), label, "label")
            canvas.put(plot.left - 1, plot.row(fraction), symbols.tick_left, "axis")
    if plot.has_line:
        corner = symbols.corner if plot.left else ""
        canvas.put(plot.left - len(corner), plot.rows, corner + symbols.level * plot.columns, "axis")
    below = _notes_below(canvas, plot, axis, notes)
    if plot.has_labels:
        _draw_x_labels(canvas, plot, axis, f"{axis.name}  {below}".rstrip())
    if notes != below:
        text = f" {crop(notes, plot.columns - 2)}"
        canvas.put(canvas.width - len(text), plot.rows, text, "label")


def draw_crosshair(canvas: Canvas, plot: Plot, axis: XAxis, x: float, notes: str = "") -> None:
    """Draw an upright line behind the curves, and say below where it is, before the `notes`."""
    column = plot.column(x)
    for row in range(plot.rows):
        canvas.put_behind(column, row, plot.symbols.cross, "cross")
    if plot.has_labels:
        text, notes = f" {place(x, axis)} ", _notes_below(canvas, plot, axis, notes)
        start = max(0, min(column - len(text) // 2, canvas.width - len(notes) - len(text)))
        canvas.put(start, canvas.height - 1, text, "value")


def _notes_below(canvas: Canvas, plot: Plot, axis: XAxis, notes: str) -> str:
    """The notes that stand among the labels: none where with them less than half of the row were left for ticks."""
    return "" if plot.has_line and len(axis.name) + 2 + len(notes) > canvas.width // 2 else notes


def _draw_x_labels(canvas: Canvas, plot: Plot, axis: XAxis, name: str) -> None:
    name_at, free = canvas.width - len(name), 0
    for fraction, label in _x_ticks(plot, axis):
        column = plot.left + min(int(fraction * plot.columns), plot.columns - 1)
        start = max(0, column - len(label) // 2)
        if start < free or start + len(label) + bool(name) > name_at:
            continue
        canvas.put(start, canvas.height - 1, label, "label")
        free = start + len(label) + 1
        if plot.has_line:
            canvas.put(column, plot.rows, plot.symbols.tick_below, "axis")
    if name_at > free:
        canvas.put(name_at, canvas.height - 1, name, "label")


def _x_ticks(plot: Plot, axis: XAxis) -> list[tuple[float, str]]:
    """The places on the x axis that have room for labels, as fractions of it, each with its label."""
    if axis.ticks:
        return [(place / plot.axes.x.high, label) for place, label in axis.ticks]
    longest = max(len(label) for _, label in plot.axes.x.ticks(plot.columns // 8))
    return plot.axes.x.ticks(plot.columns // max(7, longest + 3))
