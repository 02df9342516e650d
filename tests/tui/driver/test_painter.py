"""What a terminal is sent, and when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.conftest import settle
from tests.tui.driver.test_window import Clock
from tui.driver.brush import Brush
from tui.driver.cells import Cells
from tui.driver.painter import QUERY, SYNC_END, SYNC_START, Painter
from tui.driver.window import AT_FIRST, SILENT, TIMEOUT, Window

WIDTH, HEIGHT = 80, 20


class Terminal:
    """The other end of a pipe that never blocks who writes to it."""

    def __init__(self, clock: Clock) -> None:
        self.descriptor, self._writer = os.pipe()
        for end in (self.descriptor, self._writer):
            os.set_blocking(end, False)
        self.received = b""
        self.cells = Cells(WIDTH, HEIGHT)
        self.painter = Painter(self._writer, str.encode, self.cells, Window(clock), Brush())
        self.painter.start()

    def read(self) -> bytes:
        """All that has come so far."""
        with suppress(BlockingIOError):
            self.received += os.read(self.descriptor, 1 << 12)
        return self.received

    def until(self, text: str) -> None:
        settle(lambda: text.encode() in self.read())

    def close(self) -> None:
        if self.painter.is_alive():
            self.painter.end()
        os.close(self.descriptor)
        os.close(self._writer)


@contextmanager
def terminal(clock: Clock) -> Iterator[Terminal]:
    made = Terminal(clock)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def screen(clock: Clock) -> Iterator[Terminal]:
    with terminal(clock) as made:
        yield made


def picture(letter: str) -> str:
    """A frame in which every cell is this letter, each in a colour other than its neighbours'."""
    cells = "".join(f"\x1b[38;5;{16 + x % 2}m{letter}\x1b[0m" for x in range(WIDTH))
    return "\n".join(f"\x1b[{y + 1};1H{cells}" for y in range(HEIGHT))


def test_all_is_written_to_a_terminal_that_has_no_room_at_times(screen: Terminal) -> None:
    """You should read everything, in order, though the pipe holds less than is written."""
    titles = "".join(f"\x1b]0;title {number}\x07" for number in range(20_000))
    screen.painter.write(titles)
    settle(lambda: len(screen.read()) >= len(titles))
    assert screen.received.decode() == titles


def test_pictures_that_are_out_of_date_are_not_sent(screen: Terminal) -> None:
    """You should be sent a part of the first picture, and after the answer the last one: none in between."""
    screen.painter.write(picture("a"))
    screen.until(QUERY)
    assert len(screen.received) < 2 * AT_FIRST
    for letter in "bcdefgh":
        screen.painter.write(picture(letter))
    for count in range(2, 12):
        screen.painter.answered()
        if b"h" in screen.received and screen.received.count(b"h") == WIDTH * HEIGHT:
            break
        settle(lambda count=count: screen.read().count(QUERY.encode()) >= count)  # type: ignore[misc]
    assert screen.received.count(b"h") == WIDTH * HEIGHT
    assert not set(b"bcdefg") & set(screen.received)


def test_codes_do_not_wait_behind_pictures(screen: Terminal) -> None:
    screen.painter.write(picture("a"))
    screen.until(QUERY)
    screen.painter.write(picture("b"))
    screen.painter.write("\x07")
    screen.until("\x07")
    assert b"b" not in screen.received


def test_leaving_drops_the_picture_and_sends_the_codes(screen: Terminal) -> None:
    screen.painter.write(picture("a"))
    screen.until(QUERY)
    screen.painter.stop_painting()
    screen.painter.write(picture("b"))
    screen.painter.write("\x1b[?1049l")
    screen.painter.end()
    assert screen.read().endswith(b"\x1b[?1049l")
    assert b"b" not in screen.received


def test_what_a_key_leads_to_comes_before_the_rest_of_a_picture(screen: Terminal) -> None:
    screen.painter.write(picture("a"))
    screen.until(QUERY)
    before = len(screen.received)
    screen.painter.write(f"\x1b[{HEIGHT};1Htyped")
    screen.painter.answered()
    screen.until("typed")
    assert screen.received[before:].partition(b"a")[0].count(b"typed") == 1


def test_a_terminal_that_never_answers_is_sent_the_picture_all_the_same(clock: Clock) -> None:
    with terminal(clock) as screen:
        screen.painter.write(picture("a"))

        def is_shown() -> bool:
            clock.now += TIMEOUT
            screen.painter.write("\x1b[H")
            return screen.read().count(b"a") == WIDTH * HEIGHT

        settle(is_shown)
        assert 1 <= screen.received.count(QUERY.encode()) <= SILENT


def test_frames_are_synchronised_where_textual_found_that_possible(screen: Terminal) -> None:
    screen.painter.write("\x1b[?2026h\x1b[1;1Hall at once\x1b[?2026l")
    screen.until(QUERY)
    assert screen.received.decode() == f"{SYNC_START}\x1b[1Hall at once{SYNC_END}{QUERY}"


def test_another_size_is_painted_anew(screen: Terminal) -> None:
    """You should be sent an empty screen, and the picture as far as it fits."""
    screen.painter.write("\x1b[1;1Hhere\x1b[2;30Hthere")
    screen.until(QUERY)
    screen.painter.start_anew(20, HEIGHT)
    settle(lambda: screen.read().count(QUERY.encode()) == 2)
    assert screen.received.decode().partition(QUERY)[2] == f"\x1b[m\x1b[H\x1b[2Jhere{QUERY}"
