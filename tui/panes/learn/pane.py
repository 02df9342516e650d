"""The lessons, and the one that is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from tui.panes.learn.lesson_list import LessonList
from tui.panes.learn.page import LessonPage
from tui.panes.learn.view import LessonsRead, Wish
from tui.widgets import views
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from engine.lessons.standing import LessonStanding


class Learning(Horizontal):
    """Shows the lessons and one of them. Sends `Wanted` for what keys ask for."""

    @dataclass
    class Wanted(Message):
        """Something is to be done with a lesson, which stands so where it is the one that is shown."""

        wish: Wish
        standing: LessonStanding | None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._list, self._page = LessonList(), LessonPage()

    def compose(self) -> ComposeResult:
        yield Pane(views.LESSONS)
        yield Pane(views.LESSON)

    async def mount_panes(self) -> None:
        """Fill the panes."""
        for name, content in ((views.LESSONS, self._list), (views.LESSON, self._page)):
            await self.query_one(f"#{name}", Pane).fill(content)

    def on_lessons_read(self, event: LessonsRead) -> None:
        """Show the lessons as they are now."""
        event.stop()
        with self.app.batch_update():
            self._list.show(event.rows, event.standing.lesson.name)
            # What was asked of another lesson before the cursor went on comes too late.
            if event.standing.lesson.name == self._list.name_chosen:
                self._page.show(event.standing)

    def on_lesson_list_wanted(self, event: LessonList.Wanted) -> None:
        event.stop()
        self.post_message(self.Wanted(event.wish, self._page.standing))

    def on_lesson_page_wanted(self, event: LessonPage.Wanted) -> None:
        event.stop()
        self.post_message(self.Wanted(event.wish, self._page.standing))
