"""A key that does nothing where it is pressed says why, or where it does something."""

from __future__ import annotations

from functools import partial

from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.home import Home
from tests.builders.consoles import board, finished, made_run, run_console, started, story, text_on, trained, until
from tests.builders.sweeps import make_sweep
from tui.console.console import Console


def is_said(console: Console, text: str) -> bool:
    return text in text_on(console).splitlines()[-2]


def test_a_key_of_another_pane_or_another_state_says_so_until_the_next_one(home: Home) -> None:
    """You should see a line in place of the pane's keys, never an empty one, and those again after the next key."""
    made_run(home, 1, "deep", started(), *trained(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        for key, said in (
            ("n", "n acts elsewhere: Name, tags in History; Digit in Drawings."),
            ("c", "c acts elsewhere: Class in Digits"),
            ("enter", "Enter acts elsewhere: List in Model; Its digits in Confusion and more."),
            ("p", "Pause does not apply: deep is finished."),
            ("ctrl+n", "Ctrl+N acts elsewhere: in the list of presets, rename one of yours."),
            ("ctrl+d", "Ctrl+D acts elsewhere: in the list of presets, delete yours after a question."),
            ("Z", "Log scale"),
            ("up", "Log scale"),
            ("l", "Log scale"),
            ("f12", "Log scale"),
        ):
            await pilot.press(key)
            await until(pilot, partial(is_said, console, said))

    run_console(home, scene, (80, 24))


def test_what_a_pane_refuses_is_said_with_the_reason(stocked_home: Home) -> None:
    """You should read why the newest epoch has none after it, and that nothing waits."""
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete)
        for view, key, said in (
            ("2", "right_square_bracket", "Later does not apply: there is no later one."),
            ("6", "S", "Empty queue does not apply: nothing is in the queue."),
        ):
            await pilot.press(view, key)
            await until(pilot, partial(is_said, console, said))

    run_console(stocked_home, scene, (80, 24))


def test_nothing_to_copy_or_to_undo_is_said_in_place_of_the_keys(home: Home) -> None:
    """You should read it where the pane's keys are, as of any other key."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("y")
        await until(pilot, partial(is_said, console, "There is no run to copy of yet."))
        await pilot.press("3", "u")
        await until(pilot, partial(is_said, console, "There is nothing to undo."))

    run_console(home, scene, (80, 24))


def test_a_run_of_a_long_title_is_said_to_be_finished(home: Home) -> None:
    """You should read the end of the sentence, and as much of the title as there is room for."""
    changed = RunConfig(dataset="synthetic", l2=0.001, batch_size=128, epochs=1, momentum=0.9, seed=2)
    made_run(home, 1, "shallow", started(), *trained(1, 2), finished(), config=changed)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        await pilot.press("s")
        await until(pilot, partial(is_said, console, "Stop does not apply: shallow · "))
        await until(pilot, partial(is_said, console, " … is finished."))

    run_console(home, scene, (80, 24))


def test_keys_that_several_panes_share_are_known_to_help_and_to_the_line_about_a_key(home: Home) -> None:
    """You should see the keys of a view's panes in help, and not that they act elsewhere alone."""
    make_sweep(home, {"l2": "0,0.1"})

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "cells" in board(console).there)
        await pilot.press("7")
        await until(pilot, lambda: board(console).sweep.standing is not None)
        for key, said in (
            ("left_square_bracket", "Earlier does not apply: there is no earlier one."),
            ("i", "Picture does not apply: there is no other picture of this sweep."),
        ):
            await pilot.press(key)
            await until(pilot, partial(is_said, console, said))
        await pilot.press("question_mark", *"sweep before")
        await until(
            pilot, lambda: "Sweep, Cells" in text_on(console) and "The sweep before this one" in text_on(console)
        )
        await pilot.press("escape", "1", "ctrl+p", *"cells: filter", "enter")
        await until(pilot, lambda: board(console).view.name == "Sweep")

    run_console(home, scene, (80, 24))
