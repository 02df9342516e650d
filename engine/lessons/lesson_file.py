"""A lesson as its file has it. What is missing, unknown or does not fit together is an error that names it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from engine.lessons.evidence import cell_name
from engine.lessons.judges import JUDGES, Judge
from engine.lessons.lesson import Answer, Lesson, Look, Question
from engine.lessons.measures import Measured

NAME = re.compile(r"[0-9]{2}-([a-z0-9-]+)\.toml")


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
