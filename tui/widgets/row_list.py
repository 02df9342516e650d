"""Rows with a cursor on one of them."""

from __future__ import annotations

from textual.binding import BindingType
from textual.events import MouseScrollDown, MouseScrollUp

from tui.widgets.bindings import hidden
from tui.widgets.line_widget import LineWidget
from tui.widgets.scrolled_lines import WHEEL


def row_keys(row: str, rows: str, first: str, last: str) -> list[BindingType]:
    """The keys of a `RowList`, told in the words for a row, for several, and for the first and the last one."""
    return [
        hidden("up", "go(-1)", "Up", f"The {row} above"),
        hidden("down", "go(1)", "Down", f"The {row} below"),
        hidden("page_up", "go_page(-1)", "Page up", f"A page of {rows} up"),
        hidden("page_down", "go_page(1)", "Page down", f"A page of {rows} down"),
        hidden("first", "go_to(0)", "First", first),
        hidden("last", "go_to(-1)", "Last", last),
    ]


class RowList(LineWidget, can_focus=True):
    """Keys and the wheel move the cursor over the rows, of which the first `above` lines are none."""

    def __init__(self) -> None:
        super().__init__()
        # Where the cursor is, and the first line that is seen.
        self._row = self._top = 0

    @property
    def row(self) -> int:
        """Where the cursor is."""
        return self._row

    @property
    def above(self) -> int:
        """How many lines stand above the rows."""
        return 1

    @property
    def below(self) -> int:
        """How many lines stand below the rows."""
        return 0

    @property
    def count(self) -> int:
        raise NotImplementedError

    def put(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        raise NotImplementedError

    def action_go(self, by: int) -> None:
        self.put(self.row + by)

    def action_go_page(self, by: int) -> None:
        self.lay_out()
        self.put(self.row + by * max(1, self.size.height - self.above - self.below))

    def action_go_to(self, row: int) -> None:
        self.put(row if row >= 0 else self.count - 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self.put(self.row + WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self.put(self.row - WHEEL)
