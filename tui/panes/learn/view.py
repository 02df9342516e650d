"""What the Learn view shows, and what its keys ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

if TYPE_CHECKING:
    from engine.lessons.standing import LessonStanding


class LessonRow(NamedTuple):
    """A lesson of the list, what it asks, and whether it is done."""

    name: str
    title: str
    question: str
    is_done: bool


class Open(NamedTuple):
    """A lesson is to be shown and, with `enter`, gone to."""

    name: str
    enter: bool = False


class Train(NamedTuple):
    """The runs of the lesson that is shown are to be trained."""


class LookAt(NamedTuple):
    """What the lesson that is shown points at is to be opened: the one at this place."""

    place: int


class Choose(NamedTuple):
    """The question at a place is answered so."""

    question: int
    outcome: str


class Leave(NamedTuple):
    """The lesson is to be left for the list of them or, where it has the whole screen, for the view around it."""


Request = Open | Train | LookAt | Choose | Leave


@dataclass
class LessonRequested(Message):
    """A key asks for something."""

    request: Request


@dataclass
class AnswerKept(Message):
    """What was answered is kept, and can be read."""


@dataclass
class LessonsRead(Message):
    """The lessons there are, and how the one that is shown stands."""

    rows: tuple[LessonRow, ...]
    standing: LessonStanding
