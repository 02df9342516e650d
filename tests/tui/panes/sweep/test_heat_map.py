"""The cells of a sweep as a map."""

from __future__ import annotations

from engine.runs.status import FAILED
from tests.builders.sweep_views import sweep_of
from tui.drawing.styled_lines import plain, width
from tui.panes.sweep.cell_grid import CellGrid
from tui.panes.sweep.heat_map import HeatMap
from tui.panes.sweep.view import SweepView

RATES, SIZES = ("0.01", "0.1"), ("16", "32", "64")
VIEW = sweep_of({"learning_rate": RATES, "batch_size": SIZES}, [0.91, 0.92, 0.93, 0.976, FAILED, "waiting"])


def drawn(view: SweepView, axes: tuple[int, int], cells: int, height: int, place: int = 3) -> HeatMap:
    return HeatMap(view, CellGrid.of(view, axes), place, cells, height)


def test_each_cell_has_its_figure_and_what_it_has_come_to_without_colour() -> None:
    lines = drawn(VIEW, (0, 1), 40, 4).lines(40)
    assert [plain(line).rstrip() for line in lines] == [
        "down: learning_rate  across: batch_size…",
        "         16       32       64",
        "0.01  91.00    92.00    93.00",
        " 0.1  97.60*        ✗        ○",
    ]
    styles = [style for _, style in lines[2][1:]]
    assert styles == ["heat2", "heat3", "heat4"] and lines[3][1][1] == "cursor"


def test_settings_that_are_neither_down_nor_across_are_averaged_and_that_is_said() -> None:
    view = sweep_of({"l2": ("0", "1"), "seed_of": ("a", "b"), "momentum": ("0", "0.9")}, [0.9] + [0.8] * 7)
    lines = [plain(line) for line in drawn(view, (0, 1), 90, 4, 0).lines(90)]
    assert "means over momentum" in lines[0]
    assert lines[2].split() == ["0", "85.00*", "80.00"]


def test_of_five_hundred_cells_those_around_the_cursor_are_drawn() -> None:
    options = {"l2": [str(n) for n in range(20)], "momentum": [str(n) for n in range(25)]}
    view = sweep_of(options, [0.9 - place / 1000 for place in range(500)])
    shown = drawn(view, (0, 1), 80, 14, place=499)
    lines = shown.lines(80)
    assert len(lines) <= 14 and all(width(line) <= 80 for line in lines)
    assert 24 in shown.columns and 19 in shown.rows
    assert shown.at(shown.labels + len(shown.columns) * shown.cell - 1, len(lines) - 1) == 499


def test_what_stands_above_a_column_is_whole_where_there_is_room() -> None:
    view = sweep_of({"l2": ("0", "1"), "l2_mode": ("loss-weights", "weight-decay")}, [0.9, 0.8, 0.7, 0.6])
    assert plain(drawn(view, (0, 1), 80, 6).lines(80)[1]).split() == ["loss-weights", "weight-decay"]
