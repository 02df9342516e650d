"""The lesson that is shown: a page with a cursor on what can be done in it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from engine.lessons.standing import LessonStanding
from tui.drawing.styled_lines import Line, fit, plain
from tui.panes.learn.drawing import Page, page
from tui.panes.learn.view import Choose, Leave, LessonRequested, Request
from tui.widgets.bindings import shown
from tui.widgets.row_list import row_keys
from tui.widgets.scrolled_lines import WHEEL, ScrolledLines


class LessonPage(ScrolledLines, can_focus=True):
    """Shows a lesson; the cursor goes from one thing that can be done to the next, and the page with it.

    Sends `LessonRequested` for what is to be done."""

    DEFAULT_CSS = """
    LessonPage {
        & > .stop { color: $text-accent; }
        & > .wrong { text-style: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *row_keys("choice", "the lesson", "The beginning", "The end"),
        shown("open", "do", "Do", "Do what is under the cursor: train, look, or answer so"),
        shown("leave", "leave", "Lessons", "Back to the list of lessons", "Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        # What is shown.
        self.standing: LessonStanding | None = None
        self._cursor = 0

    @property
    def request(self) -> Request | None:
        """What is under the cursor."""
        stops = self._page(self.size.width).stops
        return stops[self._cursor] if self._cursor < len(stops) else None

    def show(self, standing: LessonStanding) -> None:
        """Show a lesson as it stands: another one from its beginning, the same with the cursor where it was or, once
        that is done, on what comes next."""
        before, self.standing = self.standing, standing
        if before is None or before.lesson is not standing.lesson:
            self._cursor = 0
            self.scroll_home_at_once()
        else:
            self._keep_cursor(page(before, self.size.width), self._page(self.size.width))
        self.refresh_with_keys()

    def _keep_cursor(self, before: Page, made: Page) -> None:
        """Stay on the same thing to do; of a question that was answered, have what the runs say seen."""
        request = before.stops[self._cursor] if self._cursor < len(before.stops) else None
        if request in made.stops:
            self._cursor = made.stops.index(request)
            return
        still_there = sum(stop in made.stops for stop in before.stops[: self._cursor])
        self._cursor = max(0, min(still_there, len(made.stops) - 1))
        if isinstance(request, Choose):
            rows, height = made.questions[request.question], self.room(len(made.lines))
            self._top = max(self._top, min(rows.start, rows.stop - height))

    def lines(self, width: int) -> list[Line]:
        made = self._page(width)
        marked = made.rows(self._cursor)
        return [
            ((fit(plain(line), width), self.cursor_style),) if row in marked else line
            for row, line in enumerate(made.lines)
        ]

    def _page_in_room(self) -> tuple[Page, int]:
        """The page, and how many of its lines are seen at once."""
        made = self._page(self.size.width)
        return made, self.room(len(made.lines))

    def _page(self, width: int) -> Page:
        return page(self.standing, width) if self.standing else Page(width)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There may be nothing to do on the page."""
        return self.request is not None if action == "do" else True

    def action_do(self) -> None:
        """Do it where it can be seen; else show it first."""
        made, height = self._page_in_room()
        rows = made.rows(self._cursor)
        if rows and not self._top <= rows.start < self._top + height:
            self._scroll(made, rows.stop - height)
        elif (request := self.request) is not None:
            self.post_message(LessonRequested(request))

    def action_leave(self) -> None:
        self.post_message(LessonRequested(Leave()))

    def action_go(self, by: int) -> None:
        """Go to what can be done next where that can be seen then, else a page nearer to it, so that nothing is passed
        over unread; at the ends of the page, to the end of its text."""
        made, height = self._page_in_room()
        own = made.rows(self._cursor)
        is_ahead = own.stop > self._top + height if by > 0 else own.start < self._top
        following = self._cursor if is_ahead else self._cursor + by
        rows = made.rows(following) if 0 <= following < len(made.stops) else range(0)
        if not rows:
            self._scroll(made, self._top + by * WHEEL)
            return
        top = max(self._top, rows.stop - height) if by > 0 else min(self._top, rows.start)
        most = max(1, height - 2)
        if abs(top - self._top) <= most:
            self._cursor = following
        self._scroll(made, max(self._top - most, min(self._top + most, top)))

    def action_go_page(self, by: int) -> None:
        made, height = self._page_in_room()
        self._scroll(made, self._top + by * max(1, height - 1))
        self._enter_view(made, height)

    def action_go_to(self, row: int) -> None:
        made = self._page(self.size.width)
        self._cursor = 0 if row == 0 else max(0, len(made.stops) - 1)
        self._scroll(made, 0 if row == 0 else len(made.lines))

    def _scroll(self, made: Page, top: int) -> None:
        self._top = max(0, min(top, len(made.lines) - self.room(len(made.lines))))
        self.refresh_with_keys()

    def _enter_view(self, made: Page, height: int) -> None:
        """Put the cursor on the first thing that can be done of what is seen, unless it is on one, or there is none."""
        seen = dict.fromkeys(stop for stop in made.stop_of[self._top : self._top + height] if stop is not None)
        if seen and self._cursor not in seen:
            self._cursor = next(iter(seen))
            self.refresh_with_keys()

    def on_click(self, event: Click) -> None:
        """Go to what is under the mouse, which a second click does."""
        made, offset = self._page(self.size.width), event.get_content_offset(self)
        row = self._top + offset.y if offset is not None else len(made.lines)
        stop = made.stop_of[row] if row < len(made.lines) else None
        if stop is not None:
            self._cursor = stop
            self.refresh_with_keys()
            if event.chain == 2:
                self.action_do()
