"""Workers that are threads of the test's own process, on data that are learnt in no time."""

from __future__ import annotations

import itertools
import socket
import subprocess
import threading
from collections.abc import Callable
from functools import partial

from engine.datasets import Dataset
from engine.home import Home
from engine.runs.events import Event
from engine.service.worker import Worker
from engine.service.worker_link import Process
from engine.training.trainer_thread import Load
from tests.builders.blobs import blobs

_numbers = itertools.count(1)


class ThreadProcess:
    """Passes for the process of a worker."""

    def __init__(self, worker: Worker) -> None:
        self.pid = next(_numbers)
        self._thread = threading.Thread(target=worker.serve, daemon=True)
        self._thread.start()

    def wait(self, timeout: float | None = None) -> int:
        """As of a process."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise subprocess.TimeoutExpired("worker", timeout or 0.0)
        return 0

    def kill(self) -> None:
        """A thread cannot be killed."""


def load_blobs(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
    """Blobs, whatever is asked for."""
    return blobs()


def start_thread(home: Home, load: Load = load_blobs) -> tuple[Process, socket.socket]:
    """A worker of a home, started as a scheduler's `start` does."""
    ours, theirs = socket.socketpair()
    return ThreadProcess(Worker(theirs, home, load)), ours


def in_threads(home: Home, load: Load = load_blobs) -> Callable[[], tuple[Process, socket.socket]]:
    """What starts workers of a home."""
    return partial(start_thread, home, load)
