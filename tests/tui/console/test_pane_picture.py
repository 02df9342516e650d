"""Pictures of panes, kept in the home."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import Live, board, run_console, story, text_on, until
from tui.console.console import Console


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
