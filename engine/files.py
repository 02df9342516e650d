"""Files that are replaced as a whole, those that are shipped, and what goes wrong in a store."""

from __future__ import annotations

import os
import secrets
import stat
from io import BufferedReader
from pathlib import Path

import engine
from engine.errors import UserError

# Where the files that are shipped but are not code lie.
ASSETS: Path = Path(engine.__file__).parent.parent / "assets"


class StoreError(UserError):
    """Something asked of the store cannot be done; the message says what to do."""


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading. Raises OSError when it is anything but a file: opening a pipe would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is not a file")
    return os.fdopen(descriptor, "rb")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path` and rename it over, so that a reader sees the old or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
