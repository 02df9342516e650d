"""Lines of which there may be more than there are rows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from textual.events import MouseScrollDown, MouseScrollUp

from tui.drawing.styled_lines import Line
from tui.widgets.line_widget import LineWidget

# Lines for a turn of the mouse wheel, as pagers scroll.
WHEEL = 3


class ScrolledLines(LineWidget):
    """Paints those of its `lines` that fit, from one on that keys and the wheel choose."""

    def __init__(self) -> None:
        super().__init__()
        self._top = 0

    def lines(self, width: int) -> Iterable[Line]:
        """All lines, in a space of `width` cells; none is asked for behind the last that is seen."""
        raise NotImplementedError

    def draw(self, width: int, height: int) -> list[Line]:
        lines = list(islice(self.lines(width), self._top + height))
        self._top = max(0, min(self._top, len(lines) - height))
        return lines[self._top : self._top + height]

    def scroll_home_at_once(self) -> None:
        """Show the first line first, from the next time that it is drawn."""
        self._top = 0

    def action_scroll_lines(self, by: int) -> None:
        self._top = max(0, self._top + by)
        self.redraw()

    def action_scroll_pages(self, by: int) -> None:
        self.action_scroll_lines(by * max(1, self.size.height - 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_lines(-WHEEL)
