"""The lessons there are, and which of them are done."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from tui.drawing.styled_lines import Line, crop, fit, window, wrapped
from tui.panes.learn.view import LessonRequested, LessonRow, Open
from tui.widgets.bindings import shown
from tui.widgets.row_list import RowList, row_keys

# Cells from which on it stands alone on the screen, and says what the lesson under the cursor asks.
WIDE = 40


class LessonList(RowList):
    """Lists lessons; the one under the cursor is shown. Sends `LessonRequested` for another, or to go to it."""

    DEFAULT_CSS = """
    LessonList {
        & > .done { color: $text-success; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *row_keys("lesson", "lessons", "The first lesson", "The last lesson"),
        shown("open", "enter", "Read", "Go to this lesson"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LessonRow, ...] = ()

    def show(self, rows: tuple[LessonRow, ...], name: str) -> None:
        """List these lessons, with the cursor at first on the one of this name, then where somebody puts it."""
        if not self._rows:
            self._row = next((place for place, row in enumerate(rows) if row.name == name), 0)
        self._rows = rows
        self.redraw()

    @property
    def name_chosen(self) -> str:
        """The lesson under the cursor."""
        return self._rows[self._row].name if self._rows else ""

    @property
    def count(self) -> int:
        return len(self._rows)

    def put(self, row: int) -> None:
        place = max(0, min(row, self.count - 1))
        if self._rows and place != self._row:
            self._row = place
            self.redraw()
            self.post_message(LessonRequested(Open(self._rows[place].name)))

    def draw(self, width: int, height: int) -> list[Line]:
        done = sum(row.is_done for row in self._rows)
        room = max(1, height - 1)
        self._top = window(self._row, self._top, 1, room, self.count)
        head = crop(f"{done} of {self.count} done", width) if self._rows else ""
        shown = range(self._top, min(self._top + room, self.count))
        lines: list[Line] = [((head, "dim"),), *(self._line(place, width) for place in shown)]
        if self._rows and width >= WIDE:
            lines += [(), *wrapped(self._rows[self._row].question, width, "")]
        return lines

    def _line(self, place: int, width: int) -> Line:
        row = self._rows[place]
        mark, text = "✓" if row.is_done else " ", fit(f"{place + 1:2} {row.title}", max(0, width - 2))
        if place == self._row:
            return ((fit(f"{mark} {text}", width), self.cursor_style),)
        return ((f"{mark} ", "done"), (text, ""))

    def action_enter(self) -> None:
        if self._rows:
            self.post_message(LessonRequested(Open(self._rows[self._row].name, enter=True)))

    def on_click(self, event: Click) -> None:
        """Show the lesson under the mouse, to which a second click goes."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y and self._top + offset.y - 1 < self.count:
            self.put(self._top + offset.y - 1)
            if event.chain == 2:
                self.action_enter()
