"""The picture of a sweep, and what that says in words: a curve over one setting, a map of two, paths across axes of
more, or the effect of each setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.events import Click

from engine.sweeps.results import MainEffect
from tui.charts.chart import NOTHING, draw
from tui.charts.chart_data import ChartOptions
from tui.charts.chart_painting import PaintsCharts
from tui.charts.symbols import symbols_for
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, crop, plain, wrapped
from tui.panes.sweep.brushes import NO_BRUSHES, Axis, Brush, Brushes, beside, reach, within
from tui.panes.sweep.cell_grid import Axes, CellGrid
from tui.panes.sweep.coordinates import Coordinates, Paths
from tui.panes.sweep.curve import BEST, curve_data, positions
from tui.panes.sweep.effects_plot import EffectsPlot, effects_of
from tui.panes.sweep.heat_map import HeatMap
from tui.panes.sweep.table_drawing import NO_MATCH, NO_SWEEP, cell_line, headline
from tui.panes.sweep.view import SweepView
from tui.widgets.bindings import hidden, shown

ONE_CELL = "No setting varies: there is one cell, see below."
# The share of the lines that words may take, and the lines that a picture is worth drawing on.
MOST_WORDS, LEAST_PICTURE = 3, 5
MAP, PATHS, EFFECTS = "map", "paths", "effects"


def kinds(view: SweepView) -> tuple[str, ...]:
    """The pictures there are of a sweep, by how many settings vary; a curve is a map of one."""
    varied = len(view.settings)
    return (MAP,) if varied < 2 else (MAP, EFFECTS) if varied == 2 else (PATHS, EFFECTS, MAP)


class PictureContent(NamedTuple):
    """What is drawn: a sweep with the cells that are let through of so many in `total`, the cursor on that at `place`.

    `layout` are the settings down and across a map; `axes` are of all cells, `brushes` the ranges brushed on them."""

    view: SweepView = SweepView()
    place: int = 0
    kind: str = MAP
    layout: Axes | None = None
    axes: tuple[Axis, ...] = ()
    brushes: Brushes = NO_BRUSHES
    total: int = 0


class SweepPicture(PaintsCharts, can_focus=True):
    """Shows a sweep as a picture, the cursor on a cell; `go` takes the place of another one at once, so that the next
    key acts on it, `brush` other ranges with the place to go to, and `let_all` takes off whatever leaves cells out."""

    DEFAULT_CSS = """
    SweepPicture {
        & > .live { color: $text-primary; text-style: bold; }
        & > .bad { color: $text-error; }
        & > .cursor { text-style: reverse bold; }
        & > .heat1 { background: $success 8%; }
        & > .heat2 { background: $success 20%; }
        & > .heat3 { background: $success 34%; }
        & > .heat4 { background: $success 50%; }
        & > .heat5 { background: $success 68%; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1, 0)", "Up", "The cell above, or the value before on this axis"),
        hidden("down", "move(1, 0)", "Down", "The cell below, or the next value on this axis"),
        hidden("left", "move(0, -1)", "Left", "The cell to the left, or the axis before"),
        hidden("right", "move(0, 1)", "Right", "The cell to the right, or the next axis"),
        shown(
            "range_down", "lead(1)", "Range", "Keep the cells from this value to the next one, and so on", "Shift+↑↓"
        ),
        hidden("range_up", "lead(-1)", "Range up", "Keep the cells from this value to the one above, and so on"),
        shown("range", "keep", "Keep", "Keep the cells of this value, or of all values again"),
        shown("leave", "let_all", "All cells", "Show all cells again, whatever the filter and the ranges were"),
    ]

    def __init__(
        self,
        glyphs: Glyphs,
        go: Callable[[int], object],
        brush: Callable[[Brushes, int], object],
        let_all: Callable[[], object],
    ) -> None:
        super().__init__()
        self._go, self._brush, self._let_all = go, brush, let_all
        self._glyphs = glyphs
        self._shown = PictureContent()
        # The sweep with all its cells, to which a range is led on.
        self._whole = SweepView()
        # The setting, or the figures, that keys go along.
        self._axis = 0
        self._grid: CellGrid | None = None
        self._drawing = NOTHING
        self._map: HeatMap | None = None
        self._coordinates: Coordinates | None = None
        self._paths: Paths | None = None
        self._effects: EffectsPlot | None = None
        # Of the cells that are shown, once they were wanted.
        self._main_effects: list[MainEffect] | None = None

    def show(self, shown: PictureContent, whole: SweepView) -> None:
        """Show a sweep, of which `whole` has all cells that a filter lets through."""
        before, self._shown, self._whole = self._shown, shown, whole
        if shown.view.group != before.view.group:
            self._axis = 0
        if shown.view is not before.view:
            self._main_effects = None
        if shown.view is not before.view or shown.layout != before.layout:
            self._grid = CellGrid.of(shown.view, shown.layout) if shown.layout else None
        self.redraw()

    @property
    def axis(self) -> Axis | None:
        """The axis that keys go along; None in a picture without axes."""
        if self._shown.kind == MAP or not self._shown.axes:
            return None
        most = len(self._shown.axes) if self._shown.kind == PATHS else len(self._shown.view.settings)
        return self._shown.axes[min(self._axis, most - 1)]

    def draw(self, width: int, height: int) -> list[Line]:
        view = self._shown.view
        if not view.group:
            return wrapped(NO_SWEEP, width, "dim")
        head = [headline(view, width), *self._filtered(width)]
        words = [line for sentence in view.words for line in wrapped(sentence, width, "", indent="  ")]
        room = height - len(head) - min(len(words), height // MOST_WORDS)
        picture = self._picture(width, room)
        left = max(0, height - len(head) - len(picture))
        if len(words) > left:
            words = [*words[: left - 1], ((crop(f"{plain(words[left - 1])} …", width), ""),)] if left else []
        return [*head, *picture, *words]

    def _filtered(self, width: int) -> list[Line]:
        """How many cells are shown, where some are not."""
        shown = self._shown
        if len(shown.view.cells) == shown.total:
            return []
        count = f"{len(shown.view.cells):,} of {shown.total:,} cells"
        ranges = "  ".join(ranges_in_words(shown.axes, shown.brushes))
        return [((count, "value"), (crop(f"  {ranges}", width - len(count)), "label"))]

    def _picture(self, width: int, room: int) -> list[Line]:
        shown, symbols = self._shown, symbols_for(self._glyphs)
        self._map = self._coordinates = self._effects = None
        if self._grid is None:
            return wrapped(ONE_CELL, width, "dim")
        if not shown.view.cells:
            return wrapped(NO_MATCH, width, "dim")
        if room < LEAST_PICTURE:
            return []
        if shown.kind == MAP and self._grid.axes[0] is None:
            return self._curve(width, room)
        if shown.kind == MAP:
            self._map = HeatMap(shown.view, self._grid, shown.place, width, room)
            return self._map.lines(width)
        number = shown.axes.index(self.axis) if self.axis else 0
        if shown.kind == EFFECTS:
            self._effects = self._plot(number)
            return self._effects.lines(width, room, symbols)
        if self._paths is None or self._paths.view is not shown.view or self._paths.axes is not shown.axes:
            self._paths = Paths(shown.view, shown.axes)
        self._coordinates = Coordinates(self._paths, shown.brushes, number, shown.place, width, room - 1)
        cell = shown.view.cell(shown.place)
        return [cell_line(shown.view, cell) if cell else (), *self._coordinates.lines(symbols)]

    def _plot(self, number: int) -> EffectsPlot:
        """The plot of main effects, the cursor on a setting."""
        if self._main_effects is None:
            self._main_effects = effects_of(self._shown.view)
        return EffectsPlot(self._shown.view, self._main_effects, number, self._shown.place)

    def _curve(self, width: int, height: int) -> list[Line]:
        view = self._shown.view
        cell, texts = view.cell(self._shown.place), view.options[0]
        crosshair = positions(texts)[texts.index(cell.values[0])] if cell else None
        symbols = symbols_for(self._glyphs)
        self._drawing = draw(curve_data(view), ChartOptions(), width, height, symbols, crosshair, self._drawing)
        best = ((f"   {symbols.mark(BEST)} ", f"curve-{BEST + 1}"), ("best", "label")) if view.ranked else ()
        legend: Line = (*cell_line(view, cell), *best) if cell else ()
        return [legend, *self._drawing.lines[1:]]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Ranges are brushed on axes."""
        if action in ("lead", "keep"):
            return self.axis is not None
        return action != "let_all" or len(self._shown.view.cells) < self._shown.total

    def action_move(self, down: int, right: int) -> None:
        axis, cells, place = self.axis, self._shown.view.cells, self._shown.place
        if axis is None:
            if self._grid is not None:
                self._go(self._grid.beside(place, down, right))
        elif right or self._shown.kind == EFFECTS:
            self._move_among_axes(axis, down, right)
        elif (reached := beside(cells, axis, place, down)) is not None:
            self._go(reached)

    def _move_among_axes(self, axis: Axis, down: int, right: int) -> None:
        """To another axis or, in the plot of effects, to the next value, which may be of another setting."""
        shown, number = self._shown, self._shown.axes.index(axis)
        if right:
            most = len(shown.axes) if shown.kind == PATHS else len(shown.view.settings)
            self._axis = max(0, min(number + right, most - 1))
            self._go(shown.place)
        elif row := self._plot(number).beside(down):
            self._go_to(*row)

    def _go_to(self, number: int, text: str) -> None:
        """To the cell nearest to this one that has a value of an axis."""
        self._axis, axis = number, self._shown.axes[number]
        reached = reach(self._shown.view.cells, axis, axis.place(text), self._shown.place)
        self._go(self._shown.place if reached is None else reached)

    def action_lead(self, by: int) -> None:
        """Lead the range on by a value, or begin one at that of the cursor."""
        axis, shown = self.axis, self._shown
        if axis is None or shown.place not in axis.at:
            return
        here = axis.at[shown.place]
        end = axis.texts[max(0, min(here + by, len(axis.texts) - 1))]
        brush = shown.brushes.get(axis.name)
        start = brush.start if brush and brush.end == axis.texts[here] else axis.texts[here]
        brushes = {**shown.brushes, axis.name: Brush(start, end)}
        reached = reach(within(self._whole.cells, shown.axes, brushes), axis, axis.place(end), shown.place)
        self._brush(brushes, shown.place if reached is None else reached)

    def action_keep(self) -> None:
        axis, shown = self.axis, self._shown
        if axis is None:
            return
        others = {name: brush for name, brush in shown.brushes.items() if name != axis.name}
        if len(others) < len(shown.brushes):
            self._brush(others, shown.place)
        elif shown.place in axis.at:
            text = axis.texts[axis.at[shown.place]]
            self._brush({**others, axis.name: Brush(text, text)}, shown.place)

    def action_let_all(self) -> None:
        self._let_all()

    def on_click(self, event: Click) -> None:
        """Move to the cell, or the value of an axis, under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        y = offset.y - 1 - len(self._filtered(self.size.width))
        if self._map is not None and (place := self._map.at(offset.x, y)) is not None:
            self._go(place)
        elif self._coordinates is not None and (spot := self._coordinates.at(offset.x, y - 1)):
            self._go_to(spot[0], self._shown.axes[spot[0]].texts[spot[1]])
        elif self._effects is not None and (row := self._effects.at(y)):
            self._go_to(row.setting, row.text)


def ranges_in_words(axes: tuple[Axis, ...], brushes: Brushes) -> list[str]:
    """Each range that is brushed, in words."""
    return [brushes[axis.name].words(axis) for axis in axes if axis.name in brushes]
