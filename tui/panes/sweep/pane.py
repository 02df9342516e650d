"""A sweep: its picture and its cells, which share a cursor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from tui.drawing.glyphs import Glyphs
from tui.panes.sweep.cell_grid import Axes, choices
from tui.panes.sweep.cell_table import CellTable
from tui.panes.sweep.picture import SweepPicture
from tui.panes.sweep.view import CellView, SweepView
from tui.widgets import views
from tui.widgets.bindings import shown
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
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


@dataclass
class SweepRead(Message):
    """How the sweep that is shown stands; nothing is known where the home has none."""

    view: SweepView
    standing: Standing | None = None


class Sweeping(Vertical):
    """Shows a `SweepView` as a picture and as a table. The cursor stays on its cell as the order changes.

    Sends `Wanted` to open or mark the cell under the cursor, or for an earlier sweep or a later one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("open", "open", "Show", "Show this cell's run, or its seeds in the History"),
        shown("mark", "mark", "Mark", "Mark this cell's runs for Compare, or not"),
        shown("x_axis", "lay_out", "Settings", "The next two settings across and down"),
        shown("earlier", "other(1)", "Earlier", "The sweep before this one"),
        shown("later", "other(-1)", "Later", "The sweep after this one"),
    ]

    @dataclass
    class Wanted(Message):
        """A key asks for something outside the pane."""

        wish: Open | Mark | Turn

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = SweepPicture(glyphs, self._go)
        self._table = CellTable(self._picture, self._go)
        self.standing: Standing | None = None
        self._view = SweepView()
        self._axes = 0
        # The place in its sweep of the cell under the cursor; of none the best is.
        self._place: int | None = None
        self._marked: Collection[str] = ()

    def compose(self) -> ComposeResult:
        yield Pane(views.SWEEP)
        yield Pane(views.CELLS)

    async def mount_panes(self) -> None:
        """Fill the panes, whose widgets draw with numpy and plotext."""
        for name, content in ((views.SWEEP, self._picture), (views.CELLS, self._table)):
            await self.query_one(f"#{name}", Pane).fill(content)

    @property
    def cell(self) -> CellView | None:
        """The cell under the cursor: the best until somebody moves it."""
        return self._view.cell(-1 if self._place is None else self._place)

    @property
    def highlighted(self) -> str | None:
        """The id of the first run of the cell under the cursor."""
        return self.cell.runs[0] if self.cell and self.cell.runs else None

    @property
    def axes(self) -> Axes | None:
        """The settings down and across, by their places; None where there are none."""
        found = choices(self._view)
        return found[self._axes % len(found)] if found else None

    def on_sweep_read(self, event: SweepRead) -> None:
        """Show a sweep as it is now."""
        event.stop()
        self.standing, view = event.standing, event.view
        if view == self._view:
            return
        if view.group != self._view.group:
            self._axes, self._place = 0, None
        self._view = view
        self._show()
        self.refresh_bindings()

    def show_marked(self, runs: Collection[str]) -> None:
        """Show which runs are marked."""
        if runs != self._marked:
            self._marked = runs
            self._show()

    def _show(self) -> None:
        place = self.cell.place if self.cell else 0
        with self.app.batch_update():
            self._picture.show(self._view, self.axes, place)
            self._table.show(self._view, place, self._marked)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A cell has runs from when its turn comes; there are other sweeps, and settings to choose from."""
        match action:
            case "open" | "mark":
                return True if self.highlighted else None
            case "lay_out":
                return len(choices(self._view)) > 1
            case "other":
                by = parameters[0]
                return isinstance(by, int) and 1 <= self._view.number + by <= self._view.sweeps
        return True

    def _go(self, place: int) -> None:
        """Put the cursor on the cell at a place of the sweep."""
        self._place = place
        self._show()
        self.refresh_bindings()

    def action_open(self) -> None:
        if cell := self.cell:
            shared = (("group", self._view.group), *zip(self._view.settings, cell.values, strict=True))
            self.post_message(self.Wanted(Open(cell.runs, shared)))

    def action_mark(self) -> None:
        if self.cell:
            self.post_message(self.Wanted(Mark(self.cell.runs)))

    def action_lay_out(self) -> None:
        self._axes += 1
        self._show()

    def action_other(self, by: int) -> None:
        self.post_message(self.Wanted(Turn(by)))
