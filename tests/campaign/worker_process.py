"""Workers forked from their engine, which has imported everything and knows the small data set."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time

from engine.home import Home
from engine.service import worker
from engine.service.worker_link import Process

MOST_DESCRIPTORS = 4096


class ForkedWorker:
    """The process of a worker, for the engine that has forked it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self, timeout: float | None = None) -> int:
        """As of any process."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            pid, status = os.waitpid(self.pid, 0 if deadline is None else os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("worker", timeout or 0.0)
            time.sleep(0.01)

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


def fork_worker(home: Home) -> tuple[Process, socket.socket]:
    """A worker of this engine, which keeps nothing of what the engine has open: a copy of a lock would hold it."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        _become(home, theirs.detach())
    theirs.close()
    return ForkedWorker(pid), ours


def _become(home: Home, orders: int) -> None:
    try:
        signal.set_wakeup_fd(-1)
        os.closerange(3, orders)
        os.closerange(orders + 1, MOST_DESCRIPTORS)
        worker.main(["--home", str(home.path), "--orders", str(orders)])
    finally:
        os._exit(0)
