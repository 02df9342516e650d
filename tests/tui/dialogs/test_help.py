"""The help: every key, searched by typing."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input, Static

from engine.home import Home
from tests.builders.consoles import run_console, text_on
from tui.console.console import Console
from tui.dialogs.help import Key, Section, help_text

SECTIONS = (
    Section("History", [Key("d del", "Delete", "Move these runs to the trash"), Key("f", "Fold", "Groups as one")]),
    Section("Anywhere", [Key("q", "Quit", "Leave at once")]),
)


def test_all_keys_stand_below_the_advice_that_names_the_mouse_and_the_file_of_keys() -> None:
    text = help_text(SECTIONS, "/home/keys.toml")
    assert "The mouse" in text and "/home/keys.toml" in text
    assert text.index("\n\nHistory\n") < text.index("\n\nAnywhere\n")
    assert "  d del           Delete            Move these runs to the trash\n" in text


def test_what_is_typed_leaves_the_keys_in_whose_lines_all_words_are() -> None:
    assert help_text(SECTIONS, "x", "TRASH del") == (
        "History\n  d del           Delete            Move these runs to the trash"
    )
    assert "Fold" in help_text(SECTIONS, "x", "history") and "Quit" not in help_text(SECTIONS, "x", "history")
    assert help_text(SECTIONS, "x", "[zz") == "Nothing is called '[zz'."


def test_help_is_searched_by_typing_and_left_by_its_key(home: Home) -> None:
    """You should see the keys whose lines hold what is typed, whether or not a slash comes before it."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        for start in ((), ("slash",)):
            await pilot.press("question_mark", *start, *"trash")
            assert console.screen.query_one(Input).value == "trash"
            assert "Move these runs to the trash" in text_on(console) and "Leave at once" not in text_on(console)
            await pilot.press("question_mark")
            assert console.screen is console.main

    run_console(home, scene)


def test_help_begins_with_the_pane_that_has_the_focus(home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        for view, pane in (("3", "History"), ("2", "Digits"), ("1", "Loss, Accuracy")):
            await pilot.press(view, "question_mark")
            await pilot.pause()
            lines = str(console.screen.query_one(Static).content).splitlines()
            assert lines[lines.index("") + 1] == pane
            await pilot.press("escape")

    run_console(home, scene)
