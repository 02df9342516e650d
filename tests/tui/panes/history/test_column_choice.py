"""Which columns are chosen, and in which order."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from engine.query.columns import COLUMNS
from tui.panes.history.column_dialog import ColumnChoice
from tui.panes.history.table import STANDARD

NAMES = [column.name for column in COLUMNS]
DONE: dict[str, Callable[[ColumnChoice], ColumnChoice]] = {
    "toggle": ColumnChoice.toggle,
    "move up": lambda choice: choice.move(-1),
    "move down": lambda choice: choice.move(1),
    "up": lambda choice: choice.go(-1),
    "down": lambda choice: choice.go(1),
    "far": lambda choice: choice.go(100),
}
STEPS = st.lists(st.sampled_from(list(DONE)))


def after(choice: ColumnChoice, steps: list[str]) -> ColumnChoice:
    for step in steps:
        choice = DONE[step](choice)
    return choice


def test_the_standard_columns_are_none_of_ones_own() -> None:
    assert ColumnChoice.of(()).columns == ()
    assert ColumnChoice.of(STANDARD).columns == ()
    assert ColumnChoice.of(()).names[: len(STANDARD)] == STANDARD


def test_with_little_room_another_column_comes_to_those_that_are_seen() -> None:
    choice = ColumnChoice.of((), ("name", "status", "test_accuracy"))
    assert choice.columns == ()
    assert after(choice, ["far", "toggle"]).columns == ("name", "status", "test_accuracy", choice.names[-1])
    assert after(choice, ["far", "toggle", "toggle"]).columns == ()


def test_the_name_is_always_chosen() -> None:
    assert ColumnChoice.of(("hidden",)).columns == ("name", "hidden")
    assert ColumnChoice.of(("hidden", "name")).go(1).toggle().columns == ("hidden", "name")


def test_columns_are_chosen_and_moved_where_they_stand() -> None:
    choice = ColumnChoice.of(("name", "hidden", "seed"))
    assert after(choice, ["down", "move down"]).columns == ("name", "seed", "hidden")
    assert after(choice, ["down", "toggle"]).columns == ("name", "seed")
    assert after(choice, ["move up", "up"]) == choice
    assert after(choice, ["far", "toggle"]).columns == ("name", "hidden", "seed", choice.names[-1])


@given(st.lists(st.sampled_from(NAMES), unique=True).map(tuple), STEPS)
def test_no_column_is_lost_whatever_is_done(columns: tuple[str, ...], steps: list[str]) -> None:
    choice = after(ColumnChoice.of(columns), steps)
    assert sorted(choice.names) == sorted(NAMES)
    assert 0 <= choice.cursor < len(NAMES)
    again = ColumnChoice.of(choice.columns)
    assert again.columns == choice.columns
