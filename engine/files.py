"""Files that are replaced as a whole, and what goes wrong in a store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class StoreError(Exception):
    """Something asked of the store cannot be done; the message says what to do."""


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
