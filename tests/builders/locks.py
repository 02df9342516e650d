"""Lock files as another machine leaves them, and disks without locks."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from pathlib import Path

import pytest


def lease(path: Path, pid: int = 7, host: str = "gpu1", machine: str = "another", age: float = 0.0) -> None:
    """Write the lock file of a holder on another machine, who touched it so many seconds ago."""
    path.write_text(json.dumps({"pid": pid, "host": host, "machine": machine}))
    stamp = time.time() - age
    os.utime(path, (stamp, stamp))


def without_locks(patch: pytest.MonkeyPatch, number: int = errno.ENOLCK) -> None:
    """Let every lock fail as it does on a disk that has none."""

    def flock(descriptor: int, kind: int) -> None:
        raise OSError(number, os.strerror(number))

    patch.setattr(fcntl, "flock", flock)
