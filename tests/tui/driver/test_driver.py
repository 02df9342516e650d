"""Fewer colours for slow links."""

from __future__ import annotations

import pytest

from tui.driver.cells import Cells
from tui.driver.driver import fewer_colours
from tui.driver.pen import Palette


def test_greys_are_eight_that_keep_their_order() -> None:
    fewer = [int(fewer_colours(f"48;5;{number}").rpartition(";")[2]) for number in range(232, 256)]
    assert len(set(fewer)) == 8
    assert fewer == sorted(fewer) and (fewer[0], fewer[-1]) == (232, 255)
    assert all(abs(grey - number) <= 2 for grey, number in zip(fewer, range(232, 256), strict=True))


@pytest.mark.parametrize(
    ("colour", "fewer"),
    [
        ("38;2;255;0;0", "38;5;196"),
        ("48;2;18;18;18", "48;5;232"),
        ("38;5;214", "38;5;214"),
        ("31", "31"),
        ("39", "39"),
        ("", ""),
    ],
)
def test_other_colours_are_one_of_256(colour: str, fewer: str) -> None:
    assert fewer_colours(colour) == fewer


def test_cells_whose_greys_come_to_the_same_look_alike() -> None:
    cells = Cells(4, 1, Palette(fewer_colours))
    cells.write("\x1b[1;1H\x1b[38;5;252;48;5;234ma\x1b[0m\x1b[38;5;251;48;5;235mb\x1b[0m")
    assert cells.rows[0].looks[0] is cells.rows[0].looks[1]
