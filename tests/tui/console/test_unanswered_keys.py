"""A key that does nothing where it is pressed says why, or where it does something."""

from __future__ import annotations

from functools import partial

from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import finished, made_run, run_console, started, text_on, trained, until
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
            ("p", "Pause does not apply: deep is finished."),
            ("Z", "Log scale"),
            ("up", "Log scale"),
            ("l", "Log scale"),
            ("f12", "Log scale"),
        ):
            await pilot.press(key)
            await until(pilot, partial(is_said, console, said))

    run_console(home, scene, (80, 24))
