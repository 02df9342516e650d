"""Text made safe to keep and to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import LONGEST_NAME, clean, ordinal

HOSTILE = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\r\n\t\u202e\u200b\ud800[]/."), max_size=400)


@given(HOSTILE)
def test_cleaned_text_is_one_short_line_that_a_terminal_shows_as_it_is(text: str) -> None:
    shown = clean(text)
    assert len(shown) <= LONGEST_NAME
    assert all(c == " " or unicodedata.category(c)[0] not in "CZ" or c.isprintable() for c in shown)
    assert not any(unicodedata.category(c)[0] == "C" for c in shown)
    assert shown == shown.strip() and "\n" not in shown
    shown.encode()


@given(HOSTILE)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.one_of(st.none(), st.integers(), st.lists(st.text()), st.binary()))
def test_what_is_no_text_becomes_none(value: object) -> None:
    assert clean(value) == ""


def test_escape_sequences_lose_what_makes_them_work() -> None:
    assert clean("\x1b]0;title\x07 a\r\nb\u202ec") == "]0;title a bc"


def test_plain_text_stays_and_long_text_is_cut() -> None:
    assert clean("Größe 10 [bold]x[/bold]") == "Größe 10 [bold]x[/bold]"
    assert clean("x" * 10_000) == "x" * (LONGEST_NAME - 1) + "…"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (113, "113th"), (121, "121st")],
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
