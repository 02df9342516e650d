"""Files that are replaced as a whole, those that are shipped, and what goes wrong in a store."""

from __future__ import annotations

import errno
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


def open_descriptor(path: Path, flags: int) -> int:
    """Open a file, which is private to its owner where `flags` make it. Raises OSError when it is anything but a file:
    a link leads elsewhere, and opening a pipe or reading a device may wait for ever."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a file", str(path))
    return descriptor


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading. Raises OSError when it is anything but a file."""
    return os.fdopen(open_descriptor(path, os.O_RDONLY), "rb")


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a file. Raises OSError when it is anything but a file, or has more than `most` bytes."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
        return file.read(most)


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file beside `path` and rename it over, so that a reader sees the old or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
