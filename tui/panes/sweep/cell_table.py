"""The table of a sweep's cells, the best first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from tui.drawing.styled_lines import Line, window, wrapped
from tui.panes.sweep.picture import SweepPicture
from tui.panes.sweep.table_drawing import NO_SWEEP, columns_of, head, headline, row
from tui.panes.sweep.view import SweepView
from tui.widgets.row_list import RowList, row_keys


class CellTable(RowList):
    """Shows the cells of a `SweepView`, the cursor on one; `go` takes the place of another one at once.

    Where the `picture`, which tells how the whole stands, is not seen, it tells that too."""

    CSS_PREFIX = "cells"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "cells--header", "cells--title", "cells--dim", "cells--mark", "cells--best", "cells--cursor",
        "cells--cursor-unfocused",
    }  # fmt: skip
    DEFAULT_CSS = """
    CellTable {
        background: $surface;
        & > .cells--header { color: $text-muted; text-style: bold; }
        & > .cells--title { text-style: bold; }
        & > .cells--dim { color: $text-muted; }
        & > .cells--mark { color: $text-accent; text-style: bold; }
        & > .cells--best { color: $text-success; text-style: bold; }
        & > .cells--cursor { text-style: reverse; }
        & > .cells--cursor-unfocused { text-style: bold; background: $boost; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = row_keys("cell", "cells", "The best cell", "The last cell")

    def __init__(self, picture: SweepPicture, go: Callable[[int], object]) -> None:
        super().__init__()
        self._go = go
        self._picture = picture
        self._view = SweepView()
        self._marked: Collection[str] = ()

    def show(self, view: SweepView, place: int, marked: Collection[str]) -> None:
        """Show the cells of a sweep, the cursor on that at a place of the sweep."""
        self._view, self._marked = view, marked
        self._row = next((row for row, cell in enumerate(view.cells) if cell.place == place), 0)
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        view = self._view
        if not view.group:
            return wrapped(NO_SWEEP, width, "dim")
        room = max(1, height - self.above)
        self._top = window(self._row, self._top, 1, room, len(view.cells))
        columns = columns_of(view, width)
        style = "cursor" if self.has_focus else "cursor-unfocused"
        shown = enumerate(view.cells[self._top : self._top + room], self._top)
        rows = [row(view, cell, columns, width, self._marked, style if n == self._row else "") for n, cell in shown]
        return [*[headline(view, width)] * (self.above - 1), head(columns, width), *rows]

    @property
    def above(self) -> int:
        """How many lines stand above the cells: the names of the columns, and the headline."""
        return 1 if all(node.display for node in self._picture.ancestors_with_self) else 2

    def on_click(self, event: Click) -> None:
        """Move to the cell under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self.above:
            self.put(self._top + offset.y - self.above)

    @property
    def count(self) -> int:
        return len(self._view.cells)

    def put(self, row: int) -> None:
        cells = self._view.cells
        if cells:
            self._go(cells[max(0, min(row, len(cells) - 1))].place)
