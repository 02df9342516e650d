"""What a sweep says, in words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.comparison.significance import holm, welch
from engine.home import Home
from engine.sweeps.pivot import pivot, to_csv, to_latex, to_markdown
from engine.sweeps.results import explained, main_effects, rivals, sentences
from engine.sweeps.standing import Standing, SweepReader
from tests.builders.sweeps import finish_cell, make_sweep


def swept(home: Home, texts: dict[str, str], figures: Sequence[Sequence[float]]) -> Standing:
    """A sweep whose cells have these test accuracies, one a seed."""
    make_sweep(home, texts, seeds=len(figures[0]))
    for cell, own in enumerate(figures):
        finish_cell(home, cell, dict(enumerate(own, 1)))
    return SweepReader(home, "mine").read()


def test_the_best_is_held_against_all_others_with_a_correction(home: Home) -> None:
    figures = [(0.90, 0.91, 0.905), (0.955, 0.96, 0.957), (0.956, 0.961, 0.959), (0.70, 0.71, 0.72)]
    standing = swept(home, {"l2": "0,0.001,0.01,0.1"}, figures)
    found = rivals(standing)
    assert [rival.cell.place for rival in found] == [1, 0, 3]
    assert [rival.p for rival in found] == holm([welch(figures[2], figures[place]) for place in (1, 0, 3)])
    assert [rival.is_beaten for rival in found] == [False, True, True]
    said = sentences(standing)
    assert said[0] == "mine: best is l2=0.01, of test accuracy 95.87 ± 0.25 % (n = 3)."
    assert "beats l2=0 (5.37 points, p" in said[1] and "within the noise of l2=0.001" in said[1]
    assert "Welch's t-test with Holm's correction for 3 comparisons" in said[1]


def test_one_seed_each_tells_nothing_of_luck_and_an_end_of_the_range_is_where_to_go_on(home: Home) -> None:
    said = sentences(swept(home, {"learning_rate": "0.1,0.2,0.3"}, [(0.90,), (0.91,), (0.92,)]))
    assert "--seeds 3 would tell" in said[1]
    assert said[2] == "Try learning_rate above 0.3, as the best is at the upper end of what was tried."


def test_that_more_seeds_would_tell_is_said_once(home: Home) -> None:
    said = sentences(swept(home, {"l2": "0,0.001"}, [(0.90,), (0.91,)]))
    assert [sentence for sentence in said if "seed" in sentence] == said[1:2]


def test_what_matters_most_is_told_by_the_variance_that_main_effects_explain(home: Home) -> None:
    # By hand: the means are 0.7 + 0.2 a + 0.1 b, so that a explains 4 / 5 and b 1 / 5 of the variance.
    standing = swept(home, {"l2": "0,0.1", "dropout": "0,0.5"}, [(0.7,), (0.8,), (0.9,), (1.0,)])
    assert explained(standing) == pytest.approx({"l2": 0.8, "dropout": 0.2})
    cells = [(cell.values, cell.figures.mean) for cell in standing.ranked if cell.figures]
    most, least = main_effects(("l2", "dropout"), cells)
    assert {value: own.mean for value, own in most.means.items()} == pytest.approx({"0.1": 0.95, "0": 0.75})
    assert {value: own.mean for value, own in least.means.items()} == pytest.approx({"0.5": 0.9, "0": 0.8})
    assert "What mattered most is l2, whose means go from 75.00 % at 0 to 95.00 % at 0.1;" in sentences(standing)[2]
    assert [own.share for own in main_effects(("l2", "dropout"), cells[:2])] == [None, None]


def test_a_pivot_has_a_setting_against_another(home: Home) -> None:
    standing = swept(home, {"l2": "0,0.1", "dropout": "0,0.5"}, [(0.7, 0.8), (0.8, 0.8), (0.9, 0.9), (1.0, 1.0)])
    table = pivot(standing)
    assert to_csv(table).splitlines()[1] == "0,0.75,0.0707106781,0.8,0"
    assert to_markdown(table).splitlines()[3] == "| 0.1 | 90.00 ± 0.00 % | **100.00 ± 0.00 %** |"
    assert r"0.1 & 90.00 $\pm$ 0.00 \% & \textbf{100.00 $\pm$ 0.00 \%} \\" in to_latex(table)
    assert pivot(standing, "dropout").columns == "l2"


def test_nothing_is_said_of_what_has_not_finished(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    assert sentences(SweepReader(home, "mine").read()) == ["mine: nothing has finished yet."]
