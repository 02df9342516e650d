"""An HTTP request answered in a thread, so that whoever waits for it can look up and give in."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from http.client import HTTPMessage
from typing import NamedTuple
from urllib.request import Request, urlopen

CHUNK = 1 << 16
CHUNKS_AHEAD = 16
TICK = 0.2


class Head(NamedTuple):
    """How an answer begins."""

    status: int
    headers: HTTPMessage


class HttpStream:
    """The answer to `request`: first its Head, then its bytes in chunks, at last no bytes.

    Looking up a host's name and a server that is silent are waited for at most `patience` seconds; meanwhile `waiting`
    is called five times a second, and may raise to end the wait. To be closed when no more is wanted.
    """

    def __init__(self, request: Request, patience: float, waiting: Callable[[], None]) -> None:
        self._request, self._patience, self._waiting = request, patience, waiting
        self._items: queue.Queue[Head | bytes | Exception] = queue.Queue(CHUNKS_AHEAD)
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def __enter__(self) -> HttpStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()

    def head(self) -> Head:
        """How the answer begins. Raises what urlopen raises."""
        head = self._next()
        assert isinstance(head, Head)
        return head

    def chunk(self) -> bytes:
        """What came since; nothing at the end. Raises OSError or HTTPException."""
        chunk = self._next()
        assert isinstance(chunk, bytes)
        return chunk

    def _next(self) -> Head | bytes:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                item = self._items.get(timeout=TICK)
            except queue.Empty:
                self._waiting()
                if time.monotonic() > deadline:
                    raise TimeoutError from None
                continue
            if isinstance(item, Exception):
                raise item
            return item

    def _run(self) -> None:
        try:
            with urlopen(self._request, timeout=self._patience) as answer:
                self._hand_over(Head(answer.status, answer.headers))
                while not self._closed.is_set() and (chunk := answer.read1(CHUNK)):
                    self._hand_over(chunk)
            self._hand_over(b"")
        except Exception as error:
            self._hand_over(error)

    def _hand_over(self, item: Head | bytes | Exception) -> None:
        while not self._closed.is_set():
            try:
                return self._items.put(item, timeout=TICK)
            except queue.Full:
                continue
        return None
