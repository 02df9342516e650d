"""The table of a sweep's cells, the best first, with a filter above it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from engine.query.filters import Filter
from tui.drawing.styled_lines import Line, how_many_more, window, wrapped
from tui.panes.history.filter_bar import Filtered
from tui.panes.history.typed_filter import PROMPT, filter_line, typed_lines
from tui.panes.sweep.picture import SweepPicture
from tui.panes.sweep.table_drawing import NO_MATCH, NO_SWEEP, columns_of, head, headline, row
from tui.panes.sweep.view import SweepView
from tui.widgets.row_list import RowList, row_keys

EXAMPLE = "such as: l2<1e-3 acc>97% status:running relu"


class CellTable(Filtered, RowList, can_focus=True):
    """Shows the cells of a `SweepView`, the cursor on one; `go` takes the place of another one at once, `find` a filter
    that is to be in force, `let_all` is to take off whatever leaves cells out.

    Where the `picture`, which tells how the whole stands, is not seen, it tells that too."""

    DEFAULT_CSS = """
    CellTable {
        layout: vertical;
        overflow: hidden;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = row_keys("cell", "cells", "The best cell", "The last cell")

    def __init__(
        self,
        picture: SweepPicture,
        go: Callable[[int], object],
        find: Callable[[Filter], object],
        let_all: Callable[[], object],
    ) -> None:
        super().__init__()
        self._go, self._find, self._let_all = go, find, let_all
        self._picture = picture
        self._view = SweepView()
        self._marked: Collection[str] = ()
        # How many cells there are in all, and the ranges that leave some out, in words.
        self._total, self._ranges = 0, ""

    def show(self, view: SweepView, place: int, marked: Collection[str], total: int, ranges: str) -> None:
        """Show the cells of a sweep that are let through of so many, some perhaps by `ranges` in words, the cursor on
        that at a place of the sweep."""
        self._view, self._marked, self._total, self._ranges = view, marked, total, ranges
        self._row = next((row for row, cell in enumerate(view.cells) if cell.place == place), 0)
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        view = self._view
        if not view.group:
            return wrapped(NO_SWEEP, width, "dim")
        if self.editor.is_open:
            self.editor.place(len(PROMPT), 0, max(1, width - len(PROMPT)))
        filters = self._filter_lines(width, height)
        room = max(1, height - self.above - self.below)
        self._top = window(self._row, self._top, 1, room, len(view.cells))
        columns = columns_of(view, width)
        shown = enumerate(view.cells[self._top : self._top + room], self._top)
        rows = [
            row(view, cell, columns, width, self._marked, self.cursor_style if n == self._row else "")
            for n, cell in shown
        ]
        rows = rows or wrapped(NO_MATCH, width, "dim")
        foot = [how_many_more(self._top, self.count - self._top - len(rows))] * self.below
        return [*filters, *[headline(view, width)] * self._tells_the_whole, head(columns, width), *rows, *foot]

    @property
    def _tells_the_whole(self) -> bool:
        return not all(node.display for node in self._picture.ancestors_with_self)

    @property
    def above(self) -> int:
        """How many lines stand above the cells: the filter, the headline, and the names of the columns."""
        return len(self._filter_lines(*self.size)) + self._tells_the_whole + 1

    @property
    def below(self) -> int:
        """A line says how many cells are not seen."""
        room = self.size.height - self.above
        return int(1 < room < self.count)

    def _filter_lines(self, width: int, height: int) -> list[Line]:
        count = f"{len(self._view.cells):,} of {self._total:,} cells"
        if self.editor.is_open:
            return typed_lines(self.typed_filter, count, EXAMPLE, width, height)
        text = "  ".join(filter(None, (self.typed_filter.text, self._ranges)))
        return [filter_line(text, count, width)] if text else []

    def find(self) -> None:
        self._find(self.typed_filter.query)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """All are listed again while something leaves cells out."""
        if action == "list_all":
            return bool(self.typed_filter.text or self._ranges) and not self.editor.is_open
        if not super().check_action(action, parameters):
            return False
        return True if self._total or action != "filter" else None

    def action_list_all(self) -> None:
        self._let_all()

    def on_click(self, event: Click) -> None:
        """Move to the cell under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self.above and event.widget is not self.editor:
            self.put(self._top + offset.y - self.above)

    @property
    def count(self) -> int:
        return len(self._view.cells)

    def put(self, row: int) -> None:
        cells = self._view.cells
        if cells:
            self._go(cells[max(0, min(row, len(cells) - 1))].place)
