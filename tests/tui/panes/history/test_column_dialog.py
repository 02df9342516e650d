"""The columns of the history, chosen and ordered by keys."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.builders.dialogs import Asking, answer_to, ask
from tui.panes.history.column_dialog import ColumnChooser
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
        assert "Name: always sh" in app.text

    ask(ColumnChooser((), size[0]), scene, size)
