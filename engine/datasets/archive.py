"""The compressed files that data sets are distributed as."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

from engine.datasets.dataset import DatasetError
from engine.files import open_regular
from engine.text import clean

CHUNK = 1 << 20
MAGIC = b"\x1f\x8b"


def md5(path: Path) -> str:
    """The MD5 of a file; nothing when there is none that can be read."""
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except OSError:
        return ""


def is_archive(path: Path) -> bool:
    """Whether there is a file that begins as a compressed one does."""
    try:
        with open_regular(path) as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def unpack(archive: Path, target: Path, size: int) -> None:
    """Unpack `archive`, which must hold `size` bytes, and put them at `target` as a whole.

    Raises DatasetError when it holds anything else, OSError when `target` cannot be written.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with gzip.open(archive) as packed, beside.open("wb") as file:
            while file.tell() <= size and (chunk := packed.read(CHUNK)):
                file.write(chunk)
            length = file.tell()
        if length != size:
            amount = "more than" if length > size else f"{length:,} instead of"
            raise DatasetError(f"{archive} is damaged: it unpacks to {amount} {size:,} bytes.\n{_ADVICE}")
        beside.replace(target)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DatasetError(f"{archive} is damaged: {clean(str(error))}.\n{_ADVICE}") from None
    finally:
        beside.unlink(missing_ok=True)


_ADVICE = "Delete it, and fetch the data set again."
