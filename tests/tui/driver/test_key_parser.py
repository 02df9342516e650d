"""Keys as they are read from what a terminal sends, however it is cut into packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from tui.driver.key_parser import KeyParser


def keys_of(*packets: str) -> list[str]:
    """The keys of packets that follow each other at once, after which nothing more comes."""
    parser = KeyParser()
    messages = [message for packet in packets for message in parser.feed(packet)]
    # The time in which more might have come is over.
    if parser._timeout_time is not None:
        parser._timeout_time = 0.0
        messages += parser.tick()
    return [message.key for message in messages if isinstance(message, Key)]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b", ["escape"]),
        ("\x1bd", ["escape", "d"]),
        ("\x1bb", ["escape", "b"]),
        ("\x1bQ", ["escape", "Q"]),
        ("\x1b/", ["escape", "slash"]),
        ("\x1b3dd", ["escape", "3", "d", "d"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1b[A\x1b[15~q", ["up", "f5", "q"]),
        ("\x1bOP", ["f1"]),
        ("\x15abc", ["ctrl+u", "a", "b", "c"]),
    ],
)
def test_escape_is_a_key_of_its_own(sent: str, keys: list[str]) -> None:
    assert keys_of(sent) == keys


def test_a_letter_in_the_next_packet_is_not_joined_to_escape() -> None:
    assert keys_of("\x1b", "d") == ["escape", "d"]


@given(st.lists(st.sampled_from(["\x1b[A", "\x1b[15~", "q", "\x1bOP", "\x15", "é"]), min_size=2, max_size=8), st.data())
def test_sequences_are_read_alike_however_they_are_cut(sent: list[str], data: st.DataObject) -> None:
    whole = "".join(sent)
    cut = data.draw(st.integers(1, len(whole) - 1))
    assert keys_of(whole[:cut], whole[cut:]) == keys_of(whole)


def test_what_is_pasted_stays_whole() -> None:
    messages = list(KeyParser().feed("\x1b[200~two words\x1b[201~"))
    assert [message.text for message in messages if isinstance(message, Paste)] == ["two words"]
