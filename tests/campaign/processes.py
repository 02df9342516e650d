"""Processes forked from one that has imported everything, so that a program is there within milliseconds."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.campaign.case import Broken, require
from tui.cli.main import main

LONGEST_SECONDS = 60.0
MOST_MEMORY = 400 << 20
UNCAUGHT = 99


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit status, negative for a signal, and what it wrote."""

    status: int
    output: str
    errors: str


class Child(AbstractContextManager["Child"]):
    """A process of this one; what it prints goes to files in `folder`. As a context it has ended at the end."""

    def __init__(self, act: Callable[[], int], folder: Path, name: str = "program") -> None:
        self._outputs = [folder / f"{name}.{stream}" for stream in ("output", "errors")]
        for path in self._outputs:
            path.touch()
        self._before = _resident()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _become(act, self._outputs)
        self._descriptor = os.pidfd_open(self.pid)
        self._waited = False

    def __exit__(self, *error: object) -> None:
        if not self._waited:
            self.kill()
            os.waitpid(self.pid, 0)
            os.close(self._descriptor)

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether it has ended, after waiting at most so long for it."""
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def kill(self) -> None:
        """End it at once; harmless when it has ended and was not waited for."""
        signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self, seconds: float = LONGEST_SECONDS) -> Ended:
        """How it ended. Raises Broken when it does not within so many seconds, or has taken too much memory."""
        hung = not self.ended(seconds)
        if hung:
            self.kill()
        _, status, usage = os.wait4(self.pid, 0)
        os.close(self._descriptor)
        self._waited = True
        output, errors = (path.read_text(errors="backslashreplace") for path in self._outputs)
        if hung:
            raise Broken(f"it has not ended within {seconds:g} s: {output[-300:]} {errors[-300:]}")
        grown = usage.ru_maxrss * 1024 - self._before
        require(grown < MOST_MEMORY, f"it took {grown >> 20} MiB of memory")
        return Ended(os.waitstatus_to_exitcode(status), output, errors)


def program(words: list[str], folder: Path, before: Callable[[], None] = lambda: None, name: str = "program") -> Child:
    """The program called with `words`, once `before` was called in its process."""

    def act() -> int:
        before()
        try:
            main(words)
        except SystemExit as leaving:
            return leaving.code if isinstance(leaving.code, int) else UNCAUGHT
        return 0

    return Child(act, folder, name)


def call(words: list[str], folder: Path) -> Ended:
    """Call the program and wait until it has ended."""
    return program(words, folder).wait()


def _become(act: Callable[[], int], outputs: list[Path]) -> None:
    """Do what the child is for, and leave without what the parent would do at its own end."""
    status = UNCAUGHT
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        for number, path in enumerate(outputs, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        status = act()
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")
