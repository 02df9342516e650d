"""What is copied of runs, and what a clipboard does not hold."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import Live, run_console, story, text_on, until
from tui.console import clipboard
from tui.console.console import Console


def test_an_id_and_a_command_are_copied(stocked_home: Home) -> None:
    """You should see a menu of both, and the clipboard of the terminal hold what was chosen."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        await pilot.press("y")
        await until(pilot, lambda: f"id       {run.id}" in text_on(console))
        assert "command  mnist-tui train deep" in text_on(console) and "table" not in text_on(console)
        await pilot.press("enter")
        await until(pilot, lambda: console.clipboard == run.id)
        await pilot.press("y", "down", "enter")
        await until(pilot, lambda: console.clipboard == "mnist-tui train deep dataset=synthetic")
        await pilot.press("y", "escape")
        assert console.clipboard.startswith("mnist-tui train")

    with Live(run):
        run_console(stocked_home, scene)


def test_a_list_and_a_comparison_are_copied_as_tables(stocked_home: Home) -> None:
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.reference is not None)
        await pilot.press("3", "y", *"table", "enter")
        await until(pilot, lambda: "| name |" in console.clipboard)
        assert [line.split(" | ")[0] for line in console.clipboard.splitlines()[2:]] == [
            "| deep",
            "| dropout",
            "| shallow",
        ]
        await pilot.press("4", "tab", "y")
        await until(pilot, lambda: " lines: | " in text_on(console))
        await pilot.press(*"table", "enter")
        await until(pilot, lambda: "| test acc, epoch 3 |" in console.clipboard)

    with Live(run):
        run_console(stocked_home, scene)


def test_what_no_clipboard_holds_is_not_copied(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = story(stocked_home)
    monkeypatch.setattr(clipboard, "MOST_COPIED", 3)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        await pilot.press("y", "enter")
        await until(pilot, lambda: "Too long for a clipboard" in text_on(console))
        assert console.clipboard == ""

    with Live(run):
        run_console(stocked_home, scene)
