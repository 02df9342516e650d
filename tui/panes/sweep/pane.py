"""A sweep: its picture and its cells, which share a cursor."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import BindingType
from textual.message import Message

from engine.query.filters import EVERY, Filter
from tui.drawing.glyphs import Glyphs
from tui.panes.sweep.brushes import Axis, Brushes, within
from tui.panes.sweep.cell_grid import Axes, choices
from tui.panes.sweep.cell_table import CellTable
from tui.panes.sweep.picture import MAP, PictureContent, SweepPicture, kinds, ranges_in_words
from tui.panes.sweep.view import CellView, SweepView
from tui.widgets import views
from tui.widgets.bindings import hidden, shown
from tui.widgets.pane_frame import PaneGroup

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary
    from engine.sweeps.standing import Standing


class Open(NamedTuple):
    """A cell is to be shown, by its runs, or by the group and the settings that they share."""

    runs: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]


class Mark(NamedTuple):
    """Runs are to be marked or, where all of them are, no longer."""

    runs: tuple[str, ...]


class Turn(NamedTuple):
    """A sweep that is so many older is to be shown."""

    by: int


class FilterWanted(NamedTuple):
    """A filter of the cells is to be typed, in the table of them."""


@dataclass
class SweepRead(Message):
    """How the sweep that is shown stands; nothing is known where the home has none. `axes` are of all its cells,
    `summaries` these, by their places, as filters see them."""

    view: SweepView
    axes: tuple[Axis, ...] = ()
    standing: Standing | None = None
    summaries: Mapping[int, RunSummary] = field(default_factory=dict)


class Sweeping(PaneGroup):
    """Shows a `SweepView` as a picture and as a table, in both the cells that a filter and the ranges brushed on axes
    let through. The cursor stays on its cell as the order changes.

    Sends `Requested` to open or mark the cell under the cursor, to have a filter typed, or for an earlier or a later
    sweep."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("open", "open", "Show", "Show this cell's run, or its seeds in the History"),
        shown("mark", "mark", "Mark", "Mark this cell's runs for Compare, or not"),
        shown(
            "kind", "draw_as(1)", "Picture", "The next picture: paths across all settings, the effect of each, a map"
        ),
        hidden("kind_before", "draw_as(-1)", "Picture before", "The picture before"),
        shown("x_axis", "lay_out", "Settings", "The next two settings across and down"),
        shown("filter", "filter", "Filter", "Show the cells that match l2<1e-3 status:running"),
        shown("earlier", "other(1)", "Earlier", "The sweep before this one"),
        shown("later", "other(-1)", "Later", "The sweep after this one"),
    ]

    @dataclass
    class Requested(Message):
        """A key asks for something outside the pane."""

        request: Open | Mark | Turn | FilterWanted

    DEFAULT_CSS = "Sweeping { layout: vertical; }"
    ID, NAMES = "sweeping", (views.SWEEP, views.CELLS)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._picture = SweepPicture(glyphs, self._go, self._brush, self.let_all)
        self._table = CellTable(self._picture, self._go, self._find, self.let_all)
        self.standing: Standing | None = None
        # The sweep, and it with the cells that the filter lets through, and the ranges as well.
        self._view = self._found = self._shown = SweepView()
        self._all_axes: tuple[Axis, ...] = ()
        self._summaries: Mapping[int, RunSummary] = {}
        self._filter: Filter = EVERY
        self._brushes: Brushes = {}
        # The picture that somebody chose, for every sweep that has it.
        self._kind = ""
        self._axes = 0
        # The place in its sweep of the cell under the cursor; of none the best is.
        self._place: int | None = None
        self._marked: Collection[str] = ()

    def contents(self) -> tuple[SweepPicture, CellTable]:
        return self._picture, self._table

    @property
    def cell(self) -> CellView | None:
        """The cell under the cursor: the best until somebody moves it."""
        return self._shown.cell(-1 if self._place is None else self._place)

    @property
    def highlighted(self) -> str | None:
        """The id of the first run of the cell under the cursor."""
        return self.cell.runs[0] if self.cell and self.cell.runs else None

    @property
    def kind(self) -> str:
        """Which picture is drawn."""
        possible = kinds(self._view)
        return self._kind if self._kind in possible else possible[0]

    @property
    def axes(self) -> Axes | None:
        """The settings down and across a map, by their places; None where there are none."""
        possible = choices(self._view)
        return possible[self._axes % len(possible)] if possible else None

    def on_sweep_read(self, event: SweepRead) -> None:
        """Show a sweep as it is now."""
        event.stop()
        self.standing, self._summaries, view = event.standing, event.summaries, event.view
        if view == self._view:
            return
        is_another = view.group != self._view.group
        self._view, self._all_axes = view, event.axes
        if is_another:
            self._axes, self._place = 0, None
            self.let_all()
        else:
            self._select()

    def show_marked(self, runs: Collection[str]) -> None:
        """Show which runs are marked."""
        if runs != self._marked:
            self._marked = runs
            self._show()

    def _select(self) -> None:
        """Find the cells that are let through, and show them."""
        view, runs, cells = self._view, self._summaries, [*self._view.cells]
        if self._filter != EVERY:
            cells = [cell for cell in cells if cell.place not in runs or self._filter.matches(runs[cell.place])]
        self._found = view if len(cells) == len(view.cells) else view._replace(cells=tuple(cells))
        cells = within(cells, self._all_axes, self._brushes) if self._brushes else cells
        self._shown = self._found if len(cells) == len(self._found.cells) else view._replace(cells=tuple(cells))
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        place, total = self.cell.place if self.cell else 0, len(self._view.cells)
        shown = PictureContent(self._shown, place, self.kind, self.axes, self._all_axes, self._brushes, total)
        ranges = "  ".join(ranges_in_words(self._all_axes, self._brushes))
        with self.app.batch_update():
            self._picture.show(shown, self._found)
            self._table.show(self._shown, place, self._marked, total, ranges)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A cell has runs from when its turn comes; there are other sweeps, pictures, and settings to choose from."""
        match action:
            case "draw_as":
                return len(kinds(self._view)) > 1
            case "filter":
                return True if self._view.cells else None
            case "open" | "mark":
                return True if self.highlighted else None
            case "lay_out":
                return self.kind == MAP and len(choices(self._view)) > 1
            case "other":
                by = parameters[0]
                return isinstance(by, int) and 1 <= self._view.number + by <= self._view.sweeps
        return True

    def _go(self, place: int) -> None:
        """Put the cursor on the cell at a place of the sweep."""
        self._place = place
        self._show()
        self.refresh_bindings()

    def _find(self, query: Filter) -> None:
        """Show the cells that a filter matches."""
        self._filter = query
        self._select()

    def _brush(self, brushes: Brushes, place: int) -> None:
        """Show the cells within ranges, the cursor on that at a place of the sweep."""
        self._brushes, self._place = brushes, place
        self._select()

    def let_all(self) -> None:
        """Show all cells again."""
        self._brushes = {}
        self._table.list_matching("")
        self._select()

    def type_filter(self) -> None:
        """Have a filter typed in the table."""
        self._table.action_filter()

    def action_filter(self) -> None:
        self.post_message(self.Requested(FilterWanted()))

    def action_draw_as(self, by: int) -> None:
        found = kinds(self._view)
        self._kind = found[(found.index(self.kind) + by) % len(found)]
        self._show()
        self.refresh_bindings()

    def action_open(self) -> None:
        if cell := self.cell:
            shared = (("group", self._view.group), *zip(self._view.settings, cell.values, strict=True))
            self.post_message(self.Requested(Open(cell.runs, shared)))

    def action_mark(self) -> None:
        if self.cell:
            self.post_message(self.Requested(Mark(self.cell.runs)))

    def action_lay_out(self) -> None:
        self._axes += 1
        self._show()

    def action_other(self, by: int) -> None:
        self.post_message(self.Requested(Turn(by)))
