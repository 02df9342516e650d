"""What is sent shows what Textual wrote: proven by a terminal emulator, for frames of any kind."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from tui.driver.brush import Brush
from tui.driver.cells import Cells, Row
from tui.driver.pen import PLAIN

WIDTH, HEIGHT = 16, 4
ON_SPACES = ("underscore", "strikethrough", "reverse")

colours = st.one_of(
    st.sampled_from(["30", "37", "39", "93"]),
    st.integers(16, 20).map(lambda n: f"38;5;{n}"),
    st.integers(0, 2).map(lambda n: f"38;2;{n};5;0"),
)
backgrounds = colours.map(lambda code: "4" + code[1:] if code[0] == "3" else "10" + code[1:])
codes = st.lists(st.one_of(st.sampled_from("13479"), colours, backgrounds), max_size=3).map(";".join)


def written(row: int, column: int, pieces: list[tuple[str, str]]) -> str:
    """Pieces of text with their codes, from a place on, as far as the line goes."""
    frame, left = f"\x1b[{row + 1};{column + 1}H", WIDTH - column
    for code, text in pieces:
        text = set_cell_size(text, min(left, cell_len(text)))
        left -= cell_len(text)
        frame += f"\x1b[{code}m{text}\x1b[0m" if code and text else text
    return frame + "\n" * (row + 1 < HEIGHT)


def frames(symbols: str, columns: st.SearchStrategy[int], least: int) -> st.SearchStrategy[list[str]]:
    """A few frames, each a few lines or parts of them, of at least so many characters."""
    texts = st.text(st.sampled_from(symbols), min_size=least, max_size=WIDTH)
    pieces = st.lists(st.tuples(codes, texts), min_size=1, max_size=4)
    parts = st.builds(written, st.integers(0, HEIGHT - 1), columns, pieces)
    return st.lists(st.lists(parts, max_size=5).map("".join), min_size=1, max_size=3)


NARROW = frames("ab  │─█▀…⣿é✓", st.integers(0, WIDTH - 1), 1)
# Terminals differ in what is left of a wide character that is written over in part: whole lines, as Textual writes.
BLANK = frames(12 * " " + "a", st.integers(0, 3), WIDTH)
WIDE = frames("a 手🙂é", st.just(0), WIDTH)


class Emulator:
    """A terminal that does not wrap lines, and the cells on it as they are seen."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")

    def feed(self, text: str) -> None:
        self.stream.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    def seen(self) -> list[list[tuple[object, ...]]]:
        return [[self._cell(y, x) for x in range(WIDTH)] for y in range(HEIGHT)]

    def _cell(self, y: int, x: int) -> tuple[object, ...]:
        cell = self.screen.buffer[y][x]
        shown = tuple(getattr(cell, name) for name in ON_SPACES)
        if cell.data == " " and not any(shown):
            return (" ", cell.bg)
        return (cell.data, cell.bg, shown, cell.fg, cell.bold, cell.italics)


class Link:
    """The cells that are wanted, those that are shown, and what is sent for the difference."""

    def __init__(self, erases: bool = False) -> None:
        self.cells = Cells(WIDTH, HEIGHT)
        self.shown = [Row(WIDTH) for _ in range(HEIGHT)]
        self.brush = Brush(erases)
        self.sent = self.brush.start()

    def show(self, frame: str) -> str:
        assert self.cells.write(frame) == ""
        sent, self.sent = self.sent, ""
        for y in sorted(self.cells.touched):
            sent += self.brush.row(y, self.cells.rows[y], self.shown[y])
        self.cells.touched.clear()
        return sent


@given(st.one_of(NARROW, WIDE, BLANK), st.booleans())
def test_what_is_sent_shows_what_was_written(frames: list[str], erases: bool) -> None:
    """You should see the same after each frame as if it had been sent as it is, and as this program reads it."""
    plain, thrifty, link = Emulator(), Emulator(), Link(erases)
    reader = Cells(WIDTH, HEIGHT)
    for frame in frames:
        plain.feed(frame)
        sent = link.show(frame)
        thrifty.feed(sent)
        assert thrifty.seen() == plain.seen()
        reader.write(sent)
        assert all(row.equals(read) for row, read in zip(link.cells.rows, reader.rows, strict=True))


