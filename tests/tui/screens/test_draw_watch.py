"""The view of drawings: what the pen of the keys and of the mouse leaves, what runs read, and what is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from engine.handwriting.drawings import FOLDER, list_drawings
from engine.home import Home
from tests.builders.consoles import board, pane_text, press_at_once, run_console, story, text_on, until
from tests.builders.handwriting import write_picture
from tests.builders.networks import give, reads_sevens_as
from tui.console.console import Console
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.panes.draw.pad import DrawPad

# A seven: to where it begins, the bar, and down its stem.
SEVEN = (*["left"] * 6, *["up"] * 9, "space", *["right"] * 12, *["down", "down", "left"] * 8, "space")
Scene = Callable[[Pilot[None], Console], Awaitable[None]]


def pad(console: Console) -> DrawPad:
    found = board(console).pane("canvas").content
    assert isinstance(found, DrawPad)
    return found


async def draw_seven(pilot: Pilot[None], console: Console) -> None:
    """Draw a seven by keys that come as over a slow link, and wait until it is read."""
    press_at_once(console, *SEVEN)
    await until(pilot, lambda: "pen up, 2 px" in pane_text(console, "canvas") and pad(console).canvas.can_undo)
    await until(pilot, lambda: "7  9" in pane_text(console, "canvas"))


def in_draw(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    scene: Scene,
    size: tuple[int, int] = (80, 24),
    glyphs: Glyphs = UNICODE,
) -> None:
    """Play a scene in the view of drawings; the run that is shown reads sevens as such, and the others as ones."""
    shown = story(home)
    runs = {path.name: reads_sevens_as(7 if path.name == shown.id else 1) for path in home.runs.iterdir()}
    give(monkeypatch, runs)

    async def on_view(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete and "drawings" in board(console).there)
        await until(pilot, lambda: board(console).pane("drawings").content is not None)
        await pilot.press("9")
        await scene(pilot, console)

    run_console(home, on_view, size, glyphs=glyphs)


@pytest.mark.parametrize(("size", "glyphs"), [((80, 24), UNICODE), ((40, 12), ASCII)])
def test_a_seven_drawn_by_keys_is_read_as_one_draws(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], glyphs: Glyphs
) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        if size[0] >= 80:
            assert "Draw a digit with the mouse" in " ".join(pane_text(console, "canvas").split())
        await draw_seven(pilot, console)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "7  9" not in pane_text(console, "canvas"))
        await pilot.press("u")
        await until(pilot, lambda: "7  9" in pane_text(console, "canvas"))
        await pilot.press("tab")
        await until(pilot, lambda: board(console).pane("drawings").size.width == size[0])

    in_draw(stocked_home, monkeypatch, scene, size, glyphs)


def test_runs_that_are_marked_vote(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("3", "a", "9")
        await draw_seven(pilot, console)
        await until(pilot, lambda: "Votes: 1 ×2, 7 ×1" in pane_text(console, "canvas"))

    in_draw(stocked_home, monkeypatch, scene)


def test_the_mouse_draws_a_line_where_it_is_dragged_and_one_step_takes_it_back(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        widget = pad(console)
        await pilot.mouse_down(widget, offset=(5, 4))
        for x in (9, 20):
            await pilot.hover(widget, offset=(x, 4))
        await pilot.mouse_up(widget, offset=(20, 4))
        await pilot.hover(widget, offset=(20, 12))
        ink = widget.canvas.ink
        assert ink[6:8, 5:19].min() > 0.4 and ink[10:].max() == 0
        widget.canvas.erases = True
        await pilot.mouse_down(widget, offset=(12, 4))
        await pilot.mouse_up(widget, offset=(12, 4))
        assert widget.canvas.ink[6:8, 11].max() == 0
        await pilot.press("u", "u")
        assert widget.canvas.is_blank
        await pilot.mouse_down(widget, offset=(60, 4))
        assert widget.canvas.is_blank

    in_draw(stocked_home, monkeypatch, scene)


def test_a_drawing_is_kept_relabelled_deleted_and_brought_back(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def labels() -> list[int]:
        return [drawing.label for drawing in list_drawings(stocked_home)]

    async def scene(pilot: Pilot[None], console: Console) -> None:
        def listed() -> str:
            return pane_text(console, "drawings")

        await until(pilot, lambda: "No drawing is kept yet" in listed())
        await draw_seven(pilot, console)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Keep this drawing" in text_on(console))
        await pilot.press("enter")
        await until(pilot, lambda: "1 of 1 read right" in listed())
        assert labels() == [7]
        await pilot.press("tab", "n")
        await until(pilot, lambda: "this drawing is meant to be" in text_on(console))
        await pilot.press("2", "enter")
        await until(pilot, lambda: "0 of 1 read right" in listed())
        assert labels() == [2]
        await pilot.press("d")
        await until(pilot, lambda: "Delete this drawing of a 2?" in text_on(console))
        await pilot.press("y")
        await until(pilot, lambda: "No drawing is kept yet" in listed())
        await pilot.press("u")
        await until(pilot, lambda: labels() == [2] and "0 of 1 read right" in listed())
        await pilot.press("u")
        await until(pilot, lambda: labels() == [7] and "1 of 1 read right" in listed())
        pad(console).canvas.clear()
        await pilot.press("enter")
        await until(pilot, lambda: not pad(console).canvas.is_blank and pad(console).has_focus)
        assert np.array_equal(pad(console).canvas.pixels, list_drawings(stocked_home)[0].ink)

    in_draw(stocked_home, monkeypatch, scene, (120, 40))


def test_a_file_is_opened_and_one_that_is_no_picture_is_refused(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_picture(tmp_path / "seven.png")
    (tmp_path / "bad.png").write_text("no picture")
    monkeypatch.chdir(tmp_path)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        async def open_file(name: str) -> None:
            await pilot.press("ctrl+o")
            await until(pilot, lambda: "Open a picture of a digit" in text_on(console))
            await pilot.press(*name, "enter")

        await open_file("gone.png")
        await until(pilot, lambda: "is not there" in text_on(console))
        await pilot.press("escape")
        await open_file("bad.png")
        await until(pilot, lambda: "neither PNG nor JPEG" in text_on(console))
        assert pad(console).canvas.is_blank
        await open_file("seven.png")
        await until(pilot, lambda: "7  9" in pane_text(console, "canvas"))

    in_draw(stocked_home, monkeypatch, scene)


def test_drawings_that_cannot_be_listed_are_not_said_to_be_none(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stocked_home.path / FOLDER).write_text("no folder")

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("tab")
        await until(pilot, lambda: "drawings cannot be read: " in text_on(console).replace("\n", " "))

    in_draw(stocked_home, monkeypatch, scene)
    assert (stocked_home.path / FOLDER).read_text() == "no folder"
