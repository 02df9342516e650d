"""Ranges of values brushed on the axes of a sweep."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.sweep_views import sweep_of
from tui.panes.sweep.brushes import Axis, Brush, axes_of, beside, reach, within

VIEW = sweep_of({"hidden": ("none", "128"), "l2": ("0", "0.01", "0.1")}, [0.91, 0.93, "waiting", 0.95, 0.971, "failed"])
HIDDEN, L2, JUDGED = axes_of(VIEW)


def test_cells_have_a_place_on_the_axis_of_each_setting_and_those_that_count_on_that_of_figures() -> None:
    assert (HIDDEN.texts, L2.texts) == (("none", "128"), ("0", "0.01", "0.1"))
    assert [L2.at[place] for place in range(6)] == [0, 1, 2, 0, 1, 2]
    assert JUDGED.name == "Test accuracy" and JUDGED.texts[0] == "97–98" and JUDGED.texts[-1] == "91–92"
    assert sorted(JUDGED.at) == [0, 1, 3, 4] and JUDGED.at[4] == 0


def test_a_range_lets_through_what_is_within_it_whichever_end_was_first() -> None:
    for brush in (Brush("0", "0.01"), Brush("0.01", "0")):
        assert [cell.place for cell in within(VIEW.cells, (HIDDEN, L2), {"l2": brush})] == [4, 3, 1, 0]
        assert brush.words(L2) == "l2 0 to 0.01"
    both = {"l2": Brush("0.01", "0.1"), JUDGED.name: Brush("97–98", "95–96")}
    assert [cell.place for cell in within(VIEW.cells, axes_of(VIEW), both)] == [4]


def test_a_range_of_values_that_there_are_no_longer_is_of_the_nearest_ones() -> None:
    axis = Axis("Test accuracy", ("96–97", "94–95", "90–91"), {})
    assert list(Brush("97–98", "93–94").span(axis)) == [0, 1]


def test_the_next_value_is_reached_at_the_cell_that_differs_in_nothing_else_or_least() -> None:
    assert beside(VIEW.cells, L2, 3, 1) == 4 and beside(VIEW.cells, HIDDEN, 4, -1) == 1
    some = [cell for cell in VIEW.cells if cell.place in (0, 4, 5)]
    assert beside(some, L2, 0, 1) == 4, "no other cell of that value is there"
    assert beside(VIEW.cells, L2, 0, -1) is None and reach(some, HIDDEN, 1, 0) == 4


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_whatever_is_brushed_the_cell_it_was_begun_at_stays(place: int, first: int, second: int) -> None:
    brushes = {
        axis.name: Brush(*(axis.texts[axis.at[n]] for n in (place, other)))
        for axis, other in ((HIDDEN, first), (L2, second))
    }
    assert place in [cell.place for cell in within(VIEW.cells, (HIDDEN, L2), brushes)]
