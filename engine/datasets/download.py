"""One file brought over HTTP, going on where an earlier attempt ended."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from engine import __version__
from engine.datasets.http_stream import HttpStream
from engine.text import clean

ATTEMPTS = 5
SLOWEST = 1024  # bytes a second
RANGE_NOT_SATISFIABLE, PARTIAL_CONTENT = 416, 206

Told = Callable[[int, int], None]


class DownloadError(Exception):
    """A file did not come from one address; the message says why, without naming either."""


def is_address(text: str) -> bool:
    """Whether `text` is an address that files can be brought from."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isascii() and not re.search(r"\s", text)


def download(url: str, part: Path, limit: int, patience: float, progress: Told) -> None:
    """Bring the content of `url` into the file `part`, after what that holds already.

    `limit` is the most bytes it may have; `patience` is how many seconds a server may stay silent; `progress` is told
    how many bytes of how many have come, and may raise to end it. What has come is kept when it fails. Raises
    DownloadError, and OSError when `part` cannot be written.
    """
    if _length(part) > limit:
        part.unlink()
    try:
        for _ in range(ATTEMPTS):
            before = _length(part)
            reason = _attempt(url, part, limit, patience, progress)
            if not reason:
                return
            if _length(part) <= before:
                break
        raise DownloadError(reason)
    finally:
        if not _length(part):
            part.unlink(missing_ok=True)


def _attempt(url: str, part: Path, limit: int, patience: float, progress: Told) -> str:
    """Go on once; the reason why it ended early, or nothing."""
    headers = {"User-Agent": f"mnist-tui/{__version__}", "Accept-Encoding": "identity"}
    with part.open("ab") as file:
        if start := file.tell():
            headers["Range"] = f"bytes={start}-"
        transfer = _Transfer(file, limit, patience, progress)
        with HttpStream(Request(url, headers=headers), patience, transfer.tell) as pump:
            return transfer.run(pump)


class _Transfer:
    """One answer on its way into a file."""

    def __init__(self, file: BinaryIO, limit: int, patience: float, progress: Told) -> None:
        self._file, self._limit, self._patience, self._progress = file, limit, patience, progress
        self._done, self._total = file.tell(), 0
        self._watched_since, self._watched_from = time.monotonic(), self._done

    def tell(self) -> None:
        """Say how far it is."""
        self._progress(self._done, self._total)

    def run(self, pump: HttpStream) -> str:
        """Take all of the answer; the reason why it ended early, or nothing."""
        try:
            status, headers = pump.head()
        except HTTPError as error:
            error.close()
            # There is nothing beyond what is here already; its checksum will tell whether that is right.
            return "" if error.code == RANGE_NOT_SATISFIABLE and self._done else f"HTTP status {error.code}"
        except (OSError, HTTPException, ValueError) as error:
            return self._words(error)
        if status == PARTIAL_CONTENT and not re.match(rf"bytes {self._done}-", headers.get("Content-Range", "")):
            return "it sent another part of the file than was asked for"
        if status != PARTIAL_CONTENT:
            self._restart()
        announced = headers.get("Content-Length", "")
        self._total = self._done + int(announced) if re.fullmatch(r"[0-9]{1,15}", announced) else 0
        return self._take(pump)

    def _take(self, pump: HttpStream) -> str:
        while max(self._done, self._total) <= self._limit:
            self.tell()
            try:
                chunk = pump.chunk()
            except (OSError, HTTPException) as error:
                return self._words(error)
            if not chunk and self._done < self._total:
                return f"the connection was closed after {self._done:,} of {self._total:,} bytes"
            if not chunk:
                return ""
            self._file.write(chunk)
            self._file.flush()
            self._done += len(chunk)
            if self._is_slow():
                return f"it sends less than {SLOWEST:,} bytes a second"
        self._restart()
        return f"it is larger than {self._limit:,} bytes"

    def _restart(self) -> None:
        self._file.truncate(0)
        self._done = self._watched_from = 0

    def _is_slow(self) -> bool:
        """Whether it is never silent for long, but will never be done either."""
        seconds = time.monotonic() - self._watched_since
        if seconds < self._patience:
            return False
        slow = self._done - self._watched_from < SLOWEST * seconds
        self._watched_since, self._watched_from = time.monotonic(), self._done
        return slow

    def _words(self, error: Exception) -> str:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return f"no answer within {self._patience:g} s"
        if isinstance(cause, OSError) and cause.strerror:
            return clean(cause.strerror)
        return clean(str(cause)) or type(cause).__name__


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
