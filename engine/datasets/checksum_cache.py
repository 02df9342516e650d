"""Digests of files that were read before, so that a file is digested again only after it changed."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.files import open_regular
from engine.json_text import read_file, write_file

LARGEST = 1 << 20


class ChecksumCache:
    """The file `verified.json` of a home: digests by path, size and time, and digests of content known to be right.

    It is only an aid: where it cannot be read it counts as empty, where it cannot be written nothing is remembered.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[str, tuple[int, int, str]] = {}
        self._right: dict[str, str] = {}
        self._changed = False
        with suppress(OSError, ValueError):
            self._take(read_file(path, LARGEST))

    def sha256(self, path: Path) -> str:
        """The digest of a file's content. Raises OSError."""
        status = path.stat()
        key = str(path.absolute())
        size, modified, digest = self._files.get(key, (-1, 0, ""))
        if (size, modified) != (status.st_size, status.st_mtime_ns):
            with open_regular(path) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self._files[key] = (status.st_size, status.st_mtime_ns, digest)
            self._changed = True
        return digest

    def right(self, name: str) -> str:
        """The digest that `name` ("mnist/train-images-idx3-ubyte") is known to have, or nothing."""
        return self._right.get(name, "")

    def trust(self, name: str, digest: str) -> None:
        """Remember what `name` has to be from now on."""
        self._changed |= self._right.get(name) != digest
        self._right[name] = digest

    def save(self) -> None:
        """Write down what was learnt, if it can be."""
        if self._changed:
            with suppress(OSError):
                write_file(self._path, {"files": self._files, "right": self._right})
                self._changed = False

    def _take(self, content: Any) -> None:
        if not isinstance(content, dict):
            return
        files, right = content.get("files"), content.get("right")
        if isinstance(files, dict):
            for path, stamp in files.items():
                match stamp:
                    case [int(size), int(modified), digest] if _is_digest(digest):
                        self._files[path] = (size, modified, digest)
        if isinstance(right, dict):
            self._right = {name: digest for name, digest in right.items() if _is_digest(digest)}


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None
