"""A live chart: curves drawn again as they grow, of which only the cells that changed are painted."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, TypeVar

from rich.style import Style
from textual.binding import BindingType
from textual.color import Color
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.charts.curve import COLOURS, SMOOTHINGS, X_AXES, ChartData, ChartOptions
from tui.charts.draw import Drawing, draw
from tui.charts.symbols import symbols_for
from tui.charts.traces import load
from tui.charts.units import Unit
from tui.glyphs import UNICODE, Glyphs
from tui.keys import hidden, shown
from tui.lines import Line, Tone
from tui.widgets.difference import difference
from tui.widgets.rows import Rows

T = TypeVar("T")

FAINTNESS = 0.55
LEAP = 10


class Chart(Rows, can_focus=True):
    """Shows a `ChartData`. Its keys change how it is looked at and say so by `OptionsChanged`, and move a crosshair,
    which they tell by `CrosshairMoved`; other charts may be given the same `options` and `crosshair`."""

    CSS_PREFIX = "chart"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--axis", "chart--label", "chart--value", "chart--cross", "chart--hint",
        *(f"chart--curve-{colour}" for colour in range(COLOURS)),
    }  # fmt: skip
    DEFAULT_CSS = """
    Chart {
        background: $surface;
        & > .chart--axis { color: $foreground 40%; }
        & > .chart--label { color: $foreground 70%; }
        & > .chart--value { color: $foreground; text-style: bold; }
        & > .chart--cross { color: $foreground 60%; }
        & > .chart--hint { color: $foreground 70%; }
        & > .chart--curve-0 { color: $text-primary; }
        & > .chart--curve-1 { color: $text-warning; }
        & > .chart--curve-2 { color: $text-success; }
        & > .chart--curve-3 { color: $text-error; }
        &:dark > .chart--curve-4 { color: #c792ea; }
        &:dark > .chart--curve-5 { color: #56c8d8; }
        &:dark > .chart--curve-6 { color: #f78fb3; }
        &:dark > .chart--curve-7 { color: #c5d86d; }
        &:dark > .chart--curve-8 { color: #b0a090; }
        &:dark > .chart--curve-9 { color: #e0e0e0; }
        &:light > .chart--curve-4 { color: #7b3fa0; }
        &:light > .chart--curve-5 { color: #00798c; }
        &:light > .chart--curve-6 { color: #b8326e; }
        &:light > .chart--curve-7 { color: #66740f; }
        &:light > .chart--curve-8 { color: #6b5b4b; }
        &:light > .chart--curve-9 { color: #303030; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        shown(
            "chart.left",
            "left",
            "move(-1)",
            "Read values",
            "Move the crosshair left; the legend shows its values",
            "arrows",
        ),
        hidden("chart.right", "right", "move(1)", "Right", "Move the crosshair right"),
        hidden(
            "chart.leap_left", "shift+left", f"move(-{LEAP})", "Leap left", f"Move the crosshair {LEAP} columns left"
        ),
        hidden(
            "chart.leap_right", "shift+right", f"move({LEAP})", "Leap right", f"Move the crosshair {LEAP} columns right"
        ),
        hidden("chart.first", "home", "move_to(0)", "First", "Move the crosshair to the start"),
        hidden("chart.last", "end", "move_to(-1)", "Last", "Move the crosshair to the newest values"),
        hidden("chart.drop", "escape", "drop", "No crosshair", "Put the crosshair away"),
        shown("chart.log", "l", "log", "Log scale", "Logarithmic or linear loss"),
        shown("chart.smooth", "m", "smooth", "Smooth", "Smooth over a larger share of the run, then not at all"),
        shown("chart.x_axis", "x", "x_axis", "X axis", "By step, by epoch, or by time"),
    ]

    class OptionsChanged(Message):
        """A key changed how the chart is looked at; data for another x axis are for the app to show."""

        def __init__(self, chart: Chart, options: ChartOptions) -> None:
            super().__init__()
            self.chart = chart
            self.options = options

        @property
        def control(self) -> Chart:
            return self.chart

    class CrosshairMoved(Message):
        """A key moved the crosshair to `x` on the chart's axis, or put it away when None."""

        def __init__(self, chart: Chart, x: float | None) -> None:
            super().__init__()
            self.chart = chart
            self.x = x

        @property
        def control(self) -> Chart:
            return self.chart

    def __init__(self, glyphs: Glyphs = UNICODE, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(glyphs, id=id, classes=classes)
        self._data = ChartData()
        self._options = ChartOptions()
        self._crosshair: float | None = None
        self._drawing = Drawing([])
        self._stale = True

    def on_mount(self) -> None:
        """Load the drawing library where it keeps nobody waiting, before there is anything to draw."""
        self.call_after_refresh(self.run_worker, load, thread=True)

    @property
    def options(self) -> ChartOptions:
        """How the chart is looked at."""
        return self._options

    @options.setter
    def options(self, options: ChartOptions) -> None:
        if options != self._options:
            self._options = options
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

    def show(self, data: ChartData) -> None:
        """Show other data; the crosshair stays where it is on the axis."""
        known = bool(self._data.curves)
        if self._crosshair is not None and data.x.name != self._data.x.name:
            share = self._crosshair / self._data.x.end if self._data.x.end else 1.0
            self._crosshair = share * data.x.end
        self._data = data
        self.redraw()
        if known != bool(data.curves):
            self.refresh_bindings()

    def draw(self, width: int, height: int) -> list[Line]:
        self._drawing = draw(
            self._data, self._options, width, height, symbols_for(self.glyphs), self._crosshair, self._drawing.axes
        )
        return self._drawing.lines

    def redraw(self) -> None:
        """Draw again and paint the cells that differ; while nobody can see it, not before it is seen."""
        if not self._is_seen():
            if not self._stale:
                self._stale = True
                self.refresh()
            return
        before = self._strips
        self._draw_strips()
        if len(before) != len(self._strips):
            self.refresh()
            return
        spans = enumerate(map(difference, before, self._strips))
        regions = [Region(span.start, y, len(span), 1) for y, span in spans if span]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """One line, drawn first if that was put off."""
        if self._stale:
            self._draw_strips()
        return super().render_line(y)

    def make_look(self, style: str | Tone) -> Style:
        """What is faint lies between the colour of its curve and the background."""
        if isinstance(style, Tone) or not style.startswith("faint-"):
            return super().make_look(style)
        clear = self.look(style.replace("faint", "curve"))
        if clear.color is None or clear.bgcolor is None:
            return clear
        colour, paper = Color.from_rich_color(clear.color), Color.from_rich_color(clear.bgcolor)
        return Style.from_color(colour.blend(paper, FAINTNESS).rich_color, clear.bgcolor)

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
        crosshair = self._crosshair
        self._place(self._last_column() if crosshair is None else self._column(crosshair) + columns)

    def action_move_to(self, column: int) -> None:
        self._place(column if column >= 0 else self._last_column())

    def action_drop(self) -> None:
        self.crosshair = None
        self.post_message(self.CrosshairMoved(self, None))

    def action_log(self) -> None:
        self._change(replace(self._options, log=not self._options.log))

    def action_smooth(self) -> None:
        self._change(replace(self._options, smoothing=_next(SMOOTHINGS, self._options.smoothing)))

    def action_x_axis(self) -> None:
        self._change(replace(self._options, x_axis=_next(X_AXES, self._options.x_axis)))

    def on_click(self, event: Click) -> None:
        """Put the crosshair under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and self._drawing.plot is not None and offset.x >= self._drawing.plot.left:
            self._place(offset.x - self._drawing.plot.left)

    def _is_seen(self) -> bool:
        """Whether it is laid out, on a screen with nothing above it that is opaque."""
        if not (self.is_mounted and self.is_on_screen):
            return False
        screens = self.app.screen_stack
        above = screens[screens.index(self.screen) + 1 :] if self.screen in screens else screens
        return all(screen.styles.background.a < 1 for screen in above)

    def _change(self, options: ChartOptions) -> None:
        self.options = options
        self.post_message(self.OptionsChanged(self, options))

    def _place(self, column: int) -> None:
        plot = self._drawing.plot
        if plot is None:
            return
        column = max(0, min(column, self._last_column()))
        # Values are read at the right edge of a column, where all that is drawn in it is known.
        self.crosshair = min((column + 0.999) / plot.columns * plot.axes.x.high, self._last_x())
        self.post_message(self.CrosshairMoved(self, self.crosshair))

    def _column(self, x: float) -> int:
        plot = self._drawing.plot
        return plot.column(x) - plot.left if plot else 0

    def _last_column(self) -> int:
        return self._column(self._last_x())

    def _last_x(self) -> float:
        drawn = [curve for curve in self._data.curves if len(curve.x)]
        return max((float(curve.x[-1]) for curve in [c for c in drawn if not c.faint] or drawn), default=0.0)

    def _draw_strips(self) -> None:
        self._stale = False
        width, height = self.size
        self._strips = [self.strip(line, width) for line in self.draw(width, height)]


def _next(values: tuple[T, ...], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
