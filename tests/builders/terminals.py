"""The console on a pseudo-terminal, and what a person sees of it."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyte

from engine.home import Home
from tests.builders.program import ROOT
from tui.panes.model.drawing import NAMES
from tui.tools.pseudoterminal import PseudoTerminal

F5, ESCAPE, TAB, UP, DOWN = "\x1b[15~", "\x1b", "\t", "\x1b[A", "\x1b[B"


def down_to(field: str) -> str:
    """The keys from the top of the form to a field."""
    return DOWN * NAMES.index(field)


Wanted = str | re.Pattern[str] | Callable[[str], object]


def is_there(wanted: Wanted, text: str) -> bool:
    """Whether the text has this string, matches this pattern, or is as this condition says."""
    if isinstance(wanted, str):
        return wanted in text
    return bool(wanted.search(text) if isinstance(wanted, re.Pattern) else wanted(text))


class Screen:
    """What stands on a terminal of this size; `terminal` is where keys go."""

    def __init__(self, terminal: PseudoTerminal, columns: int, lines: int) -> None:
        self.terminal = terminal
        self.written = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """The lines, without the spaces at their ends."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def look(self, seconds: float = 0.05) -> None:
        """Take in what is written, for so long at most."""
        written = self.terminal.read(seconds)
        self.written += written
        self._stream.feed(written)

    def until(self, *wanted: Wanted, seconds: float = 90) -> str:
        """Look until all that is wanted is on the screen at once; the text then.

        The console paints a few lines at a time, so what else a test says of that text has to be wanted as well."""
        deadline = time.monotonic() + seconds
        while not all(is_there(one, self.text) for one in wanted):
            assert time.monotonic() < deadline, f"{wanted} did not come to be seen:\n{self.text}"
            self.look()
        return self.text

    def press(self, keys: str) -> None:
        """Press keys."""
        self.terminal.press(keys)

    def wait(self, seconds: float = 90) -> int:
        """Look until the program has ended; its exit status."""
        deadline = time.monotonic() + seconds
        while not self.terminal.has_ended():
            assert time.monotonic() < deadline, f"has not ended:\n{self.text}"
            self.look()
        read = -1
        while len(self.written) > read:
            read = len(self.written)
            self.look()
        assert self.terminal.exit_status is not None
        return self.terminal.exit_status

    def forget(self) -> None:
        """Have an empty screen, on which only what is written from now on is seen."""
        self._screen.reset()

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self._screen.resize(lines, columns)
        self.terminal.resize(columns, lines)


@contextmanager
def console(
    home: Home, *options: str, size: tuple[int, int] = (120, 40), program: tuple[str, ...] = ("-m", "tui"), **more: str
) -> Iterator[Screen]:
    """The program on a terminal of its own, with `more` in its environment; it is ended at the latest with the test."""
    environ = {**os.environ, "MNIST_TUI_HOME": str(home.path), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    environ |= {"TEXTUAL_DISABLE_KITTY_KEY": "1", "OMP_NUM_THREADS": "1", **more}
    terminal = PseudoTerminal([sys.executable, *program, *options], environ, *size)
    try:
        yield Screen(terminal, *size)
    finally:
        terminal.close()
