"""Live charts on a real terminal: how many bytes they take, and that what is painted bit by bit is the whole chart."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from functools import cache

import pyte
import pytest

from tests.builders.curves import accuracies, losses
from tests.builders.program import ROOT
from tests.terminal.live_charts import EVERY, FIRST
from tui.charts.chart import draw
from tui.charts.chart_data import ChartData, ChartOptions
from tui.charts.symbols import BRAILLE
from tui.drawing.styled_lines import plain

UPDATES = 40
COLUMNS, LINES = 120, 40


@cache
def written(updates: int, term: str = "xterm-256color") -> bytes:
    """All that the program writes to a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    command = [sys.executable, "-m", "tests.terminal.live_charts", str(updates)]
    environ = {**os.environ, "TERM": term, "PYTHONUTF8": "1"}
    environ.pop("COLORTERM", None)
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environ)
    os.close(theirs)
    said = b""
    with suppress(OSError):
        while part := os.read(ours, 1 << 16):
            said += part
    os.close(ours)
    assert process.wait() == 0
    return said


def chart_of(data: ChartData) -> list[str]:
    """The chart drawn at once, in half the terminal, without its border."""
    return [plain(line).rstrip() for line in draw(data, ChartOptions(), COLUMNS - 2, LINES // 2 - 2, BRAILLE).lines]


@pytest.mark.parametrize("term", ["xterm-256color", "xterm"])
def test_two_live_charts_take_few_bytes(term: str) -> None:
    bytes_an_update = (len(written(UPDATES, term)) - len(written(0, term))) / UPDATES
    assert 100 < bytes_an_update < 1536, "that is 6 KiB/s at four updates a second, 1.5 KiB/s at one"


def test_what_is_painted_bit_by_bit_is_the_whole_chart() -> None:
    screen = pyte.Screen(COLUMNS, LINES)
    pyte.ByteStream(screen).feed(written(UPDATES))
    shown = [line[1:-1].rstrip() for line in screen.display]
    until = FIRST + UPDATES * EVERY
    assert shown[1 : LINES // 2 - 1] == chart_of(losses(until))
    assert shown[LINES // 2 + 1 : -1] == chart_of(accuracies(until))
