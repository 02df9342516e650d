"""Locks by which the processes that train in a home tell each other which slots of this machine they use."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from engine.errors import UserError
from engine.home import Home
from engine.runs.lock import RunLock
from engine.training.cores import PROCESSOR, usable_cores


class SlotLocks:
    """The slots of this machine that this process has taken.

    They keep engine and command line out of each other's way, and nobody from training: without locks all are free."""

    def __init__(self, home: Home) -> None:
        self._folder = home.path / "slots"
        self._taken: dict[str, RunLock] = {}

    def take(self, name: str) -> bool:
        """Take the slot of this name, such as `cpu 2` or the UUID of a card; whether it is this process's now."""
        lock = self._lock(name)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            lock.acquire(timeout=0.05)
        except (UserError, OSError):
            return not lock.held()
        self._taken[name] = lock
        return True

    def take_for(self, device: str, threads: int) -> None:
        """Take what a run on a device uses: of the processor as many free slots as it has threads."""
        if device != PROCESSOR:
            self.take(device)
            return
        names = (f"{PROCESSOR} {number}" for number in range(1, usable_cores().count + 1))
        for name in names:
            if threads > 0 and self.take(name):
                threads -= 1

    def release(self, name: str) -> None:
        """Let go of a slot; harmless where it was not taken."""
        if lock := self._taken.pop(name, None):
            lock.release()

    def release_all(self) -> None:
        for name in list(self._taken):
            self.release(name)

    def user_of(self, name: str) -> int:
        """The other process that has taken a slot; 0 where there is none."""
        if name in self._taken:
            return 0
        lock = self._lock(name)
        with suppress(OSError):
            return lock.holder().pid if lock.held() else 0
        return 0

    def _lock(self, name: str) -> RunLock:
        """The lock of a slot of this machine: others may keep runs in the same home."""
        name = f"{PROCESSOR} 1" if name == PROCESSOR else name
        return RunLock(self._folder / re.sub(r"[^\w.-]", "-", f"{os.uname().nodename}-{name}"))
