"""How the console is opened on a terminal, and how it leaves one."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from engine.files import StoreError, open_descriptor
from engine.home import Home
from engine.runs.status import LIVE, QUEUED
from tui.drawing.glyphs import colour_depth, detect
from tui.exit_codes import DONE, FAILED, NAME, WRONG_USAGE, complain
from tui.widgets import views

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

ADVICE = "train without the console: mnist-tui train"

LATEST = 50
# Seconds after which a thread that reads or plans gives way to a key.
GIVE_WAY = 0.0005


def open_console(home: Home, slow_link: bool, ascii: bool = False, lessons: bool = False) -> int:
    """Show the console until it is left, in nothing but ASCII and with the lessons first where that is wanted; the exit
    status."""
    if reason := refusal():
        return complain(reason, WRONG_USAGE)
    home.prepare()
    end_with_the_terminal()
    # A key waits for the next frame at most, so frames are to be short; Textual reads this once.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Textual takes many terminals for poorer than they are; it reads this once, too.
    if colour_depth() == 256:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    sys.setswitchinterval(GIVE_WAY)
    # Until the first screen is painted nothing is worth collecting.
    gc.disable()
    import_asyncio()
    from tui.console.console import LOG, Console

    glyphs = detect(encoding(ascii))
    with kept_from_libraries(home.path / LOG):
        console = Console(home, glyphs, slow_link, view=views.LEARN_VIEW if lessons else views.TRAIN_VIEW)
        console.run()
    if console.trouble:
        return complain(console.trouble, FAILED)
    console.main.flush()
    print(exit_message(home))
    return DONE


def import_asyncio() -> None:
    """Import asyncio without OpenSSL, which it takes along where it can: the console makes no connection by it.

    Whoever needs OpenSSL later imports it as ever."""
    if "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        import_module("asyncio")
    finally:
        del sys.modules["ssl"]


def exit_message(home: Home) -> str:
    """One line: what goes on, and how to come back."""
    live = [run for run in _latest(home) if run.status in LIVE]
    under_way = [run for run in live if run.status != QUEUED] or live
    if not under_way:
        return f"Nothing is being trained. Come back with: {NAME}"
    run, more = under_way[0], len(live) - 1
    who = f"{run.record.title} and {more} more go on" if more else f"{run.record.title} goes on"
    where = f"{run.status}, {run.epoch} of {run.record.config.epochs} epochs done"
    return f"{who} ({where}). Come back with: {NAME}"


def _latest(home: Home) -> list[RunSummary]:
    from engine.runs.directory import Run
    from engine.runs.summaries import recent_ids, summarise

    summaries = []
    for id in recent_ids(home.runs)[:LATEST]:
        with suppress(StoreError):
            summaries.append(summarise(Run(home.runs / id)))
    return summaries


def refusal(environ: Mapping[str, str] | None = None) -> str:
    """Why the console cannot open here, and what to do; empty when it can."""
    environ = os.environ if environ is None else environ
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        if "SSH_CONNECTION" in environ and "SSH_TTY" not in environ:
            return f"the console needs a terminal, which ssh gives a command with -t: ssh -t HOST {NAME}; or {ADVICE}"
        return f"the console needs a terminal; {ADVICE}"
    kind = environ.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        return f"this terminal (TERM={kind or 'not set'}) cannot show the console; {ADVICE}"
    return ""


def encoding(ascii: bool = False, environ: Mapping[str, str] | None = None) -> str:
    """What the terminal is written in: ASCII where that is wanted, or said by the locale that overrides all others.

    Where no locale is set Python takes UTF-8, and so does about every terminal; Textual writes to standard error."""
    environ = os.environ if environ is None else environ
    if ascii or environ.get("LC_ALL") in ("C", "POSIX"):
        return "ascii"
    return getattr(sys.__stderr__, "encoding", None) or "ascii"


@contextmanager
def kept_from_libraries(log: Path) -> Iterator[None]:
    """The terminal for the console alone: whatever else writes to standard output or error writes to `log`."""
    sys.stdout.flush()
    sys.stderr.flush()
    stdout, stderr = os.dup(1), os.dup(2)
    streams = sys.__stdout__, sys.__stderr__
    descriptor = open_descriptor(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace", newline="\n")
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.__stdout__ = sys.__stderr__ = terminal  # type: ignore[misc]
    try:
        yield
    finally:
        terminal.close()
        sys.__stdout__, sys.__stderr__ = streams  # type: ignore[misc]
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        for duplicate in (stdout, stderr, descriptor):
            os.close(duplicate)


def end_with_the_terminal(descriptor: int = 0) -> None:
    """End this process at once when its terminal is gone, even where nobody sends the signal that says so."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    poller = select.poll()
    poller.register(descriptor, 0)

    def wait() -> None:
        poller.poll()
        os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=wait, name="terminal", daemon=True).start()
