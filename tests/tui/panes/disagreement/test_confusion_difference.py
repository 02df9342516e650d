"""The difference of two confusion matrices as lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.comparison.disagreement import Disagreement
from tests.builders.faces import LABELS, NAMES, predictions
from tui.drawing.styled_lines import plain, width
from tui.panes.digits.matrix_drawing import HEADER, matrix_lines
from tui.panes.disagreement.confusion_difference import ConfusionDifference, confusion_difference

OF_A = np.diag([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
CHANGE = np.zeros((10, 10), np.intp)
CHANGE[4, 4], CHANGE[4, 9] = -19, 19
CHANGE[9, 9], CHANGE[9, 4], CHANGE[9, 3] = 2, -3, 1
CHANGE[5, 5], CHANGE[5, 3] = -118, 118
OF_A[9, 4] = 12
VIEW = ConfusionDifference(OF_A, CHANGE, NAMES, "B dropout less A deep")


def test_changes_have_their_signs() -> None:
    assert [plain(line).rstrip() for line in matrix_lines(VIEW, (9, 4), 72, 12)] == [
        "true 9, predicted 4: better by 3, A 12, B 9        B dropout less A deep",
        "       0      1      2      3      4      5      6      7      8      9",
        "0      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "1      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "2      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "3      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "4      ·      ·      ·      ·    -19      ·      ·      ·      ·    +19",
        "5      ·      ·      ·   +118      ·   -118      ·      ·      ·      ·",
        "6      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "7      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "8      ·      ·      ·      ·      ·      ·      ·      ·      ·      ·",
        "9      ·      ·      ·     +1     -3      ·      ·      ·      ·     +2",
    ]


def test_a_narrow_pane_shows_signs_alone_where_counts_do_not_fit() -> None:
    drawn = [plain(line).rstrip() for line in matrix_lines(VIEW, (9, 4), 32, 12)]
    assert drawn[0] == "true 9, predicted 4: better by…"
    assert drawn[6] == "4  ·  ·  ·  · -19 ·  ·  ·  · +19"
    assert drawn[7] == "5  ·  ·  · ++  · --  ·  ·  ·  ·"


def test_better_and_worse_look_different() -> None:
    lines = matrix_lines(VIEW, (0, 0), 72, 12)
    styles = {(row, column): lines[row + HEADER][column + 1][1] for row in range(10) for column in range(10)}
    assert styles[5, 3] == styles[5, 5] == "wrong4"
    assert styles[4, 9] == styles[4, 4] == styles[9, 3] == "wrong1"
    assert styles[9, 9] == styles[9, 4] == "better1"
    assert styles[1, 1] == "dim"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((4, 4), "true 4, predicted 4: worse by 19, A 982, B 963"),
        ((4, 9), "true 4, predicted 9: worse by 19, A 0, B 19"),
        ((9, 9), "true 9, predicted 9: better by 2, A 1,009, B 1,011"),
        ((0, 1), "true 0, predicted 1: no change, A 0, B 0"),
    ],
)
def test_a_cell_is_told_in_words(cell: tuple[int, int], words: str) -> None:
    assert VIEW.meaning(cell) == words


def test_the_mistake_that_changed_most_stands_out() -> None:
    assert VIEW.outstanding() == (5, 3)
    assert ConfusionDifference(OF_A, -CHANGE, NAMES).outstanding() == (5, 3)


def test_networks_that_say_the_same_differ_nowhere() -> None:
    same = ConfusionDifference(OF_A, CHANGE * 0, NAMES)
    assert {style for line in matrix_lines(same, (0, 0), 72, 12)[HEADER:] for _, style in line} == {
        "title", "cursor", "dim",
    }  # fmt: skip


def test_a_view_is_made_of_two_predictions() -> None:
    found = Disagreement(LABELS, predictions(wrong={6: 9}), predictions(wrong={4: 9, 9: 7}))
    view = confusion_difference(found, NAMES, ("A deep", "B \x07dropout"))
    assert view.title == "B dropout less A deep"
    assert view.meaning((4, 9)) == "true 4, predicted 9: no change, A 1, B 1"
    assert view.meaning((9, 7)) == "true 9, predicted 7: worse by 1, A 0, B 1"


@given(arrays.arrays(np.intp, (10, 10), elements=st.integers(-9999, 9999)), st.integers(12, 200), st.integers(3, 60))
def test_it_keeps_to_its_space(change: np.ndarray, cells: int, height: int) -> None:
    lines = matrix_lines(ConfusionDifference(OF_A, change, NAMES, "B less A"), (3, 3), cells, height)
    assert len(lines) <= height
    assert max(map(width, lines)) <= cells


@given(arrays.arrays(np.intp, (10, 10), elements=st.integers(-99, 99)))
def test_seen_from_the_other_side_better_is_worse(change: np.ndarray) -> None:
    there, back = ConfusionDifference(OF_A, change, NAMES), ConfusionDifference(OF_A + change, -change, NAMES)
    for cell in zip(*np.nonzero(change), strict=True):
        assert there.is_better(cell) is not back.is_better(cell)
        assert there.style(cell)[-1] == back.style(cell)[-1]
