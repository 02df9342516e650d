"""Lessons: a question, runs that answer it, where to look, and what one's own figures say.

Each is a file of `assets/lessons`, in the order of their names: `02-depth.toml` is the lesson `depth`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from engine.config.presets import preset
from engine.errors import UserError
from engine.files import ASSETS
from engine.lessons.evidence import cell_name
from engine.lessons.judges import JUDGES, Judge
from engine.lessons.measures import Measured
from engine.sweeps.plan import Plan, SweepRequest, plan
from engine.sweeps.record import SweepRecord
from engine.text import clean

NAME = re.compile(r"[0-9]{2}-([a-z0-9-]+)\.toml")

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
    return {lesson.name: lesson for lesson in map(read_lesson, sorted(FOLDER.glob("*.toml")))}


def lesson(name: str) -> Lesson:
    """The lesson of that name. Raises LessonError."""
    key = name.lower()
    if key in lessons():
        return lessons()[key]
    near = difflib.get_close_matches(key[:40], lessons(), n=2, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of: {', '.join(lessons())}"
    raise LessonError(f"no lesson is called {clean(name, 40)!r}; {hint}")


def read_lesson(path: Path) -> Lesson:
    """The lesson of a file. Raises ValueError, which names the file and the fault, and ConfigError for its runs."""
    try:
        return _lesson(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name}: {error}") from None


def _lesson(path: Path, content: dict[str, Any]) -> Lesson:
    if not (match := NAME.fullmatch(path.name)):
        raise ValueError("a lesson's file is called NN-name.toml")
    required = {"title": str, "question": str, "idea": list, "published": str, "runs": dict, "looks": list}
    values = _table(content, {**required, "questions": list, "then": list})
    runs = _table(values["runs"], {"preset": str, "values": dict}, {"seeds": (int, 1), "metric": (str, "")})
    lesson = Lesson(
        name=match[1],
        title=values["title"],
        question=values["question"],
        idea=_texts(values["idea"]),
        published=values["published"],
        **runs,
        looks=tuple(map(_look, values["looks"])),
        questions=tuple(map(_question, values["questions"])),
        then=_texts(values["then"]),
    )
    _check(lesson)
    return lesson


def _look(content: object) -> Look:
    return Look(**_table(content, {"view": str, "pane": str, "at": str}, {"cell": (str, "")}))


def _question(content: object) -> Question:
    values = _table(content, {"text": str, "judge": dict, "textbook": str, "answers": list})
    answers = (Answer(**_table(one, {"outcome": str, "text": str, "why": str})) for one in values["answers"])
    return Question(values["text"], _judge(values["judge"]), values["textbook"], tuple(answers))


def _judge(content: dict[str, Any]) -> Judge:
    kind = JUDGES.get(content.get("name", ""))
    if kind is None:
        raise ValueError(f"no judge is called {content.get('name')!r}; one of {', '.join(JUDGES)}")
    given = {name: value for name, value in content.items() if name != "name"}
    if unknown := given.keys() - {own.name for own in fields(kind)}:
        raise ValueError(f"{content['name']} knows no {', '.join(sorted(unknown))}")
    judge: Judge = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})
    return judge


def _check(lesson: Lesson) -> None:
    """Raises ValueError where a lesson asks for what its runs cannot tell, or leaves an outcome without an answer."""
    cells = {cell_name(values) for values in lesson.planned.cells}
    if not (lesson.looks and lesson.questions and lesson.idea and lesson.then):
        raise ValueError("a lesson has an idea, looks, questions, and what to change then")
    for look in lesson.looks:
        _among("cell", [look.cell] if look.cell else [], cells)
    for question in lesson.questions:
        _among("cell", question.judge.cells, cells)
        if measure := getattr(question.judge, "measure", ""):
            Measured.read(measure)
        answered = [answer.outcome for answer in question.answers]
        if sorted(answered) != sorted(question.judge.outcomes):
            raise ValueError(f"{question.text!r} has answers for {answered}, not for {question.judge.outcomes}")
        _among("outcome", [question.textbook], answered)


def _among(kind: str, names: Collection[str], known: Collection[str]) -> None:
    if missing := [one for one in names if one not in known]:
        raise ValueError(f"no {kind} is called {missing[0]!r}; there are {', '.join(sorted(known))}")


def _texts(values: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(text, str) and text for text in values):
        raise ValueError(f"{values!r} are not texts")
    return tuple(map(_on_one_line, values))


def _table(
    content: object, required: Mapping[str, type], optional: Mapping[str, tuple[type, object]] | None = None
) -> dict[str, Any]:
    """A table with what is wanted, each of its type, what may be left out by its default, and nothing else."""
    if not isinstance(content, dict):
        raise ValueError(f"{content!r} is not a table")
    left_out = optional or {}
    kinds = {**required, **{name: kind for name, (kind, _) in left_out.items()}}
    values = {**{name: default for name, (_, default) in left_out.items()}, **content}
    if wrong := values.keys() ^ kinds.keys():
        raise ValueError(f"missing or unknown: {', '.join(sorted(wrong))}")
    for name, kind in kinds.items():
        if type(values[name]) is not kind:
            raise ValueError(f"{name} is not of the kind {kind.__name__}")
        if kind is str:
            values[name] = _on_one_line(values[name])
    return values


def _on_one_line(text: str) -> str:
    """A text without the line ends that it has in the file."""
    return " ".join(text.split())
