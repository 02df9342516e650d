"""The symbols for each kind of terminal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import tui
from engine.runs.status import ENDED, INTERRUPTED, LIVE
from tui.drawing.glyphs import ASCII, LINUX, STATUS_SYMBOLS, TRUECOLOUR, UNICODE, Glyphs, colour_depth, detect

SETS = pytest.mark.parametrize("glyphs", [UNICODE, LINUX, ASCII], ids=["unicode", "linux", "ascii"])


def strings_written(path: Path) -> Iterator[str]:
    """The string constants of a module, without its docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@SETS
def test_what_stands_for_a_symbol_is_as_wide(glyphs: Glyphs) -> None:
    for code, text in glyphs.fallbacks.items():
        assert cell_len(text) == cell_len(chr(code)) == 1, chr(code)
        assert glyphs.shown(text) == text, "what is painted twice stays the same"


@SETS
def test_every_status_has_a_symbol_of_its_own(glyphs: Glyphs) -> None:
    assert set(STATUS_SYMBOLS) == {*LIVE, *ENDED, INTERRUPTED}
    assert len({glyphs.shown(symbol) for symbol in STATUS_SYMBOLS.values()}) == len(STATUS_SYMBOLS)


def test_every_symbol_that_is_drawn_has_a_fallback() -> None:
    """Charts and pictures of digits have drawings of their own without any beyond ASCII."""
    apart = {"charts/symbols.py", "digits/image.py", "drawing/glyphs.py", "driver/cells.py", "network/picture.py"}
    modules = [path for path in Path(tui.__file__).parent.rglob("*.py") if "/".join(path.parts[-2:]) not in apart]
    drawn = {character for path in modules for text in strings_written(path) for character in text}
    lacking = {character for character in drawn - set("±≤≥") if not character.isascii()}
    assert lacking
    assert {character for character in lacking if ASCII.shown(character) == "?"} == set()


@given(st.text(st.characters(exclude_categories=["C"])))
def test_any_text_is_shown_in_ascii_of_as_many_cells(text: str) -> None:
    shown = ASCII.shown(text)
    assert shown.isascii() and len(shown) == sum(cell_len(character) for character in text)


def test_names_and_deviations_keep_their_width() -> None:
    assert ASCII.shown("┌─┐│└┘ ▌█ → ✓ 手") == "+-+|++ |# > + ??"
    assert ASCII.shown("97.50 ± 0.12 %, 0 ≤ x ≤ 1") == "97.50 +-0.12 %, 0 <=x <=1"
    assert LINUX.shown("97.50 ± 0.12 % …") == "97.50 ± 0.12 % ~"


@SETS
@given(share=st.floats(-1, 2), length=st.integers(0, 40))
def test_bars_and_columns_keep_their_length(glyphs: Glyphs, share: float, length: int) -> None:
    assert len(glyphs.bar(share, length)) == len(glyphs.column(share, length)) == length


def test_bars_fill_in_eighths() -> None:
    assert UNICODE.bar(0.5, 5) == "██▌  "
    assert UNICODE.bar(0.5, 5, rest="─") == "██▌──"
    assert UNICODE.bar(0.0001, 3) == "▏  "
    assert UNICODE.bar(0, 3) == "   "
    assert UNICODE.bar(1, 3) == "███"
    assert ASCII.bar(0.5, 4) == "##  "


def test_columns_stand_on_their_foot() -> None:
    assert UNICODE.column(0.5, 3) == " ▄█"
    assert UNICODE.column(1, 2) == "██"
    assert ASCII.column(0.75, 2) == ".#"


def test_the_terminal_decides() -> None:
    assert detect("utf-8", {"TERM": "xterm"}) is UNICODE
    assert detect("UTF8", {"TERM": "linux"}) is LINUX
    assert detect("ISO-8859-1", {"TERM": "xterm"}) is ASCII
    assert detect("ascii", {"TERM": "linux"}) is ASCII


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm"}, 16),
        ({"TERM": "linux"}, 16),
        ({}, 16),
        ({"TERM": "screen-256color"}, 256),
        ({"TERM": "foot"}, 256),
        ({"TERM": "alacritty"}, 256),
        ({"TERM": "xterm-ghostty"}, 256),
        ({"TERM": "wezterm"}, 256),
        ({"TERM": "xterm-kitty"}, 256),
        ({"TERM": "in-terminfo"}, 256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TRUECOLOUR),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, 0),
    ],
)
def test_colours_are_those_the_environment_promises(
    environ: dict[str, str], colours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.drawing.terminfo.colours", lambda kind: 256 * (kind == "in-terminfo"))
    assert colour_depth(environ) == colours
