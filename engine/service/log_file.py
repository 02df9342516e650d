"""Where everything goes that a process without a terminal prints: a log of bounded size."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from engine.files import open_descriptor, open_regular

# Bytes that a log may have, and to how many of its last it is cut: eight hundred lines of eighty.
LARGEST = 1 << 20
KEPT = 1 << 16
APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT


def redirect_stdio(path: Path) -> None:
    """Send what this process and its libraries print to the file `path`, and let them read nothing. Raises OSError."""
    trim(path)
    log = open_descriptor(path, APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    sys.stdout.flush()
    sys.stderr.flush()
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    start_logging()


def start_logging() -> None:
    """Log to standard error, where a process that dies of a fault leaves its last words too."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s", stream=sys.stderr)
    faulthandler.enable()


def open_log(path: Path) -> BinaryIO:
    """The log, to be appended to by another process. Raises OSError."""
    return os.fdopen(open_descriptor(path, APPEND), "ab")


def trim(path: Path) -> None:
    """Cut a log that has grown too large to its end; its writers append, so they need not know."""
    with suppress(OSError):
        if path.lstat().st_size > LARGEST:
            with os.fdopen(open_descriptor(path, os.O_RDWR), "r+b") as file:
                file.seek(-KEPT, os.SEEK_END)
                end = file.read().partition(b"\n")[2]
                file.seek(0)
                file.truncate()
                file.write(end)


def last_line(path: Path) -> str:
    """The last line of a log; empty where there is none."""
    with suppress(OSError, IndexError), open_regular(path) as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
        return file.read().decode(errors="replace").strip().splitlines()[-1]
    return ""
