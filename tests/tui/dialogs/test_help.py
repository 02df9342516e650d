"""The help: every key, searched by typing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from engine.home import Home
from tests.builders.consoles import run_console, text_on, until
from tests.builders.stage import text_of
from tui.console.console import Console
from tui.dialogs.help import Key, KeyList, Section, help_lines
from tui.drawing.styled_lines import plain
from tui.widgets.choices import Choices
from tui.widgets.line_widget import LineWidget

SECTIONS = (
    Section("History", [Key("d del", "Delete", "Move these runs to the trash"), Key("f", "Fold", "Groups as one")]),
    Section("Anywhere", [Key("q", "Quit", "Leave at once")]),
)


def text(cells: int = 100, wanted: str = "") -> str:
    return "\n".join(plain(line) for line in help_lines(SECTIONS, "/home/keys.toml", cells, wanted))


def test_after_the_keys_of_a_pane_advice_names_the_mouse_and_the_file_of_keys() -> None:
    assert "The mouse" in text() and "/home/keys.toml" in text()
    assert text().startswith("History\n") and text().index("The mouse") < text().index("\n\nAnywhere\n")
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
            assert text_of(console.screen.query_one(KeyList))[0] == pane
            await pilot.press("escape")

    run_console(home, scene)


@pytest.mark.parametrize(("key", "drawn"), [("question_mark", KeyList), ("ctrl+p", Choices)])
def test_all_keys_and_commands_open_by_what_is_seen_of_them(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str, drawn: type[LineWidget]
) -> None:
    """You should wait for one layout at the size of the terminal, and for no style to be taken a second time."""
    sized: list[Screen[None]] = []
    styled: list[DOMNode] = []
    lay_out, update_nodes = Screen._refresh_layout, Stylesheet.update_nodes

    def counted(screen: Screen[None], size: Size | None = None, scroll: bool = False) -> None:
        sized.extend([screen] if size else [])
        lay_out(screen, size, scroll)

    def listed(sheet: Stylesheet, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        updated = [*nodes]
        styled.extend(updated)
        update_nodes(sheet, updated, animate)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        monkeypatch.setattr(Stylesheet, "update_nodes", listed)
        await pilot.press(key)
        await until(pilot, lambda: console.screen is not console.main and console.screen.query_one(drawn).size.height)
        seen = console.screen.query_one(drawn)
        assert len(text_of(seen)) == len(seen._strips) == seen.size.height <= 40
        assert sized == [console.screen] and console.screen not in styled
        assert len(styled) == len({*styled})

    run_console(home, scene)
