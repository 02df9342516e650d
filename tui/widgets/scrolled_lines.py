"""Lines of which there may be more than there are rows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from textual.events import MouseScrollDown, MouseScrollUp

from tui.drawing.styled_lines import Line
from tui.widgets.line_widget import LineWidget

# Lines for a turn of the mouse wheel, as pagers scroll.
WHEEL = 3
# Rows from which on one of them says that there is more.
LEAST_HEIGHT_FOR_FOOT = 4


class ScrolledLines(LineWidget):
    """Paints those of its `lines` that fit, from one on that keys and the wheel choose.

    Where there are more, the last row says so."""

    def __init__(self) -> None:
        super().__init__()
        self._top = 0

    def lines(self, width: int) -> Iterable[Line]:
        """All lines, in a space of `width` cells; none is asked for behind the first that is not seen."""
        raise NotImplementedError

    def draw(self, width: int, height: int) -> list[Line]:
        lines = list(islice(self.lines(width), self._top + height + 1))
        room = self.room(len(lines))
        self._top = max(0, min(self._top, len(lines) - room))
        ways = (("↑", self._top > 0), ("↓", len(lines) > self._top + room))
        foot = "   ".join(f"{arrow} more" for arrow, is_more in ways if is_more)
        return [*lines[self._top : self._top + room], *[((foot, "dim"),)] * (height - room)]

    def room(self, count: int) -> int:
        """How many of so many lines are seen at once; where that is not all of them, a row says so."""
        height = self.size.height
        return height if count <= height or height < LEAST_HEIGHT_FOR_FOOT else height - 1

    def scroll_home_at_once(self) -> None:
        """Show the first line first, from the next time that it is drawn."""
        self._top = 0

    def action_scroll_lines(self, by: int) -> None:
        self._top = max(0, self._top + by)
        self.redraw()

    def action_scroll_pages(self, by: int) -> None:
        self.action_scroll_lines(by * max(1, self.size.height - 2))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_lines(-WHEEL)
