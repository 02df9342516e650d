"""Keys that come in one burst, which act as if each had been pressed after what the one before has done."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from textual.pilot import Pilot

from engine.home import Home
from engine.service.client import EngineClient
from tests.builders.consoles import (
    Engine,
    Live,
    board,
    finished,
    made_run,
    pane_text,
    press_at_once,
    run_console,
    started,
    story,
    text_on,
    trained,
    until,
)
from tui.console.console import Console
from tui.drawing.glyphs import UNICODE
from tui.panes.draw.pad import DrawPad
from tui.panes.draw.pane import DrawBoard


def test_the_crosshair_goes_over_the_chart_that_a_key_before_shows(stocked_home: Home) -> None:
    """You should see it one column left of the last, where the first key puts it."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete and console.main.following.reference is not None)
        press_at_once(console, "4", "left", "left")
        await until(pilot, lambda: "step 9,291, epoch 4.96" in pane_text(console, "curves"))

    with Live(run):
        run_console(stocked_home, scene)


def canvas_waits(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have the panes of Draw wait to be mounted until the event is set."""
    mount_panes, gone_on = DrawBoard.mount_panes, asyncio.Event()

    async def late(drawing: DrawBoard) -> None:
        await gone_on.wait()
        await mount_panes(drawing)

    monkeypatch.setattr(DrawBoard, "mount_panes", late)
    return gone_on


def test_keys_wait_for_the_pane_that_a_key_before_went_to(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see what was drawn before there was a canvas, and the view that was asked for after that."""
    gone_on = canvas_waits(monkeypatch)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: board(console).has_run_panes and "canvas" in board(console).there)
        await pilot.press("9", "space", "right", "3")
        assert board(console).view.name == "Draw"
        gone_on.set()
        await until(pilot, lambda: board(console).view.name == "History")
        pad = board(console).pane("canvas").content
        assert isinstance(pad, DrawPad) and pad.canvas.can_undo

    run_console(stocked_home, scene)


@pytest.mark.parametrize(("typed", "leaves"), [("space", True), ("slash", False)])
def test_somebody_who_leaves_waits_for_no_pane(
    home: Home, monkeypatch: pytest.MonkeyPatch, typed: str, leaves: bool
) -> None:
    """You should be in the shell at once; after `/` a letter is for the filter."""
    gone_on = canvas_waits(monkeypatch)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: board(console).has_run_panes and "canvas" in board(console).there)
        await pilot.press("9", typed, "right", "q")
        assert console._exit is leaves
        gone_on.set()

    run_console(home, scene)


def test_a_page_is_as_long_as_the_list_that_a_key_before_shows(home: Home) -> None:
    for number in range(1, 61):
        made_run(home, number, f"run {number}")

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: len(board(console).history.runs) == 60)
        await pilot.press("3", "home", "pagedown")
        apart = board(console).history.highlighted
        await pilot.press("home", "1")
        press_at_once(console, "3", "pagedown")
        await until(pilot, lambda: board(console).history.highlighted == apart)

    run_console(home, scene)


def test_letters_go_into_the_field_that_a_key_before_opens(home: Home) -> None:
    """You should see them in the form, and no letter taken for a key."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        press_at_once(console, "e", *["down"] * 3, *"2q", "ctrl+u", *"19z")
        await until(pilot, lambda: "19z" in pane_text(console, "model"))
        assert "2q" not in pane_text(console, "model") and not board(console).enlarged

    run_console(home, scene)


def test_a_dialog_opened_filled_and_left_in_one_burst(home: Home) -> None:
    """You should see the run's new name and the view that the last key goes to."""
    made_run(home, 1, "deep", started(), *trained(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "deep" in pane_text(console, "history"))
        press_at_once(console, "3", "n", "ctrl+u", *"renamed", "enter", "2")
        await until(pilot, lambda: console.screen is console.main and "renamed" in text_on(console))
        assert board(console).view.name == "Digits"

    run_console(home, scene)


def test_a_filter_typed_and_left_in_one_burst_lists_what_it_matches(home: Home) -> None:
    for number, name in enumerate(("deep", "shallow", "wide"), 1):
        made_run(home, number, name, started(), *trained(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "wide" in pane_text(console, "history"))
        press_at_once(console, "3", "slash", *"nothing", "ctrl+u", *"shallow", "escape", "space")
        await until(pilot, lambda: board(console).history.marked)
        assert "shallow" in text_on(console) and "deep" not in pane_text(console, "history")
        assert board(console).history.marked == (board(console).history.highlighted,)

    run_console(home, scene)


def test_a_pane_that_is_gone_to_before_it_is_filled_has_the_focus_then(home: Home) -> None:
    async def run() -> None:
        console = Console(home, UNICODE, client=cast(EngineClient, Engine()))
        async with console.run_test(size=(120, 40)) as pilot:
            press_at_once(console, "4")
            await until(pilot, lambda: board(console).curves.has_charts)
            await until(pilot, lambda: console.focused is board(console).pane("curves").content)

    asyncio.run(run())
