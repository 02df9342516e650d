"""Kills the console, or its terminal, at any moment, while an engine trains for it."""

from __future__ import annotations

import os
import pty
import select
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

from engine.home import Home
from tests.campaign.case import Case, require
from tests.campaign.checks import require_right
from tests.campaign.engine_process import PATIENCE, engine_of, require_trained, started_run
from tests.campaign.stock import Stock
from tui.console.console import LOG
from tui.console.launch import open_console

KEYS = (
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "\t",
    "\x1b[A",
    "\x1b[B",
    "\r",
    "\x1b",
    "/",
    "deep",
    "|",
    "?",
    "\x1bOQ",
    "\x1bOR",
    "*",
    "\x1b[C",
    "\x1b[15~",
)
LONGEST = 1.5


def kill_consoles(case: Case, stock: Stock, folder: Path) -> str:
    """You should see the run it shows end as if nobody had watched, and the next console open on the same home."""
    random = case.random
    home = stock.home_in(folder)
    way = random.choice(("killed", "killed", "hung up", "stopped"))
    with engine_of(home, folder) as client:
        run = started_run(client, home)
        _watch(home, random, way)
        require_trained([run], client, stock)
    log = home.path / LOG
    require(not log.exists() or "Traceback" not in log.read_text(), "the console met an error of its own")
    require_right(home, stock)
    return way


def _watch(home: Home, random: Random, way: str) -> None:
    """Open a console on a terminal of its own, press keys, and end it at a moment that is drawn."""
    pid, terminal = pty.fork()
    if pid == 0:
        status = 1
        try:
            status = open_console(home, random.random() < 0.3)
        finally:
            os._exit(status)
    ended = os.pidfd_open(pid)
    written = b""
    for _ in range(random.randint(0, 30)):
        if select.select([terminal, ended], [], [], random.random() * LONGEST / 10)[0]:
            with suppress(OSError):
                written += os.read(terminal, 1 << 16)
        with suppress(OSError):
            os.write(terminal, random.choice(KEYS).encode())
    if way == "hung up":
        os.close(terminal)
    else:
        os.kill(pid, signal.SIGTERM if way == "stopped" else signal.SIGKILL)
    left = _drained(terminal if way != "hung up" else -1, ended)
    if not left:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ended)
    with suppress(OSError):
        os.close(terminal)
    require(left, f"the console has not ended within {PATIENCE:g} s after it was {way}")
    require(b"Traceback" not in written, "the console shows a traceback")


def _drained(terminal: int, ended: int) -> bool:
    """Whether the console ends while its terminal is read."""
    watched = [ended] + ([terminal] if terminal >= 0 else [])
    while ready := select.select(watched, [], [], PATIENCE)[0]:
        if ended in ready:
            return True
        with suppress(OSError):
            if os.read(terminal, 1 << 16):
                continue
        watched = [ended]
    return False
