"""The help: every key, searched by typing."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from engine.home import Home
from tests.builders.consoles import run_console, text_on
from tests.builders.stage import text_of
from tui.console.console import Console
from tui.dialogs.help import Help, Key, KeyList, Section, help_lines
from tui.drawing.styled_lines import plain

SECTIONS = (
    Section("History", [Key("d del", "Delete", "Move these runs to the trash"), Key("f", "Fold", "Groups as one")]),
    Section("Anywhere", [Key("q", "Quit", "Leave at once")]),
)


def text(cells: int = 100, wanted: str = "") -> str:
    return "\n".join(plain(line) for line in help_lines(SECTIONS, "/home/keys.toml", cells, wanted))


def test_all_keys_stand_below_the_advice_that_names_the_mouse_and_the_file_of_keys() -> None:
    assert "The mouse" in text() and "/home/keys.toml" in text()
    assert text().index("\n\nHistory\n") < text().index("\n\nAnywhere\n")
    assert "  d del           Delete            Move these runs to the trash\n" in text()


def test_what_is_typed_leaves_the_keys_in_whose_lines_all_words_are() -> None:
    assert text(wanted="TRASH del") == "History\n  d del           Delete            Move these runs to the trash"
    assert "Fold" in text(wanted="history") and "Quit" not in text(wanted="history")
    assert text(wanted="[zz") == "Nothing is called '[zz'."


def test_what_is_too_long_for_a_line_goes_on_below_whole() -> None:
    """You should see every word, below its column or, on a small screen, a little to the right."""
    narrow = text(34)
    assert max(map(len, narrow.splitlines())) <= 34 and "…" not in narrow
    assert "  d del  Delete: Move these runs\n    to the trash\n" in narrow
    assert f"{'':36}trash\n" in text(60)


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
            lines = text_of(console.screen.query_one(KeyList))
            assert lines[lines.index("") + 1] == pane
            await pilot.press("escape")

    run_console(home, scene)


def test_help_opens_in_two_layouts_of_itself_however_many_keys_there_are(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []
    lay_out = Screen._refresh_layout

    def counted(screen: Screen[None], *args: object, **options: object) -> None:
        laid_out.append(type(screen).__name__)
        lay_out(screen, *args, **options)  # type: ignore[arg-type]

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await pilot.press("question_mark")
        await pilot.pause()
        keys = console.screen.query_one(KeyList)
        assert len(keys._strips) == keys.size.height < len(keys.lines(keys.size.width))
        assert len(laid_out) <= 2 and set(laid_out) == {Help.__name__}

    run_console(home, scene)
