"""Lessons as their files have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.run_config import ALL, FULL
from engine.home import Home
from engine.lessons.judges import Band
from engine.lessons.lesson import FOLDER, LessonError, lesson, lessons, read_lesson
from engine.sweeps.plan import plan
from tests.builders.lessons import figures_for

FILES = sorted(FOLDER.glob("*.toml"))
TRAINING_IMAGES = 60_000
# Images that the slowest machine meant, of two cores, trains on in three minutes with room to spare, and its updates.
MOST_IMAGES, MOST_UPDATES = 4_000_000, 200_000


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_lesson_is_short_and_judged_by_its_figures_whatever_they_are(path: Path, home: Home) -> None:
    read = read_lesson(path)
    made = plan(read.request)
    images = updates = 0
    for config in made.configs:
        used = TRAINING_IMAGES if config.train_size == ALL else int(config.train_size)
        images += made.record.seeds * config.epochs * used
        updates += (
            made.record.seeds
            * config.epochs
            * -(-used // (used if config.batch_size == FULL else int(config.batch_size)))
        )
    assert images <= MOST_IMAGES and updates <= MOST_UPDATES
    assert read.newest([made.record]) is made.record
    for question in read.questions:
        judge = question.judge
        assert not isinstance(judge, Band) or list(judge.bounds) == sorted(judge.bounds)
        for outcome in judge.outcomes:
            assert question.answer(outcome).why
            if evidence := figures_for(home, judge, outcome):
                assert judge.find(evidence).outcomes == (outcome,), question.text


def test_a_lesson_is_found_by_its_name() -> None:
    assert lesson("Depth") is lessons()["depth"]
    with pytest.raises(LessonError, match="did you mean depth"):
        lesson("dephts")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Depth"', "", "missing or unknown: title"),
        ('title = "Depth"', 'title = "Depth"\nmood = "good"', "missing or unknown: mood"),
        ('title = "Depth"', "title = 3", "title is not of the kind str"),
        ('measure = "test_accuracy", first', 'measure = "speed", first', "'speed' is no measure"),
        ('name = "band"', 'name = "oracle"', "no judge is called 'oracle'"),
        ("bounds = [", "bonds = [", "band knows no bonds"),
        ('second = "128" }', 'second = "129" }', "no cell is called '129'"),
        ('textbook = "near"', 'textbook = "far"', "no outcome is called 'far'"),
        ('outcome = "alike"', 'outcome = "first"', "has answers for"),
        ('hidden = "none/128', 'hidden = "none/x', "hidden"),
    ],
)
def test_what_does_not_fit_together_is_refused_by_name(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (FOLDER / "02-depth.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "02-depth.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_lesson(tmp_path / "02-depth.toml")
