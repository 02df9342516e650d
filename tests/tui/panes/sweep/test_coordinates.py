"""Cells as paths across parallel axes."""

from __future__ import annotations

import pytest

from tests.builders.sweep_views import sweep_of
from tui.charts.symbols import ASCII, BRAILLE, Symbols
from tui.drawing.glyphs import ASCII as IN_ASCII
from tui.drawing.styled_lines import plain, width
from tui.panes.sweep.brushes import NO_BRUSHES, Brush, axes_of, within
from tui.panes.sweep.coordinates import Coordinates, Paths, drawn

VIEW = sweep_of({"hidden": ("none", "128"), "l2": ("0", "1"), "seed_of": ("a", "b")}, [0.91, 0.92, 0.93, 0.94] * 2)
AXES = axes_of(VIEW)


def test_axes_values_the_cursor_the_best_and_ranges_are_told_without_colour() -> None:
    brushes = {"hidden": Brush("128", "128")}
    view = VIEW._replace(cells=tuple(within(VIEW.cells, AXES, brushes)))
    lines = Coordinates(Paths(view, AXES), brushes, 0, 5, 58, 6).lines(ASCII)
    assert [IN_ASCII.shown(plain(line)).rstrip() for line in lines] == [
        "hidden         l2             seed_of        Test accuracy",
        "none+       ## 0>##.......... a+......    ** 94.0-94.5*",
        "    |     ###   |  ###  ...    |  ... .***.. 93.0-93.5+",
        "    |   ###     |    ####      |    ****              |",
        "    | ###       |  ...  ###    |  *** ###### 92.0-92.5>",
        " 128>##******* 1***********## b>######    .. 91.0-91.5+",
    ]


@pytest.mark.parametrize("symbols", [ASCII, BRAILLE])
@pytest.mark.parametrize("cells", [20, 40, 80, 200])
def test_all_axes_that_there_is_room_for_are_drawn_with_the_current_one_among_them(
    symbols: Symbols, cells: int
) -> None:
    for current, axis in enumerate(AXES):
        shown = Coordinates(Paths(VIEW, AXES), NO_BRUSHES, current, 7, cells, 10)
        lines = shown.lines(symbols)
        assert len(lines) == 10 and all(width(line) <= cells + 1 for line in lines)
        assert axis.name[:6] in plain(lines[0])
        left = plain(lines[0]).index(axis.name[:6])
        assert shown.at(left, 1) == (current, 0) and shown.at(left, 9) == (current, len(axis.texts) - 1)


def test_more_values_than_rows_share_them_and_that_under_the_cursor_is_read() -> None:
    view = sweep_of({"l2": [f"{n}" for n in range(100)], "x": ("0", "1"), "y": ("0",)}, ["waiting"] * 200)
    lines = Coordinates(Paths(view, axes_of(view)), NO_BRUSHES, 0, 2 * 57, 60, 11).lines(ASCII)
    assert [line[0] for line in lines if line[0] == ("57", "cursor")] == [("57", "cursor")]


def test_a_path_goes_from_its_value_to_its_value() -> None:
    assert drawn({(0, 2)}, 6, 3, ASCII) == ["**    ", " **** ", "    **"]
    assert drawn({(0, 0)}, 3, 1, BRAILLE) == ["⠤⠤⠤"]
