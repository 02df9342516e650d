"""The symbols for each kind of terminal."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.runs.state import FAILED, FINISHED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED, UNQUEUED
from tui.drawing.glyphs import ASCII, LINUX, TRUECOLOUR, UNICODE, Glyphs, colour_depth, detect

SETS = pytest.mark.parametrize("glyphs", [UNICODE, LINUX, ASCII], ids=["unicode", "linux", "ascii"])


def symbols(glyphs: Glyphs) -> list[str]:
    texts = [getattr(glyphs, field.name) for field in fields(glyphs)]
    return [symbol for text in texts if isinstance(text, str) for symbol in text] + list(glyphs.status.values())


@SETS
def test_every_symbol_is_one_cell_wide(glyphs: Glyphs) -> None:
    assert {cell_len(symbol) for symbol in symbols(glyphs)} == {1}


@SETS
def test_every_status_has_a_symbol_of_its_own(glyphs: Glyphs) -> None:
    statuses = {QUEUED, PREPARING, RUNNING, PAUSED, FINISHED, STOPPED, UNQUEUED, FAILED, INTERRUPTED}
    assert set(glyphs.status) == statuses
    assert len(set(glyphs.status.values())) == len(statuses)


def test_ascii_is_ascii() -> None:
    assert "".join(symbols(ASCII)).isascii()


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
