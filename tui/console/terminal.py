"""What the console needs of a terminal, and how it leaves one alone."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.files import open_descriptor
from tui.exit_codes import NAME

ADVICE = "train without the console: mnist-tui train"


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
