"""What a change of view costs a link, and how long a slow one keeps a person waiting."""

from __future__ import annotations

import select
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from engine.home import Home
from engine.interval import Interval
from engine.service.subprocesses import environment
from tui.tools.display import COLUMNS, LINES, Display
from tui.tools.figures import Figure, Measurement, at_most
from tui.tools.pseudoterminal import PseudoTerminal

CONSOLE = (sys.executable, "-m", "tui")
# Bytes that a slow link delivers at a time.
PACKET = 64
# Each view is come to from another, and gone to again.
VIEWS = "21314151234253435218102801"
SHOWN = {
    "1": "Model",
    "2": "Confusion",
    "3": "Details",
    "4": "Comparison",
    "5": "Confusion difference",
    "8": "First layer",
    "0": "Lessons",
}
READY = "5 Differences"
CHANGES = "12345" * 6
BETWEEN_KEYS = 0.1
# Seconds from a key to the program and back.
ROUND_TRIP = 0.2
# Nothing more comes after so long without a byte.
QUIET, LONGEST = 1.5, 60.0


def link_measurements(home: Home) -> Iterator[Measurement]:
    """Every budget of the link, with the runs of `home`, of which none trains."""
    for name, options, budget in (("", (), 25.0), (", slow link", ("--slow-link",), 12.0)):
        yield Measurement(f"bytes of a change of view{name}", partial(_bytes, home, name, options, budget))
    leaving, behind = "leaving at 4 kB/s, while a view is painted", "thirty changes of view at 10 kB/s"
    yield Measurement(leaving, lambda: [at_most(leaving, seconds_to_leave(home, 4_000), "s", 1.0)])
    seen = f"{behind}, until the last is seen"
    yield Measurement(behind, lambda: [at_most(seen, seconds_behind(home, 10_000), "s", 3.0)])


def _bytes(home: Home, name: str, options: Sequence[str], budget: float) -> list[Figure]:
    start, views = bytes_of_views(home, *options)
    return [
        at_most(f"bytes at start{name}", start / 1000, "kB", budget),
        at_most(f"bytes of a change of view, largest{name}", max(views) / 1000, "kB", budget),
    ]


def bytes_of_views(home: Home, *options: str) -> tuple[int, list[int]]:
    """How many bytes the first screen takes, and each change of view."""
    with opened(home, None, *options) as display:
        start, views = display.received, []
        for key in VIEWS:
            before = display.received
            display.press(key)
            display.until(SHOWN[key], LONGEST)
            display.until_quiet(QUIET, LONGEST)
            views.append(display.received - before)
        return start, views


def seconds_to_leave(home: Home, bytes_per_second: float) -> float:
    """From `q`, pressed while a view is on its way, until the terminal has been given back."""
    with opened(home, bytes_per_second) as display:
        display.press("2")
        display.read_for(2 * ROUND_TRIP)
        leaving = Interval(LONGEST)
        display.press("q")
        written = b""
        while b"\x1b[?1049l" not in written and not leaving.is_over():
            written += display.read(0.1)
        return leaving.passed


def seconds_behind(home: Home, bytes_per_second: float) -> float:
    """From the last of thirty changes of view until nothing more changes; the last is seen then."""
    with opened(home, bytes_per_second) as display:
        for key in CHANGES:
            display.press(key)
            display.read_for(BETWEEN_KEYS)
        pressed = time.monotonic()
        display.until(SHOWN[CHANGES[-1]], LONGEST)
        display.until_quiet(QUIET, LONGEST)
        return max(0.0, display.changed - pressed)


@contextmanager
def opened(home: Home, bytes_per_second: float | None, *options: str) -> Iterator[Display]:
    """The console on a terminal of 256 colours, over a link as slow as that where it is one, once all is shown."""
    environ = {**environment(), "MNIST_TUI_HOME": str(home.path), "TERM": "xterm-256color"}
    environ.pop("COLORTERM", None)
    command = [*CONSOLE, *options]
    if bytes_per_second is None:
        terminal = PseudoTerminal(command, environ, COLUMNS, LINES)
    else:
        terminal = SlowLink(command, environ, COLUMNS, LINES, bytes_per_second, ROUND_TRIP / 2)
    try:
        display = Display(terminal, COLUMNS, LINES)
        display.until(READY, LONGEST)
        display.until_quiet(2 * QUIET, LONGEST)
        yield display
    finally:
        terminal.close()


class SlowLink(PseudoTerminal):
    """Carries `bytes_per_second` from the program, and everything `latency` seconds later, both ways.

    It takes all the program writes at once, as the buffers of an SSH connection do, and delivers it when it is due."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int,
        lines: int,
        bytes_per_second: float,
        latency: float,
    ) -> None:
        self._bytes_per_second, self._latency = bytes_per_second, latency
        # What is on its way to the terminal and to the program, with the moments it arrives at.
        self._down: deque[tuple[float, bytes]] = deque()
        self._up: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        super().__init__(command, environ, columns, lines)

    @property
    def waiting(self) -> int:
        """How many bytes the program has written that have not arrived."""
        return sum(len(packet) for _, packet in self._down)

    def send(self, keys: bytes) -> None:
        self._up.append((time.monotonic() + self._latency, keys))

    def receive(self, seconds: float) -> bytes:
        """What arrives within so many seconds, as soon as something does."""
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            while self._up and self._up[0][0] <= now:
                super().send(self._up.popleft()[1])
            arrived = b""
            while self._down and self._down[0][0] <= now:
                arrived += self._down.popleft()[1]
            if arrived or now >= deadline:
                return arrived
            due = min([deadline, *(way[0][0] for way in (self._up, self._down) if way)])
            if select.select([self.descriptor], [], [], max(0.0, due - now))[0]:
                self._take()

    def _take(self) -> None:
        """Take what the program has written onto the link."""
        now = time.monotonic()
        written = super().receive(0)
        if not written:
            # The program has ended, and its terminal could be read without end.
            time.sleep(0.01)
        for start in range(0, len(written), PACKET):
            packet = written[start : start + PACKET]
            self._free_at = max(self._free_at, now) + len(packet) / self._bytes_per_second
            self._down.append((self._free_at + self._latency, packet))
