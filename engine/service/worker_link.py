"""The engine's end of the line to a worker: orders go out, reports come in, and its death is noticed at once."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from engine.home import Home
from engine.interval import Interval
from engine.service.protocol import LONGEST_LINE, ProtocolError
from engine.service.subprocesses import environment, module
from engine.service.worker_messages import (
    Ended,
    HandedRun,
    Loaded,
    Order,
    Report,
    StopRuns,
    Train,
    decode_report,
    encode,
)

# Longer than a worker takes that breaks off its run.
FAREWELL_SECONDS = 10.0

log = logging.getLogger(__name__)


class Process(Protocol):
    """What is asked of a worker's process."""

    @property
    def pid(self) -> int: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


class WorkerLink(threading.Thread):
    """A worker. `report` is given what it says, `lost` in which way it has ended; both are called in this thread.

    `device` is the one it has trained on last, empty for a fresh one; `runs` are in its hands; `idle` counts since it
    has been without one."""

    def __init__(
        self,
        process: Process,
        connection: socket.socket,
        report: Callable[[WorkerLink, Report], None],
        lost: Callable[[WorkerLink, str], None],
    ) -> None:
        super().__init__(name=f"worker {process.pid}", daemon=True)
        self._process, self._socket = process, connection
        self._report, self._lost = report, lost
        self.device = ""
        self.runs: set[str] = set()
        self.is_loaded = self.is_leaving = False
        self._killed_because = ""
        self.idle = Interval.ended()

    @property
    def pid(self) -> int:
        return self._process.pid

    def train(self, locks: Mapping[HandedRun, int], device: str) -> None:
        """Hand over runs, each with the descriptor that holds its lock. A worker that has just died reports that
        alone."""
        self.runs, self.device = {handed.run for handed in locks}, device
        self._order(Train(runs=tuple(locks), device=device), list(locks.values()))

    def stop_runs(self, reason: str) -> None:
        """Have it stop the runs in its hands."""
        self._order(StopRuns(reason=reason))

    def dismiss(self) -> None:
        """Have it leave."""
        self.is_leaving = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def kill(self, reason: str) -> None:
        """End it at once, whatever it does; `reason` says why."""
        self._killed_because = reason
        self._process.kill()

    def run(self) -> None:
        with self._socket, self._socket.makefile("rb") as lines, suppress(OSError):
            while line := lines.readline(LONGEST_LINE):
                try:
                    self._take(line)
                except Exception:
                    log.exception("a report of worker %d could not be taken", self.pid)
        ending = _ending(self._end())
        self._lost(self, self._killed_because or ending)

    def _take(self, line: bytes) -> None:
        try:
            report = decode_report(line)
        except ProtocolError as error:
            log.warning("worker %d says what means nothing: %s", self.pid, error)
            return
        match report:
            case Loaded():
                self.is_loaded = True
            case Ended():
                self.is_leaving |= report.spent
                self.idle = Interval.ended()
        self._report(self, report)

    def _order(self, order: Order, descriptors: list[int] | None = None) -> None:
        with suppress(OSError):
            socket.send_fds(self._socket, [encode(order)], descriptors or [])

    def _end(self) -> int:
        try:
            return self._process.wait(FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def start_process(home: Home) -> tuple[Process, socket.socket]:
    """A new worker's process, and the socket that leads to it. Raises OSError."""
    ours, theirs = socket.socketpair()
    command = [*module("engine.service.worker"), "--home", str(home.path), "--orders", str(theirs.fileno())]
    try:
        with theirs:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, cwd="/", env=environment(), pass_fds=[theirs.fileno()]
            )
    except BaseException:
        ours.close()
        raise
    return process, ours


def _ending(status: int) -> str:
    """In which way a process has ended, from its exit status."""
    if status >= 0:
        return f"its worker has ended with status {status}"
    with suppress(ValueError):
        number = signal.Signals(-status)
        if number == signal.SIGKILL:
            return "its worker was killed (SIGKILL): by somebody, or by the system for want of memory"
        return f"its worker died of {number.name} ({signal.strsignal(number) or 'a signal'})"
    return f"its worker died of signal {-status}"
