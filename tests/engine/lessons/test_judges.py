"""What runs answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.datasets.loading import load_test_images
from engine.home import Home
from engine.lessons.evidence import CannotTell, Evidence
from engine.lessons.judges import Band, Compare, Confusion, Finding, Leader
from engine.lessons.lesson import lesson
from engine.lessons.measures import Measured
from engine.lessons.progress import Chosen, Progress, read_progress
from engine.lessons.standing import LessonStanding, keep_answer, lesson_standing, newest_runs
from engine.sweeps.sweep_file import read_sweep
from tests.builders.lessons import figures
from tests.builders.predictions import write_predictions
from tests.builders.sweeps import QUICK, finish_cell, make_sweep

ACCURACY = Measured.read("test_accuracy")


def test_those_that_luck_may_have_put_behind_are_right_as_well(home: Home) -> None:
    judge = Leader("test_accuracy", ("0", "0.1", "0.5"), margin=0.01)
    found = judge.find(figures(home, {"0": (0.9,), "0.1": (0.905,), "0.5": (0.8,)}))
    assert found.outcomes == ("0.1", "0")
    assert found.reason == (
        "test accuracy: l2=0.1 90.50 %, l2=0 90.00 %, l2=0.5 80.00 %. l2=0 cannot be told from the first"
    )
    assert Leader("test_loss", ("0", "0.1")).find(figures(home, {"0": (0.9,), "0.1": (0.8,)})).outcomes == ("0.1",)


def test_a_share_of_another_and_the_distance_of_seeds(home: Home) -> None:
    shrunk = Band("squared_weights", "0.1", (0.5,), ("less", "as much"), over="0")
    found = shrunk.find(figures(home, {"0.1": (10.0,), "0": (100.0,)}))
    assert (found.outcomes, "0.1 times as much" in found.reason) == (("less",), True)
    with pytest.raises(CannotTell, match="is 0"):
        shrunk.find(figures(home, {"0.1": (10.0,), "0": (0.0,)}))
    seeds = Band("test_accuracy", "0", (0.01,), ("near", "far"), of="range").find(figures(home, {"0": (0.9, 0.93)}))
    assert seeds.outcomes == ("far",) and "3.00 points apart" in seeds.reason


def test_seeds_are_held_against_each_other_by_a_test_and_single_runs_by_their_digits(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1,0.2"}, seeds=3)
    finish_cell(home, 0, {1: 0.90, 2: 0.91, 3: 0.92})
    finish_cell(home, 1, {1: 0.95, 2: 0.96, 3: 0.97})
    finish_cell(home, 2, {1: 0.905, 2: 0.912, 3: float("nan")})
    evidence = Evidence.of(home, read_sweep(home, "mine"))
    apart = Compare("test_accuracy", "0", "0.1").find(evidence)
    assert apart.outcomes == ("second",) and "Welch" in apart.reason
    assert Compare("test_accuracy", "0", "0.2").find(evidence).outcomes == ("alike",)
    assert Compare("train_loss", "0", "0.1").find(evidence).outcomes == ("alike",)
    with pytest.raises(CannotTell, match="no images were held out"):
        Compare("validation_accuracy", "0", "0.1").find(evidence)
    with pytest.raises(CannotTell, match=r"l2=0\.3 has no run"):
        evidence.measured(ACCURACY, "0.3")


def test_the_classes_that_a_run_mixes_up(home: Home, drawn_digits: Path) -> None:
    (home.data / "synthetic").symlink_to(drawn_digits)
    images = load_test_images("synthetic", home)
    assert images
    make_sweep(home, {}, QUICK.replace({"dataset": "synthetic"}))
    (run,) = finish_cell(home, 0, {1: 0.9})
    judge, evidence = Confusion("", ("4-9",)), Evidence.of(home, read_sweep(home, "mine"))
    with pytest.raises(CannotTell, match="is not there"):
        judge.find(evidence)
    for taken_for, outcome in ((4, "4-9"), (1, "other")):
        guesses = np.where(images.labels == 9, taken_for, images.labels)
        write_predictions(run, 1, np.eye(10, dtype=np.float32)[guesses])
        found = judge.find(evidence)
        assert (
            found.outcomes == (outcome,)
            and f"{(images.labels == 9).sum()} are between {taken_for} and 9" in found.reason
        )


def test_a_lesson_is_answered_by_the_newest_sweep_of_its_runs_once_all_have_ended(home: Home) -> None:
    """You should be told that your runs contradict what textbooks say, where they do."""
    seeds = lesson("seeds")
    request = seeds.request
    nothing = lesson_standing(home, seeds, newest_runs(home, seeds), Progress())
    assert (nothing.group, nothing.is_trained, nothing.findings) == ("", False, ())
    make_sweep(home, {"l2": "0,0.1"}, group="another", name=request.name)
    make_sweep(home, request.texts, request.base, seeds=5, name=request.name, preset=request.preset)
    waiting = lesson_standing(home, seeds, newest_runs(home, seeds), Progress())
    assert (waiting.group, waiting.is_trained) == ("mine", False)
    for cell, middle in enumerate((0.90, 0.97)):
        finish_cell(home, cell, {seed: middle + 0.001 * seed for seed in range(1, 6)})
    trained = lesson_standing(home, seeds, newest_runs(home, seeds), Progress("mine", {0: Chosen("some", True)}))
    assert trained.is_trained and trained.progress.chosen
    assert "Your runs say: Between a tenth of a point and a whole one." in trained.explanation(0)
    done = keep_answer(home, keep_answer(home, trained, 0, "some"), 1, "alike")
    assert done.progress == Progress("mine", {0: Chosen("some", True), 1: Chosen("alike", False)}, is_done=True)
    assert read_progress(home)["seeds"] == done.progress
    assert trained.found(1)["outcomes"] == ["second"]
    assert "contradict" in trained.explanation(1)[-1] and not any(
        "contradict" in text for text in trained.explanation(0)
    )


def test_runs_that_cannot_be_told_apart_give_no_reason_why_one_is_ahead() -> None:
    dropout = lesson("dropout")
    tied = LessonStanding(dropout, None, Progress(), (Finding(("0.2", "0"), "figures"),) * 3)
    told = " ".join(tied.explanation(2))
    assert "0.2 or 0." in told and "do not tell them apart" in told and "contradict" not in told
    answers = {answer.outcome: answer.why for answer in dropout.questions[2].answers}
    assert answers["0"] in told and answers["0.2"] not in told
