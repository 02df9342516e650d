"""What is taken out of the console: copies and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import Live, board, run_console, story, text_on, until
from tui.console import taking
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
    monkeypatch.setattr(taking, "MOST_COPIED", 3)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        await pilot.press("y", "enter")
        await until(pilot, lambda: "Too long for a clipboard" in text_on(console))
        assert console.clipboard == ""

    with Live(run):
        run_console(stocked_home, scene)


def pictures(home: Home) -> list[Path]:
    return sorted((home.path / "exports").glob("*"))


def test_a_pane_is_drawn_and_written(stocked_home: Home) -> None:
    """You should find the pane with the focus, and nothing else, as a drawing and as text, and be told where."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete)
        board(console).reveal("accuracy")
        await pilot.press("f12")
        await until(pilot, lambda: "exports" in text_on(console).replace("\n", ""))
        drawing, text = pictures(stocked_home)
        assert drawing.name.endswith("-accuracy.svg") and text.stem == drawing.stem
        lines = text.read_text(encoding="utf-8").splitlines()
        pane = board(console).pane("accuracy")
        assert len(lines) == pane.region.height and max(map(len, lines)) == pane.region.width
        assert "Accuracy  deep on synthetic" in lines[0] and "● test 93.49 %" in lines[1]
        assert drawing.read_text(encoding="utf-8").startswith("<svg") and "Loss" not in drawing.read_text()
        assert drawing.stat().st_mode & 0o777 == 0o600
        await pilot.press("f12")
        await until(pilot, lambda: len(pictures(stocked_home)) == 4)

    with Live(run):
        run_console(stocked_home, scene)


def test_a_picture_that_cannot_be_kept_is_told(stocked_home: Home) -> None:
    run = story(stocked_home)
    (stocked_home.path / "exports").write_text("in the way")

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete)
        await pilot.press("f12")
        await until(pilot, lambda: "cannot be kept" in text_on(console))

    with Live(run):
        run_console(stocked_home, scene)
