"""One file brought over HTTP, going on where an earlier attempt ended.

A thread talks to the server, so that whoever waits can be told of it, and may give in.
"""

from __future__ import annotations

import base64
import queue
import re
import threading
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, Self
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine import __version__
from engine.interval import Interval
from engine.text import clean

# Connections to one server for a file, after each of which something more of it must be there.
ATTEMPTS = 5
SLOWEST = 1024  # bytes a second
CHUNK = 1 << 16
CHUNKS_AHEAD = 16
TICK = 0.2
PARTIAL_CONTENT, UNAUTHORIZED, RANGE_NOT_SATISFIABLE = 206, 401, 416

Progress = Callable[[int, int], None]


class DownloadError(Exception):
    """A file did not come from one address; the message says why, without naming either."""


class NoAnswer(DownloadError):
    """A server was silent for so long that it need not be asked for anything else."""


class DownloadObserver:
    """What is told of a download; either call may raise to end it."""

    def progress(self, done: int, total: int) -> None:
        """So many bytes of so many have come; `total` is 0 where it is not known."""

    def silence(self, done: int, total: int, left: float) -> None:
        """Nothing comes; it is waited for so many more seconds."""


def is_address(text: str) -> bool:
    """Whether `text` is an address that files can be brought from."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isascii() and not re.search(r"\s", text)


def without_user(address: str) -> str:
    """The address without a user's name and password, to be shown or kept."""
    return re.sub(r"//[^/?#]*@", "//", address)


def download(url: str, part: Path, limit: int, timeout: float, waiting: DownloadObserver) -> None:
    """Bring the content of `url` into the file `part`, after what that holds already.

    `limit` is the most bytes it may have; `timeout` is how many seconds a server may stay silent. A user and password
    in the address are sent to its host alone. What has come is kept when it fails. Raises DownloadError, and OSError
    when `part` cannot be written.
    """
    if _length(part) > limit:
        part.unlink()
    try:
        for attempt in range(ATTEMPTS):
            before = _length(part)
            reason = _attempt(url, part, limit, timeout, waiting)
            if not reason:
                return
            if _length(part) <= before or attempt == ATTEMPTS - 1:
                raise reason
    finally:
        if not _length(part):
            part.unlink(missing_ok=True)


def _attempt(url: str, part: Path, limit: int, timeout: float, waiting: DownloadObserver) -> DownloadError | None:
    """Go on once; the reason why it ended early, or nothing."""
    with part.open("ab") as file:
        transfer = _Transfer(file, limit, timeout, waiting)
        with _HttpStream(_request(url, file.tell()), timeout, transfer.silence) as stream:
            return transfer.run(stream)


