"""Lessons: how the one that is shown stands, and what its keys do, on a board's view of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from engine.errors import UserError
from engine.home import Home
from tui.screens.board import Board
from tui.screens.comparing import Comparing
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing
from tui.screens.sweep_watch import SweepWatch
from tui.widgets import views
from tui.widgets.bindings import with_keys
from tui.workers.background import Background

if TYPE_CHECKING:
    from textual.timer import Timer

    from engine.lessons.lesson import Look
    from engine.lessons.standing import LessonStanding
    from engine.sweeps.standing import SweepReader
    from tui.panes.learn.view import LessonsRead, Request
    from tui.workers.engine_requests import EngineWorker

READING, ANSWERS = "lesson", "answers"
# Seconds between looks at runs that train, and that answers are waited for when the console is left.
LOOK_EVERY, TIMEOUT = 2.0, 5.0


@dataclass(frozen=True)
class LessonCollaborators:
    """Those of the screen who open what a lesson points at."""

    following: RunFollowing
    comparing: Comparing
    sweeps: SweepWatch


class LearnWatch:
    """Shows a lesson while that is seen: the first that is not done until somebody chooses another.

    `engine` is what carries requests; it is called when the first is made."""

    def __init__(
        self,
        home: Home,
        board: Board,
        others: LessonCollaborators,
        prompts: Prompts,
        background: Background,
        engine: Callable[[], EngineWorker],
    ) -> None:
        self._home = home
        self._board = board
        self._others = others
        self._prompts = prompts
        self._background = background
        self._engine = engine
        self._chosen = ""
        self._standing: LessonStanding | None = None
        self._reader: SweepReader | None = None
        self._timer: Timer | None = None

    def choose(self, name: str) -> None:
        """Show the lesson of that name from now on."""
        self._chosen = name
        self.look()

    def look(self) -> None:
        """See how the lesson stands, where it is seen."""
        if self._board.view.name != views.LEARN_VIEW or views.LESSON not in self._board.there:
            return
        self._timer = self._timer or self._board.set_interval(LOOK_EVERY, self._look_again)
        self._background.do(READING, self._read, self._board.learning.post_message, only_latest=True)

    def begins(self, group: str) -> bool:
        """Whether a sweep that was begun is the lesson's, which is told there."""
        from engine.lessons.lesson import PREFIX

        is_own = self._board.view.name == views.LEARN_VIEW and group.startswith(PREFIX)
        if is_own:
            self.look()
        return is_own

    def carry_out(self, request: Request) -> None:
        """Do what a key of the panes asks for, of the lesson that is shown."""
        from tui.panes.learn.view import Choose, Leave, LookAt, Open

        standing = self._board.learning.standing
        match request:
            case Open(name, enter):
                self.choose(name)
                if enter:
                    self._board.reveal(views.LESSON)
            case Leave():
                self._board.enlarge(False) if self._board.enlarged else self._board.reveal(views.LESSONS)
            case LookAt(place) if standing:
                self._look_at(standing, standing.lesson.looks[place])
            case Choose(question, outcome) if standing:
                work = partial(self._answer, standing, question, outcome)
                self._background.do(ANSWERS, work, self._board.learning.post_message)
            case _ if standing:
                self._ask_to_train(standing)

    def flush(self) -> None:
        """Wait until answers have been kept, as long as that makes sense."""
        self._background.flush(ANSWERS, TIMEOUT)

    def _look_again(self) -> None:
        """What nobody trains does not change by itself."""
        if self._standing and self._standing.runs and self._standing.runs.fed:
            self.look()

    def _ask_to_train(self, standing: LessonStanding) -> None:
        """Train the runs of a lesson; once more only after a question."""

        def train() -> None:
            self._engine().train_sweep(standing.lesson.request)

        if standing.is_trained:
            self._prompts.confirm(
                "Train its runs once more? Those there are stay; its questions are asked anew.", train
            )
        else:
            train()

    def _look_at(self, standing: LessonStanding, look: Look) -> None:
        """Open what a lesson points at, and say where to look there."""
        if standing.runs is None:
            return
        ids = [id for _, id in sorted(standing.runs.sweep.runs.items())]
        if look.view == views.SWEEP_VIEW:
            self._others.sweeps.choose(standing.group)
        elif look.view == "Compare":
            self._others.comparing.start(ids)
        elif runs := standing.runs_of(look.cell):
            self._others.following.show_run(runs[0])
        self._board.reveal(look.pane, views.place(look.view))
        self._prompts.tell(with_keys(f"{look.at} ({{view_learn}}: back to the lesson)"))

    def _answer(self, standing: LessonStanding, question: int, outcome: str) -> Message:
        """In a thread of its own."""
        from engine.lessons.standing import keep_answer
        from tui.panes.learn.view import AnswerKept

        try:
            keep_answer(self._home, standing, question, outcome)
        except OSError as error:
            raise UserError(f"The answer cannot be kept: {error.strerror or error}") from None
        return AnswerKept()

    def _read(self) -> LessonsRead:
        """In a thread of its own: what has not changed is not read again."""
        from engine.lessons.lesson import lessons
        from engine.lessons.progress import read_progress
        from engine.lessons.standing import lesson_standing
        from engine.sweeps.standing import SweepReader
        from engine.sweeps.sweep_file import sweep_records
        from tui.panes.learn.view import LessonRow, LessonsRead

        progress = read_progress(self._home)
        rows = tuple(
            LessonRow(name, own.title, own.question, progress[name].is_done) for name, own in lessons().items()
        )
        if self._chosen not in progress:
            self._chosen = next((row.name for row in rows if not row.is_done), rows[0].name)
        lesson = lessons()[self._chosen]
        record = lesson.newest(sweep_records(self._home))
        if record and (self._reader is None or self._reader.group != record.group):
            self._reader = SweepReader(self._home, record.group)
        runs = self._reader.read() if record and self._reader else None
        self._standing = lesson_standing(self._home, lesson, runs, progress[lesson.name], self._standing)
        return LessonsRead(rows, self._standing)
