"""`mnist-tui learn`."""

from __future__ import annotations

import json

from engine.home import Home
from engine.lessons.lesson import lesson, lessons
from engine.lessons.progress import Progress, change_progress
from tests.builders.program import call
from tests.builders.sweeps import finish_cell, make_sweep


def test_lessons_are_listed_with_those_that_are_done(home: Home) -> None:
    change_progress(home, lesson("depth"), lambda _: Progress("x", is_done=True))
    listed = json.loads(call("learn", "--json").stdout)
    assert [(own["name"], own["done"]) for own in listed] == [(name, name == "depth") for name in lessons()]
    lines = call("learn").stdout.splitlines()
    assert len(lines) == 1 + len(lessons()) and any(line.split()[:2] == ["depth", "done"] for line in lines)


def test_a_lesson_says_what_to_train_and_then_what_the_runs_answer(home: Home) -> None:
    depth = lesson("depth")
    assert "Train its runs: mnist-tui learn depth --train" in call("learn", "depth").stdout
    request = depth.request
    make_sweep(home, request.texts, request.base, name=request.name, preset=request.preset)
    assert "broken off" in call("learn", "depth", "--answers").stdout
    for cell, accuracy in enumerate((0.92, 0.97, 0.975, 0.974)):
        finish_cell(home, cell, {1: accuracy})
    quiet = call("learn", "depth").stdout
    assert "a) The one without a hidden layer" in quiet and "Your runs say" not in quiet
    assert "Your runs say: The one with a hidden layer." in call("learn", "depth", "--answers").stdout
    told = json.loads(call("learn", "depth", "--json").stdout)
    assert (told["group"], told["trained"], told["questions"][0]["outcomes"]) == ("mine", True, ["second"])


def test_what_makes_no_sense_is_said_in_a_line(home: Home) -> None:
    for words, status, said in (
        (("dept",), 1, "did you mean depth"),
        (("--train",), 2, "go with a LESSON"),
        (("depth", "--train", "--json"), 2, "exclude each other"),
    ):
        result = call("learn", *words)
        assert (result.exit_code, said in result.stderr) == (status, True), result.stderr
