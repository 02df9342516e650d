"""Progress is kept, and whatever lies there instead is survived."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from engine.home import Home
from engine.json_text import aside
from engine.lessons.lesson import Lesson, lesson, lessons
from engine.lessons.progress import FILE, Chosen, Progress, change_progress, read_progress

DEPTH = lesson("depth")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["first", "x", "0", "group"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["depth", "group", "answers", "done", "0", "7"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def keep(home: Home, lesson: Lesson, group: str, answers: dict[int, Chosen], is_done: bool = False) -> Progress:
    return change_progress(home, lesson, lambda progress: Progress(group, answers, is_done or progress.is_done))


def test_progress_is_kept_by_lesson_and_answers_count_for_the_runs_they_are_of(home: Home) -> None:
    assert read_progress(home) == dict.fromkeys(lessons(), Progress())
    keep(home, DEPTH, "a", {0: Chosen("first", False)}, is_done=True)
    keep(home, lesson("seeds"), "b", {1: Chosen("alike", True)})
    kept = read_progress(home)
    assert kept["depth"] == Progress("a", {0: Chosen("first", False)}, is_done=True)
    assert kept["seeds"] == Progress("b", {1: Chosen("alike", True)})
    assert kept["depth"].of("a") is kept["depth"] and kept["depth"].of("c") == Progress("c", is_done=True)
    assert (home.path / FILE).stat().st_mode & 0o077 == 0


@given(VALUES)
def test_whatever_lies_there_is_read(values: object) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(json.dumps(values))
        for name, progress in read_progress(Home(Path(folder))).items():
            assert all(
                chosen.outcome in lesson(name).questions[place].judge.outcomes
                for place, chosen in progress.chosen.items()
            )


def test_a_torn_file_counts_as_nothing(home: Home) -> None:
    (home.path / FILE).write_bytes(b'{"depth": {"group": "a", "answ\xff')
    assert read_progress(home)["depth"] == Progress()
    assert keep(home, DEPTH, "a", {0: Chosen("second", True)}).chosen
    assert read_progress(home)["depth"].chosen
    assert aside(home.path / FILE).read_bytes().startswith(b'{"depth"')
