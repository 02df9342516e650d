"""A live chart: curves drawn again as they grow, of which only the cells that changed are painted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from tui.charts.chart import NOTHING, draw
from tui.charts.chart_data import SMOOTHINGS, X_AXES, ChartData, ChartOptions
from tui.charts.chart_painting import PaintsCharts
from tui.charts.symbols import symbols_for
from tui.charts.units import Unit
from tui.drawing.glyphs import UNICODE, Glyphs
from tui.drawing.styled_lines import Line
from tui.widgets.bindings import hidden, shown
from tui.widgets.later import Later

T = TypeVar("T")

# Columns of a leap: an eighth of a chart that is 80 cells wide.
LEAP = 10


class Chart(PaintsCharts, can_focus=True):
    """Shows a `ChartData`. Its keys change how it is looked at and say so by `OptionsChanged`, and move a crosshair,
    which they tell by `CrosshairMoved`; other charts may be given the same `options` and `crosshair`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("left", "move(-1)", "Read values", "Move the crosshair left; the legend shows its values", "arrows"),
        hidden("right", "move(1)", "Right", "Move the crosshair right"),
        hidden("leap_left", f"move(-{LEAP})", "Leap left", f"Move the crosshair {LEAP} columns left"),
        hidden("leap_right", f"move({LEAP})", "Leap right", f"Move the crosshair {LEAP} columns right"),
        hidden("first", "move_to(0)", "First", "Move the crosshair to the start"),
        hidden("last", "move_to(-1)", "Last", "Move the crosshair to the newest values"),
        hidden("leave", "drop", "No crosshair", "Put the crosshair away"),
        shown("log", "log", "Log scale", "Logarithmic or linear loss"),
        shown("smooth", "smooth", "Smooth", "Smooth over a larger share of the run, then not at all"),
        shown("x_axis", "x_axis", "X axis", "By step, by epoch, or by time"),
        shown("close_up", "close", "Close-up", "Fit the y axis to the second half of the curves alone"),
    ]

    @dataclass
    class OptionsChanged(Message):
        """A key changed how the chart is looked at; data for another x axis are for the app to show."""

        options: ChartOptions

    @dataclass
    class CrosshairMoved(Message):
        """A key moved the crosshair to `x` on the chart's axis, or put it away when None."""

        x: float | None

    def __init__(self, glyphs: Glyphs = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._data = ChartData()
        self._options = ChartOptions()
        self._crosshair: float | None = None
        self._drawing = NOTHING
        self._late = Later(self, self.redraw)

    @property
    def options(self) -> ChartOptions:
        return self._options

    @options.setter
    def options(self, options: ChartOptions) -> None:
        if options != self._options:
            self._options = options
            # Looked at in another way, it need not keep its axes still.
            self._drawing = NOTHING
            self.redraw()

    @property
    def crosshair(self) -> float | None:
        """The x whose values are read out, if any."""
        return self._crosshair

    @crosshair.setter
    def crosshair(self, x: float | None) -> None:
        if x != self._crosshair:
            self._crosshair = x
            self.redraw()
            self.refresh_bindings()

    def show(self, data: ChartData, within: float = 0.0) -> None:
        """Show other data; the crosshair stays where it is on the axis.

        They are drawn `within` so many seconds, or as soon as a key acts on them."""
        known = bool(self._data.curves)
        if self._crosshair is not None and data.x.name != self._data.x.name:
            share = self._crosshair / self._data.x.end if self._data.x.end else 1.0
            self._crosshair = share * data.x.end
        self._data = data
        if not within:
            self.redraw()
        else:
            self._late.within(within)
        if known != bool(data.curves):
            self.refresh_bindings()

    def show_focus(self) -> None:
        """Nothing: a chart looks the same with the focus and without."""

    def forgo(self) -> None:
        """Do not draw what was put off: whoever makes the chart seen shows data anew."""
        self._late.cancel()

    def redraw(self) -> None:
        self._late.cancel()
        super().redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        self._drawing = draw(
            self._data, self._options, width, height, symbols_for(self.glyphs), self._crosshair, self._drawing
        )
        return self._drawing.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc goes to somebody else when there is no crosshair; accuracies have no logarithmic scale."""
        match action:
            case "drop":
                return self._crosshair is not None
            case "log":
                return self._data.unit is Unit.NUMBER
            case "move" | "move_to":
                return True if self._data.curves else None
        return True

    def action_move(self, columns: int) -> None:
        self._catch_up()
        crosshair = self._crosshair
        self._place(self._last_column() if crosshair is None else self._column(crosshair) + columns)

    def action_move_to(self, column: int) -> None:
        self._catch_up()
        self._place(column if column >= 0 else self._last_column())

    def action_drop(self) -> None:
        self.crosshair = None
        self.post_message(self.CrosshairMoved(None))

    def action_log(self) -> None:
        self._change(replace(self._options, log=not self._options.log))

    def action_smooth(self) -> None:
        self._change(replace(self._options, smoothing=_next(SMOOTHINGS, self._options.smoothing)))

    def action_x_axis(self) -> None:
        self._change(replace(self._options, x_axis=_next(X_AXES, self._options.x_axis)))

    def action_close(self) -> None:
        self._change(replace(self._options, close=not self._options.close))

    def on_click(self, event: Click) -> None:
        """Put the crosshair under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and self._drawing.plot is not None and offset.x >= self._drawing.plot.left:
            self._place(offset.x - self._drawing.plot.left)

    def _catch_up(self) -> None:
        """Draw what was put off, in the space there is now."""
        self.lay_out()
        if self._late.is_due:
            self.redraw()
        if self._stale or not self._fits():
            self._draw_all()

    def _change(self, options: ChartOptions) -> None:
        self.options = options
        self.post_message(self.OptionsChanged(options))

    def _place(self, column: int) -> None:
        plot = self._drawing.plot
        if plot is None:
            return
        last = self._last_column()
        column = max(0, min(column, last))
        # Values are read at the right edge of a column, where all that is drawn in it is known; the last value of all
        # may be on the edge of the last one.
        self.crosshair = self._last_x() if column == last else (column + 0.999) / plot.columns * plot.axes.x.high
        self.post_message(self.CrosshairMoved(self.crosshair))

    def _column(self, x: float) -> int:
        plot = self._drawing.plot
        return plot.column(x) - plot.left if plot else 0

    def _last_column(self) -> int:
        return self._column(self._last_x())

    def _last_x(self) -> float:
        drawn = [curve for curve in self._data.curves if len(curve.x)]
        return max((float(curve.x[-1]) for curve in [c for c in drawn if not c.faint] or drawn), default=0.0)


def _next(values: tuple[T, ...], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