def _request(url: str, start: int) -> Request:
    headers = {"User-Agent": f"mnist-tui/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    parts = urlsplit(url)
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return Request(without_user(url), headers=headers)


class _Transfer:
    """One answer on its way into a file."""

    def __init__(self, file: BinaryIO, limit: int, timeout: float, waiting: DownloadObserver) -> None:
        self._file, self._limit, self._timeout, self._told = file, limit, timeout, waiting
        self._done, self._total = file.tell(), 0
        self._watch, self._watched_from = Interval(timeout), self._done

    def silence(self, left: float) -> None:
        """Say that nothing comes."""
        self._told.silence(self._done, self._total, left)

    def run(self, stream: _HttpStream) -> DownloadError | None:
        """Take all of the answer; the reason why it ended early, or nothing."""
        try:
            status, headers = stream.head()
        except HTTPError as error:
            error.close()
            # There is nothing beyond what is here already; its content will tell whether that is right.
            return None if error.code == RANGE_NOT_SATISFIABLE and self._done else DownloadError(_status(error))
        except (OSError, HTTPException, ValueError) as error:
            return self._failure(error)
        if status == PARTIAL_CONTENT and not re.match(rf"bytes {self._done}-", headers.get("Content-Range", "")):
            return DownloadError("it sent another part of the file than was asked for")
        if status != PARTIAL_CONTENT:
            self._restart()
        announced = headers.get("Content-Length", "")
        self._total = self._done + int(announced) if re.fullmatch(r"[0-9]{1,15}", announced) else 0
        return self._take(stream)

    def _take(self, stream: _HttpStream) -> DownloadError | None:
        while max(self._done, self._total) <= self._limit:
            self._told.progress(self._done, self._total)
            try:
                chunk = stream.chunk()
            except (OSError, HTTPException) as error:
                return self._failure(error)
            if not chunk and self._done < self._total:
                return DownloadError(f"the connection was closed after {self._done:,} of {self._total:,} bytes")
            if not chunk:
                return None
            self._file.write(chunk)
            self._file.flush()
            self._done += len(chunk)
            if self._is_slow():
                return DownloadError(f"it sends less than {SLOWEST:,} bytes a second")
        self._restart()
        return DownloadError(f"it is larger than {self._limit:,} bytes")

    def _restart(self) -> None:
        self._file.truncate(0)
        self._done = self._watched_from = 0

    def _is_slow(self) -> bool:
        """Whether it is never silent for long, but will never be done either."""
        if not self._watch.is_over():
            return False
        slow = self._done - self._watched_from < SLOWEST * self._watch.passed
        self._watch.begin(self._timeout)
        self._watched_from = self._done
        return slow

    def _failure(self, error: Exception) -> DownloadError:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return NoAnswer(f"no answer within {self._timeout:g} s")
        if isinstance(cause, OSError) and cause.strerror:
            return DownloadError(clean(cause.strerror))
        return DownloadError(clean(str(cause)) or type(cause).__name__)


def _status(error: HTTPError) -> str:
    reason = ""
    if str(error.msg).startswith(HTTPRedirectHandler.inf_msg):
        reason = ", it redirects in a circle"
    elif 300 <= error.code < 400:
        reason = ", it redirects to no address of the web"
    elif error.code == UNAUTHORIZED:
        reason = ", it wants another user and password: http://USER:PASSWORD@HOST/"
    return f"HTTP status {error.code}{reason}"


class _Redirects(HTTPRedirectHandler):
    """Follows redirections, and tells a user's password to no other host."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request and (request.type, request.host) != (req.type, req.host):
            request.remove_header("Authorization")
        return request


class _Head(NamedTuple):
    """How an answer begins."""

    status: int
    headers: HTTPMessage


class _HttpStream:
    """The answer to `request`: first its head, then its bytes in chunks, at last no bytes.

    Looking up a host's name and a server that is silent are waited for at most `timeout` seconds; meanwhile `waiting`
    is told five times a second how many are left, and may raise to end the wait. To be closed when no more is wanted.
    """

    def __init__(self, request: Request, timeout: float, waiting: Callable[[float], None]) -> None:
        self._request, self._timeout, self._waiting = request, timeout, waiting
        self._items: queue.Queue[_Head | bytes | Exception] = queue.Queue(CHUNKS_AHEAD)
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()

    def head(self) -> _Head:
        """How the answer begins. Raises what urlopen raises."""
        head = self._next()
        assert isinstance(head, _Head)
        return head

    def chunk(self) -> bytes:
        """What came since; nothing at the end. Raises OSError or HTTPException."""
        chunk = self._next()
        assert isinstance(chunk, bytes)
        return chunk

    def _next(self) -> _Head | bytes:
        deadline = Interval(self._timeout)
        while True:
            try:
                item = self._items.get(timeout=TICK)
            except queue.Empty:
                self._waiting(deadline.left)
                if deadline.is_over():
                    raise TimeoutError from None
                continue
            if isinstance(item, Exception):
                raise item
            return item

    def _run(self) -> None:
        try:
            with build_opener(_Redirects).open(self._request, timeout=self._timeout) as answer:
                self._hand_over(_Head(answer.status, answer.headers))
                while not self._closed.is_set() and (chunk := answer.read1(CHUNK)):
                    self._hand_over(chunk)
            self._hand_over(b"")
        except Exception as error:
            self._hand_over(error)

    def _hand_over(self, item: _Head | bytes | Exception) -> None:
        while not self._closed.is_set():
            try:
                return self._items.put(item, timeout=TICK)
            except queue.Full:
                continue
        return None


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
