"""Locks: the one that says a run is being trained, and one for who replaces a file."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.files import StoreError, open_descriptor


class RunLock:
    """Held by the trainer of a run for as long as it lives; the system lets go when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, patience: float = 0.5) -> None:
        """Take the lock, unless this object holds it. Raises StoreError when another trainer does."""
        if self._descriptor is not None:
            return
        descriptor = open_descriptor(self._path, os.O_RDWR | os.O_CREAT)
        deadline = time.monotonic() + patience
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            # A viewer that asks whether the lock is held holds it for an instant itself.
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise StoreError("this run is being trained by another process; stop it first")
            time.sleep(0.005)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held(self) -> bool:
        """Whether any process, this one included, holds the lock."""
        try:
            descriptor = open_descriptor(self._path, os.O_RDONLY)
        except OSError:
            return False
        try:
            return not _try_lock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)


@contextmanager
def sole_writer(path: Path, patience: float = 5.0) -> Iterator[None]:
    """While nobody else who asks so may replace the file at `path`. Raises StoreError when another does not let go,
    or OSError."""
    deadline = time.monotonic() + patience
    while True:
        descriptor = open_descriptor(path, os.O_RDWR)
        try:
            # The file may have been replaced before its lock was had: then the lock is on the old one.
            if _try_lock(descriptor, fcntl.LOCK_EX) and os.path.samestat(os.fstat(descriptor), path.stat()):
                yield
                return
        finally:
            os.close(descriptor)
        if time.monotonic() > deadline:
            raise StoreError(f"{path} is being changed by another process; try again")
        time.sleep(0.005)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
