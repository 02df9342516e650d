"""The picture of a sweep: a curve over one setting, or a map of two, and what that says in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from tui.charts.chart import NOTHING, draw
from tui.charts.chart_data import ChartOptions
from tui.charts.chart_painting import PaintsCharts
from tui.charts.symbols import symbols_for
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, crop, plain, wrapped
from tui.panes.sweep.cell_grid import Axes, CellGrid
from tui.panes.sweep.curve import BEST, curve_data, positions
from tui.panes.sweep.heat_map import HeatMap
from tui.panes.sweep.table_drawing import NO_SWEEP, cell_line, headline
from tui.panes.sweep.view import SweepView
from tui.widgets.bindings import hidden

ONE_CELL = "No setting varies: there is one cell, see below."
# The share of the lines that words may take, and the lines that a picture is worth drawing on.
MOST_WORDS, LEAST_PICTURE = 3, 5


class SweepPicture(PaintsCharts, can_focus=True):
    """Shows a `SweepView` laid out by some axes, the cursor on a cell; `go` takes the place of another one at once,
    so that the next key acts on it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title", "chart--dim", "chart--cursor", "chart--live", "chart--bad",
        "chart--heat1", "chart--heat2", "chart--heat3", "chart--heat4", "chart--heat5",
    }  # fmt: skip
    DEFAULT_CSS = """
    SweepPicture {
        & > .chart--title { text-style: bold; }
        & > .chart--dim { color: $text-muted; }
        & > .chart--live { color: $text-primary; text-style: bold; }
        & > .chart--bad { color: $text-error; }
        & > .chart--cursor { text-style: reverse bold; }
        & > .chart--heat1 { background: $success 8%; }
        & > .chart--heat2 { background: $success 20%; }
        & > .chart--heat3 { background: $success 34%; }
        & > .chart--heat4 { background: $success 50%; }
        & > .chart--heat5 { background: $success 68%; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1, 0)", "Up", "The cell above"),
        hidden("down", "move(1, 0)", "Down", "The cell below"),
        hidden("left", "move(0, -1)", "Left", "The cell to the left"),
        hidden("right", "move(0, 1)", "Right", "The cell to the right"),
    ]

    def __init__(self, glyphs: Glyphs, go: Callable[[int], object]) -> None:
        super().__init__()
        self._go = go
        self._glyphs = glyphs
        self._view = SweepView()
        self._grid: CellGrid | None = None
        self._place = 0
        self._drawing = NOTHING
        self._map: HeatMap | None = None

    def show(self, view: SweepView, axes: Axes | None, place: int) -> None:
        """Show the cells of a sweep by these settings, the cursor on that at a place of the sweep."""
        if view is not self._view or self._grid is None or self._grid.axes != axes:
            self._grid = CellGrid.of(view, axes) if axes else None
        self._view, self._place = view, place
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        view = self._view
        if not view.group:
            return wrapped(NO_SWEEP, width, "dim")
        words = [line for sentence in view.words for line in wrapped(sentence, width, "", indent="  ")]
        room = height - 1 - min(len(words), height // MOST_WORDS)
        if self._grid is None:
            picture = wrapped(ONE_CELL, width, "dim")
        elif room < LEAST_PICTURE:
            picture = []
        elif self._is_curve:
            picture = self._curve(width, room)
        else:
            self._map = HeatMap(view, self._grid, self._place, width, room)
            picture = self._map.lines(width)
        left = max(0, height - 1 - len(picture))
        if len(words) > left:
            words = [*words[: left - 1], ((crop(f"{plain(words[left - 1])} …", width), ""),)] if left else []
        return [headline(view, width), *picture, *words]

    @property
    def _is_curve(self) -> bool:
        return self._grid is not None and self._grid.axes[0] is None

    def _curve(self, width: int, height: int) -> list[Line]:
        cell, texts = self._view.cell(self._place), self._view.options[0]
        crosshair = positions(texts)[texts.index(cell.values[0])] if cell else None
        symbols = symbols_for(self._glyphs)
        self._drawing = draw(curve_data(self._view), ChartOptions(), width, height, symbols, crosshair, self._drawing)
        best = ((f"   {symbols.mark(BEST)} ", f"curve-{BEST + 1}"), ("best", "label")) if self._view.ranked else ()
        legend: Line = (*cell_line(self._view, cell), *best) if cell else ()
        return [legend, *self._drawing.lines[1:]]

    def action_move(self, down: int, right: int) -> None:
        if self._grid is not None:
            self._go(self._grid.beside(self._place, down, right))

    def on_click(self, event: Click) -> None:
        """Move to the cell under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None or self._map is None or self._is_curve:
            return
        place = self._map.at(offset.x, offset.y - 1)
        if place is not None:
            self._go(place)
