"""Progress is kept, and whatever lies there instead is survived."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from engine.home import Home
from engine.lessons.lesson import lesson, lessons
from engine.lessons.progress import FILE, Chosen, Progress, keep_answer, read_progress

DEPTH = lesson("depth")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["first", "x", "0", "group"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["depth", "group", "answers", "done", "0", "7"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_answers_are_kept_by_lesson_and_begun_anew_with_other_runs(home: Home) -> None:
    assert read_progress(home) == dict.fromkeys(lessons(), Progress())
    keep_answer(home, DEPTH, "a", 0, Chosen("first", False))
    keep_answer(home, lesson("seeds"), "b", 0, Chosen("some", True))
    for place in (1, 2):
        keep_answer(home, DEPTH, "a", place, Chosen(DEPTH.questions[place].textbook, True))
    kept = read_progress(home)
    assert kept["depth"].is_done and kept["depth"].chosen[0] == Chosen("first", False)
    assert kept["seeds"] == Progress("b", {0: Chosen("some", True)})
    again = keep_answer(home, DEPTH, "c", 1, Chosen("alike", True))
    assert again == Progress("c", {1: Chosen("alike", True)}, is_done=True) == read_progress(home)["depth"]
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
    assert keep_answer(home, DEPTH, "a", 0, Chosen("second", True)).chosen
    assert read_progress(home)["depth"].chosen
