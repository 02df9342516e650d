"""What is said of differences between runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.comparison.disagreement import Disagreement, DisagreementError
from engine.comparison.results import EpochChoice, RunResult, SeedGroup, fold, unfolded
from engine.comparison.significance import mcnemar, single_against_sample, welch
from engine.comparison.table import compare
from engine.comparison.verdicts import MCNEMAR, SINGLE, WELCH, Verdict, by_predictions, judge
from engine.home import Home
from engine.runs.predictions import Predictions
from tests.builders.summaries import trial

LABELS = np.zeros(100, np.uint8)


def predicted(wrong: slice) -> Predictions:
    """Predictions of 100 zeros, some wrong."""
    classes = LABELS.copy()
    classes[wrong] = 1
    return Predictions(1, classes, np.ones(100, np.float32), None)


def never(a: RunResult, b: RunResult, pick: EpochChoice) -> Disagreement:
    raise AssertionError("single runs alone are compared digit by digit")


def several(accuracies: list[float], **settings: Any) -> list[RunResult]:
    return [trial(seed, [accuracy], seed=seed, **settings) for seed, accuracy in enumerate(accuracies, 1)]


def test_several_seeds_are_judged_by_welch() -> None:
    base, better = [0.970, 0.971, 0.972], [0.980, 0.981, 0.983]
    (verdict,) = judge(compare(fold(several(base) + several(better, dropout=0.1))), never)
    assert (verdict.place, verdict.test, verdict.within_noise) == (1, WELCH, False)
    assert verdict.p == welch(better, base)
    assert verdict.difference == pytest.approx(0.0103333, abs=1e-6)
    assert str(verdict).startswith("test accuracy +1.03 points, more than luck (Welch's t-test, p = 0.0")
    assert str(verdict).endswith("n = 3 and 3)")


def test_a_small_difference_is_within_the_noise() -> None:
    (verdict,) = judge(compare(fold(several([0.97, 0.98, 0.96]) + several([0.975, 0.965, 0.972], l2=0.1))), never)
    assert verdict.within_noise is True
    assert "within the noise" in str(verdict)


def test_one_run_against_several_is_judged_by_students_test_either_way() -> None:
    lines = fold([*several([0.97, 0.98, 0.96]), trial(9, [0.9], dropout=0.5)])
    for baseline, place in ((0, 1), (1, 0)):
        (verdict,) = judge(compare(lines, baseline=baseline), never)
        assert (verdict.place, verdict.test) == (place, SINGLE)
        assert verdict.p == single_against_sample(0.9, [0.97, 0.98, 0.96])


def test_two_runs_are_judged_by_mcnemar_and_the_seed_is_not_ruled_out() -> None:
    found = Disagreement(LABELS, predicted(slice(0, 2)), predicted(slice(1, 20)))
    (verdict,) = judge(compare(unfolded([trial(1, [0.81]), trial(2, [0.98], l2=0.1)])), lambda a, b, pick: found)
    assert (verdict.test, verdict.p) == (MCNEMAR, mcnemar(18, 1))
    assert "though another seed might (exact McNemar test, p < 0.0001, 18 digits right" in str(verdict)
    assert "against 1)" in str(verdict)


def test_the_line_is_asked_for_before_the_baseline_at_the_epoch_picked() -> None:
    asked = []

    def disagree(a: RunResult, b: RunResult, pick: EpochChoice) -> Disagreement:
        asked.append((a.record.name, b.record.name, pick))
        raise DisagreementError("no predictions")

    lines = unfolded([trial(1, [0.9]), trial(2, [0.8], l2=0.1)])
    (verdict,) = judge(compare(lines, baseline=1, pick=EpochChoice.BEST), disagree)
    assert asked == [("run 1", "run 2", EpochChoice.BEST)]
    assert (verdict.p, verdict.within_noise) == (None, None)
    assert str(verdict) == "test accuracy +10.00 points; no test of it: no predictions"


def test_runs_on_other_digits_are_not_judged() -> None:
    here, there = trial(1, [0.9]), trial(2, [0.8])
    there = replace(there, record=replace(there.record, data={"name": "kmnist"}))
    (verdict,) = judge(compare(unfolded([here, there])), never)
    assert verdict.p is None and "not tested on the same digits" in str(verdict)


def test_seeds_without_spread_are_not_judged() -> None:
    (verdict,) = judge(compare(fold(several([0.9, 0.9]) + several([0.8, 0.8], l2=0.1))), never)
    assert verdict.p is None and "do not vary with the seed" in str(verdict)


def test_lines_without_figures_have_no_verdict() -> None:
    assert judge(compare(unfolded([trial(1, []), trial(2, [0.9])])), never) == []
    assert judge(compare(unfolded([trial(2, [0.9]), trial(1, [])])), never) == []
    assert judge(compare([SeedGroup((trial(1, [0.9]),))]), never) == []


def test_predictions_that_were_not_kept_are_told(home: Home) -> None:
    disagree = by_predictions(home)
    with pytest.raises(DisagreementError, match="not both have ended an epoch"):
        disagree(trial(1, [0.9]), trial(2, []), EpochChoice.LAST)
    (verdict,) = judge(compare(unfolded([trial(1, [0.9]), trial(2, [0.8], l2=0.1)])), disagree)
    assert verdict.p is None and verdict.remark


@pytest.mark.parametrize(("p", "shown"), [(0.5, "p = 0.5"), (0.0123, "p = 0.012"), (1e-9, "p < 0.0001")])
def test_p_is_shown_as_far_as_it_means_something(p: float, shown: str) -> None:
    assert shown in str(Verdict(1, 0.1, WELCH, p))
