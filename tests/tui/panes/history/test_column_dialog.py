"""The columns of the history, chosen and ordered by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from engine.query.columns import COLUMNS
from tests.builders.dialogs import Asking, answer_to, ask
from tui.panes.history.column_dialog import ColumnChoice, ColumnChooser, said_of
from tui.panes.history.table import STANDARD


def lines(app: Asking) -> list[str]:
    return [line.strip(" │") for line in app.text.splitlines()]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], ("name", "hidden", "seed")),
        (["escape"], None),
        (["space", "enter"], ("name", "hidden", "seed")),
        (["down", "space", "enter"], ("name", "seed")),
        (["down", "less_than_sign", "enter"], ("hidden", "name", "seed")),
        ([">", ">", "enter"], ("hidden", "seed", "name")),
        (["down", "down", "down", "down", "down", "space", "<", "enter"], ("name", "hidden", "seed", "status")),
        (["end", "space", "home", "greater_than_sign", "enter"], ("hidden", "name", "seed", "gradients")),
        (["ctrl+r", "enter"], ()),
    ],
)
def test_keys_choose_and_order_columns(keys: list[str], answer: tuple[str, ...] | None) -> None:
    assert answer_to(ColumnChooser(("name", "hidden", "seed"), 80), *keys) == [answer]


def test_the_standard_columns_stand_first_with_what_they_are() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        shown = [line for line in lines(app) if line.startswith("✓ ")]
        assert [line.split()[1] for line in shown] == list(STANDARD)
        assert "Name: always shown" in shown[0]
        assert "Test accuracy" in shown[5]

    ask(ColumnChooser((), 140), scene, (80, 40))


def test_columns_without_room_say_so() -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert any(line.startswith("✓ note ") and "no room for it" in line for line in lines(app))
        assert not any("no room" in line for line in lines(app) if "seed" in line)

    ask(ColumnChooser(("seed", "name", "note"), 40), scene, (80, 24))


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
def test_the_cursor_and_the_keys_are_seen_at_any_size(size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("end")
        await pilot.pause()
        assert "gradients" in app.text
        assert "leaves" in app.text
        await pilot.press("home")
        await pilot.pause()
        assert "Name: always" in app.text

    ask(ColumnChooser((), size[0]), scene, size)


def test_a_list_that_is_longer_says_so_and_the_mouse_chooses_in_it() -> None:
    """You should see how many columns are above and below, and the check that a click on a column takes away."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert re.search(r"↓ \d+ more", app.text)
        row = next(y for y, text in enumerate(app.text.splitlines()) if "✓ hidden" in text)
        await pilot.click(offset=(20, row))
        await pilot.pause()
        assert "✓ hidden" not in app.text
        await pilot.press("end")
        await pilot.pause()
        assert re.search(r"↑ \d+ more", app.text) and "↓" not in app.text

    ask(ColumnChooser(("name", "hidden"), 80), scene, (80, 24))


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
def test_what_a_column_shows_is_said_whole(size: tuple[int, int]) -> None:
    """You should read every word of the longest description as the cursor comes to it, below itself where it must."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press(*["down"] * 2)
        await pilot.pause()
        words = " ".join(" ".join(lines(app)).split())
        assert said_of("l2_mode") in words and "…" not in words

    ask(ColumnChooser(("seed", "name", "l2_mode", "test_accuracy"), 140), scene, size)


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
