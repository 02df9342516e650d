"""Lessons: a question, runs that answer it, where to look, and what one's own figures say.

Each is a file of `assets/lessons`, in the order of their names: `02-depth.toml` is the lesson `depth`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from engine.config.presets import preset
from engine.errors import UserError
from engine.files import ASSETS
from engine.lessons.judges import Judge
from engine.sweeps.plan import Plan, SweepRequest, plan
from engine.sweeps.record import SweepRecord
from engine.text import clean

FOLDER = ASSETS / "lessons"
# What the sweep of a lesson is called: this, and the lesson's name.
PREFIX = "lesson-"


class LessonError(UserError):
    """No lesson is called that; the message says which there are."""


@dataclass(frozen=True)
class Look:
    """Where to look: a pane of a view, with the run or cell of this name shown, and at what there."""

    view: str
    pane: str
    cell: str
    at: str


@dataclass(frozen=True)
class Answer:
    """An answer to choose, the outcome that it stands for, and why it is so where the runs say so."""

    outcome: str
    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """What is asked, who judges it, the answers, and the outcome that textbooks expect."""

    text: str
    judge: Judge
    textbook: str
    answers: tuple[Answer, ...]

    def answer(self, outcome: str) -> Answer:
        """The answer that stands for an outcome."""
        return next(answer for answer in self.answers if answer.outcome == outcome)


@dataclass(frozen=True)
class Lesson:
    """A lesson; `values` are the settings and the values to try of its runs, as they are typed, over a preset."""

    name: str
    title: str
    question: str
    idea: tuple[str, ...]
    published: str
    preset: str
    values: Mapping[str, str]
    seeds: int
    metric: str
    looks: tuple[Look, ...]
    questions: tuple[Question, ...]
    then: tuple[str, ...]

    @property
    def request(self) -> SweepRequest:
        """The sweep of its runs."""
        return SweepRequest(
            preset(self.preset).config,
            self.values,
            seeds=self.seeds,
            metric=self.metric,
            name=f"{PREFIX}{self.name}",
            preset=self.preset,
        )

    @cached_property
    def planned(self) -> Plan:
        """The sweep of its runs, with its cells."""
        return plan(self.request)

    def newest(self, records: Iterable[SweepRecord]) -> SweepRecord | None:
        """The first of some sweeps that is one of its runs as they are now."""
        return next((one for one in records if _trains(one) == _trains(self.planned.record)), None)


def _trains(record: SweepRecord) -> object:
    """What a sweep trains, whatever it is called."""
    return record.name, record.base, record.settings, record.tried, record.seeds, record.metric


@cache
def lessons() -> Mapping[str, Lesson]:
    """The lessons by name, in their order."""
    from engine.lessons.lesson_file import read_lesson

    return {lesson.name: lesson for lesson in map(read_lesson, sorted(FOLDER.glob("*.toml")))}


def lesson(name: str) -> Lesson:
    """The lesson of that name. Raises LessonError."""
    key = name.lower()
    if key in lessons():
        return lessons()[key]
    near = difflib.get_close_matches(key[:40], lessons(), n=2, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of: {', '.join(lessons())}"
    raise LessonError(f"no lesson is called {clean(name, 40)!r}; {hint}")
