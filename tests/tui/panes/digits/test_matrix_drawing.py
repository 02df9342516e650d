"""The confusion matrix as lines."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.faces import CLOTHES, LABELS, NAMES, predictions
from tui.drawing.styled_lines import plain, width
from tui.panes.digits.matrix_drawing import HEADER, MatrixView, grid, matrix_lines, matrix_view

COUNTS = np.diag([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
COUNTS[4, 9], COUNTS[9, 4], COUNTS[3, 5] = 345, 12, 3
VIEW = MatrixView(COUNTS, NAMES, 3)


def test_rows_are_true_and_columns_predicted() -> None:
    assert [plain(line).rstrip() for line in matrix_lines(VIEW, (4, 9), 62, 12)] == [
        "true 4, predicted 9: 345 of 1,327, 26.0 %",
        "     0    1    2    3    4    5    6    7    8    9   right",
        "0  980    ·    ·    ·    ·    ·    ·    ·    ·    ·  100.0%",
        "1    · 1135    ·    ·    ·    ·    ·    ·    ·    ·  100.0%",
        "2    ·    · 1032    ·    ·    ·    ·    ·    ·    ·  100.0%",
        "3    ·    ·    · 1010    ·    3    ·    ·    ·    ·   99.7%",
        "4    ·    ·    ·    ·  982    ·    ·    ·    ·  345   74.0%",
        "5    ·    ·    ·    ·    ·  892    ·    ·    ·    ·  100.0%",
        "6    ·    ·    ·    ·    ·    ·  958    ·    ·    ·  100.0%",
        "7    ·    ·    ·    ·    ·    ·    · 1028    ·    ·  100.0%",
        "8    ·    ·    ·    ·    ·    ·    ·    ·  974    ·  100.0%",
        "9    ·    ·    ·    ·   12    ·    ·    ·    · 1009   98.8%",
    ]


def test_a_narrow_pane_writes_thousands_short() -> None:
    drawn = [plain(line) for line in matrix_lines(VIEW, (4, 9), 32, 12)]
    assert drawn[6] == "4  ·  ·  ·  · 1k  ·  ·  ·  · .3k"
    assert drawn[11] == "9  ·  ·  ·  · 12  ·  ·  ·  · 1k "


def test_the_worst_mistakes_are_the_deepest() -> None:
    lines = matrix_lines(VIEW, (0, 0), 62, 12)
    styles = {(row, column): lines[row + HEADER][column + 1][1] for row in range(10) for column in range(10)}
    assert styles[0, 0] == "cursor"
    assert styles[1, 1] == "right"
    assert styles[4, 9] == "wrong4"
    assert styles[9, 4] == styles[3, 5] == "wrong1"
    assert styles[1, 0] == "dim"
    assert VIEW.outstanding() == (4, 9)


def test_without_mistakes_nothing_is_worst() -> None:
    flawless = MatrixView(np.diag([5] * 10), NAMES, 1)
    assert len(matrix_lines(flawless, (0, 0), 62, 12)) == 12


def test_a_high_pane_has_high_cells() -> None:
    drawn = [plain(line).rstrip() for line in matrix_lines(VIEW, (4, 9), 62, 36)]
    assert drawn[2] == drawn[4] == ""
    assert drawn[3].startswith("0  980")
    assert len(drawn) == 32


def test_long_names_are_cut() -> None:
    lines = matrix_lines(MatrixView(COUNTS, CLOTHES, 3), (0, 0), 78, 12)
    assert plain(lines[1]).split() == [
        "T-s…", "Tro…", "Pul…", "Dre…", "Coat", "San…", "Shi…", "Sne…", "Bag", "Ank…", "right",
    ]  # fmt: skip
    assert plain(lines[2]).startswith("T-shirt/top ")


@given(st.integers(12, 200), st.integers(3, 60), st.integers(0, 9), st.integers(0, 9))
def test_the_selected_cell_is_always_in_sight(cells: int, height: int, row: int, column: int) -> None:
    lines = matrix_lines(VIEW, (row, column), cells, height)
    assert len(lines) <= height
    assert max(map(width, lines)) <= cells
    assert (
        sum(style == "cursor" for line in lines for _, style in line)
        == grid(VIEW, (row, column), cells, height).cell_height
    )


@given(st.integers(12, 200), st.integers(3, 60), st.integers(0, 9), st.integers(0, 9))
def test_a_click_finds_the_cell_it_is_on(cells: int, height: int, row: int, column: int) -> None:
    shown = grid(VIEW, (row, column), cells, height)
    y = HEADER + shown.cell_height * shown.rows.index(row) + shown.cell_height - 1
    x = shown.label_width + shown.cell_width * shown.columns.index(column)
    assert shown.at(x, y) == shown.at(x + shown.cell_width - 1, y) == (row, column)
    assert shown.at(0, y) is None
    assert shown.at(x, 0) is None


def test_a_matrix_is_made_of_predictions_that_fit() -> None:
    view = matrix_view(LABELS, NAMES, predictions(wrong={4: 9}))
    assert view is not None
    assert view.counts[4, 9] == 1
    assert view.epoch == 3
    assert matrix_view(LABELS[:3], NAMES, predictions()) is None
    assert matrix_view(LABELS, NAMES, None) is None
