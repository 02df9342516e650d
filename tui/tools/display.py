"""What stands on the screen of a program that runs on a pseudo-terminal."""

from __future__ import annotations

import re
import time
from codecs import getincrementaldecoder

from engine.interval import Interval
from tui.driver.cells import Cells
from tui.tools.pseudoterminal import PseudoTerminal

ERASE = "\x1b[2J"
# The beginning of a code whose end has not come yet.
CUT_OFF = re.compile(r"\x1b(\[[0-?]*[ -/]*|[\]P_^X][^\x07\x1b]*\x1b?)?$")
# The terminal that the benches measure in.
COLUMNS, LINES = 120, 40


class Display:
    """Reads a terminal of this size.

    `received` counts its bytes; `changed` is when its text last changed, by the monotonic clock."""

    def __init__(self, terminal: PseudoTerminal, columns: int, lines: int) -> None:
        self.terminal = terminal
        self.columns, self.lines = columns, lines
        self.changed = time.monotonic()
        self.received = 0
        self.text = ""
        self._cells = Cells(columns, lines)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._left = ""

    def press(self, keys: str) -> None:
        self.terminal.press(keys)

    def read(self, seconds: float) -> bytes:
        """Take in what is written, after waiting at most `seconds` for it."""
        written = self.terminal.read(seconds)
        if written:
            self._show(written)
        return written

    def read_for(self, seconds: float) -> bytes:
        """Take in all that is written in so many seconds."""
        written, deadline = b"", Interval(seconds)
        while not deadline.is_over():
            written += self.read(deadline.left)
        return written

    def until(self, shown: str, seconds: float) -> None:
        """Read until this is seen. Raises TimeoutError where that takes more than so many seconds."""
        deadline = Interval(seconds)
        while shown not in self.text:
            if deadline.is_over():
                raise TimeoutError(f"the program does not show {shown!r}")
            self.read(deadline.left)

    def until_quiet(self, quiet: float, seconds: float) -> None:
        """Read until nothing has been written for `quiet` seconds, `seconds` at most."""
        deadline, silence = Interval(seconds), Interval(quiet)
        while not (deadline.is_over() or silence.is_over()):
            if self.read(min(deadline.left, silence.left)):
                silence.begin(quiet)

    def _show(self, written: bytes) -> None:
        self.received += len(written)
        text = self._left + self._decode(written)
        cut_off = CUT_OFF.search(text)
        whole, self._left = (text[: cut_off.start()], text[cut_off.start() :]) if cut_off else (text, "")
        for index, part in enumerate(whole.split(ERASE)):
            if index:
                self._cells.clear()
            self._cells.write(part)
        text = "\n".join("".join(row.texts).rstrip() for row in self._cells.rows)
        if text != self.text:
            self.text, self.changed = text, time.monotonic()
