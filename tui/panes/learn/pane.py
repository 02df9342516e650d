"""The lessons, and the one that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.learn.lesson_list import LessonList
from tui.panes.learn.page import LessonPage
from tui.panes.learn.view import LessonsRead
from tui.widgets import views
from tui.widgets.pane_frame import PaneGroup

if TYPE_CHECKING:
    from engine.lessons.standing import LessonStanding


class Learning(PaneGroup):
    """Shows the lessons and one of them, which send `LessonRequested` for what keys ask for."""

    ID, NAMES = "learning", (views.LESSONS, views.LESSON)

    def __init__(self) -> None:
        super().__init__()
        self._list, self._page = LessonList(), LessonPage()

    @property
    def standing(self) -> LessonStanding | None:
        """How the lesson stands that is shown."""
        return self._page.standing

    def contents(self) -> tuple[LessonList, LessonPage]:
        return self._list, self._page

    def on_lessons_read(self, event: LessonsRead) -> None:
        """Show the lessons as they are now."""
        event.stop()
        with self.app.batch_update():
            self._list.show(event.rows, event.standing.lesson.name)
            # What was asked of another lesson before the cursor went on comes too late.
            if event.standing.lesson.name == self._list.name_chosen:
                self._page.show(event.standing)