@given(st.one_of(NARROW, WIDE))
def test_frames_left_out_are_not_missed(frames: list[str]) -> None:
    """You should see the last picture where only that is sent."""
    plain, thrifty, link = Emulator(), Emulator(), Link()
    plain.feed("".join(frames))
    thrifty.feed(link.show("".join(frames)))
    assert thrifty.seen() == plain.seen()


def test_of_a_wide_character_no_half_is_left() -> None:
    row = Cells(6, 1).rows[0]
    row.put(0, "手手手", PLAIN)
    row.put(1, "ab", PLAIN)
    assert row.texts == [" ", "a", "b", " ", "手", ""]
    row.put(5, "c", PLAIN)
    row.put(4, "手", PLAIN)
    row.put(5, "手", PLAIN)
    assert row.texts == [" ", "a", "b", " ", "手", ""]
    assert row.put(6, "beyond", PLAIN) == 12


@given(st.integers(0, HEIGHT), st.integers(0, WIDTH - 1), st.lists(st.tuples(codes, st.text("a │手é", max_size=WIDTH))))
def test_texts_put_without_codes_are_those_written_with_them(
    row: int, column: int, pieces: list[tuple[str, str]]
) -> None:
    by_codes, put = Cells(WIDTH, HEIGHT), Cells(WIDTH, HEIGHT)
    by_codes.write(f"\x1b[{row + 1};{column + 1}H")
    by_codes.write("".join(f"\x1b[{code}m{text}\x1b[0m" if code else text for code, text in pieces if text))
    put.put(row, column, pieces)
    assert all(one.equals(other) for one, other in zip(by_codes.rows, put.rows, strict=True))
    assert put.touched >= by_codes.touched


def test_what_would_act_on_the_terminal_is_no_text() -> None:
    cells = Cells(WIDTH, HEIGHT)
    cells.put(0, 0, [("", "a\x1b]0;b\x07\x9bc\n")])
    assert "".join(cells.rows[0].texts).rstrip() == "a]0;bc"


@pytest.mark.parametrize(
    ("frame", "sent"),
    [
        ("\x1b[1;1H\x1b[31mab\x1b[0m\x1b[31mcd\x1b[0m", "\x1b[31mabcd"),
        ("\x1b[1;1H\x1b[31ma\x1b[0m\x1b[32m  \x1b[0m\x1b[31mb\x1b[0m", "\x1b[31ma  b"),
        ("\x1b[1;1Ha\x1b[1;3Hb", "a b"),
        ("\x1b[1;1Ha\x1b[1;11Hb", "a\x1b[9Cb"),
        ("\x1b[1;1H\x1b[44m            \x1b[0m\x1b[41mb\x1b[0m", "\x1b[44m\x1b[12X\x1b[12C\x1b[41mb"),
        ("\x1b[2;1H\x1b[1;31;44ma\x1b[0m\x1b[1;31;45mb\x1b[0m", "\r\n\x1b[1;31;44ma\x1b[45mb"),
        ("\x1b[1;1H\x1b[1ma\x1b[0mb", "\x1b[1ma\x1b[0mb"),
        ("\x1b[1;1H\x1b[1;38;5;252ma\x1b[0m\x1b[38;5;252mb\x1b[0m", "\x1b[1;38;5;252ma\x1b[22mb"),
        ("\x1b[1;1H手b", "手\x1b[3Gb"),
    ],
)
def test_codes_that_change_nothing_are_not_sent(frame: str, sent: str) -> None:
    link = Link(erases=True)
    link.sent = ""
    link.brush.start()
    assert link.show(frame) == sent


def test_other_codes_are_handed_on_in_their_order() -> None:
    cells = Cells(WIDTH, HEIGHT)
    others = "\x1b[?1049h\x1b[?1000h\x1b[?2004h\x1b[>25u\x1b[?2026$p\x1b]52;c;YQ==\x07\x1b[6n"
    assert cells.write(others[:16] + "\x1b[1;1Ha" + others[16:] + "\x07") == others + "\x07"
    assert cells.rows[0].texts[0] == "a"


def test_synchronised_frames_are_noted() -> None:
    cells = Cells(WIDTH, HEIGHT)
    assert not cells.synchronised
    assert cells.write("\x1b[?2026h\x1b[1;1Ha\x1b[?2026l") == ""
    assert cells.synchronised
