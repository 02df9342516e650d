"""Messages in passing, which cover nothing that one has to read or press."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from engine.home import Home
from engine.interval import Interval
from tests.builders.consoles import board, finished, made_run, run_console, started, text_on, trained, until
from tui.console.console import Console
from tui.screens.prompts import Prompts


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_a_message_covers_neither_the_keys_nor_a_dialog(home: Home, size: tuple[int, int]) -> None:
    """You should see the message above the rows of keys, and of each dialog its frame and its last line."""
    made_run(home, 1, "deep", started(), *trained(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        await pilot.press("3")
        before = text_on(console).splitlines()[-1]
        console.notify("Done, and this says so", timeout=600)
        await until(pilot, lambda: "says so" in text_on(console))
        assert text_on(console).splitlines()[-1] == before
        assert size[1] < 20 or "says so" not in text_on(console).splitlines()[-2]
        for key, last in (
            ("|", "leaves"),
            ("n", "Esc leaves"),
            ("d", "Esc: No"),
            ("?", "Esc closes"),
            ("ctrl+p", "Esc leaves"),
        ):
            await pilot.press(key)
            await until(pilot, lambda: console.screen is not console.main and "says so" in text_on(console))
            box, message = console.screen.children[0], console.screen.query_one(Toast)
            assert not box.region.overlaps(message.region), text_on(console)
            assert any(last in row for row in text_on(console).splitlines()), text_on(console)
            await pilot.press("escape")
            await until(pilot, lambda: console.screen is console.main)

    run_console(home, scene, size)


def test_what_went_wrong_leaves_at_the_first_key_after_it_was_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see an error while you may still be reading it, whatever you press, and no longer than you need; what
    was said besides stays."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        prompts = console.main.prompts
        monkeypatch.setattr("tui.screens.prompts.MESSAGE_SECONDS", 600)
        prompts.complain("a file is not there")
        await until(pilot, lambda: "is not there" in text_on(console))
        await pilot.press("2", "3")
        await until(pilot, lambda: board(console).view.name == "History" and "is not there" in text_on(console))
        prompts.complain("a disk is full")
        prompts.tell("a run is exported")
        prompts._wrong[0] = (prompts._wrong[0][0], Interval.ended())
        await pilot.press("2")
        await until(
            pilot,
            lambda: (
                "is not there" not in text_on(console)
                and "disk is full" in text_on(console)
                and "is exported" in text_on(console)
            ),
        )

    run_console(home, scene)


def test_messages_that_follow_each_other_pile_up_to_three(home: Home) -> None:
    """You should see what was said last however often a key is pressed, and the list behind it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        prompts = console.main.prompts
        for place in range(1, 9):
            prompts.tell(f"It is number {place} in the queue now.")
            await pilot.pause()
        await until(pilot, lambda: [note.message[13] for note in console._notifications] == ["6", "7", "8"])

    run_console(home, scene)


def test_a_long_message_stays_long_enough_to_be_read(home: Home) -> None:
    """You should have a second for every 15 cells of a message, and never less than for a short one."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        prompts = Prompts(console.main)
        for text in ("Done", "word " * 30):
            prompts.tell(text)
        await until(pilot, lambda: len(console._notifications) == 2)
        assert [note.timeout for note in console._notifications] == [4, 10]

    run_console(home, scene)


def test_every_message_begins_with_a_capital_letter(home: Home) -> None:
    """You should see what the command line says in the middle of its line as a sentence, and a path as it is."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        prompts = console.main.prompts
        prompts.tell("it is the first in the queue now")
        prompts.complain("a folder is needed")
        prompts.complain("/dev/full cannot be written")
        prompts.remark("not yet: values to correct are marked")
        told = "It is the first", "A folder is needed", "/dev/full cannot", "Not yet: values"
        await until(pilot, lambda: all(text in text_on(console) for text in told))

    run_console(home, scene)


def test_where_rows_are_few_a_message_covers_no_pane(home: Home) -> None:
    """You should see what was done in place of keys, all of it whatever you press meanwhile, and the keys afterwards;
    what is too long for that stands above them."""
    made_run(home, 1, "deep", started(), *trained(1, 2), finished())

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        prompts, long = console.main.prompts, "one word of many " * 6
        prompts.tell(long)
        await pilot.press("2", "3")
        await until(pilot, lambda: board(console).view.name == "History")
        rows = text_on(console).splitlines()
        assert " ".join("".join(rows[-2:]).split()) == long.strip().capitalize() and not console._notifications
        console.main._key_bar._end()
        await until(pilot, lambda: "F5 Train" in text_on(console).splitlines()[-1])
        prompts.remark("until the next key")
        await until(pilot, lambda: "Until the next key" in text_on(console))
        await pilot.press("2")
        assert "Until the next key" not in text_on(console)
        prompts.tell(long * 3)
        await until(pilot, lambda: len(console._notifications) == 1)
        await pilot.press("?")
        prompts.tell("The dialog covers the keys")
        await until(pilot, lambda: len(console._notifications) == 2)

    run_console(home, scene, (80, 24))
