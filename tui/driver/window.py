"""How much may be on its way to a terminal, so that what is written next is not long behind it.

A query follows every piece that is sent; the terminal answers it when it has come to it. The window grows while answers
come as soon as they ever did, and shrinks when pieces wait on the way: what TCP Vegas (Brakmo and Peterson, 1994) does
for packets, for what lies in all the queues between a program and a terminal.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

# What may be under way, in bytes.
LEAST, AT_FIRST, MOST = 1 << 10, 1 << 12, 1 << 16
# Seconds that a piece may wait behind others, below which more may be under way and above which less.
SHORT_WAIT, LONG_WAIT = 0.1, 0.25
# Seconds until an answer is not waited for any more, from a terminal that has never answered and from one that has.
TIMEOUT, LONG_TIMEOUT = 0.3, 5.0
# Bytes a second below which a link is slow, and after how many bytes that is sure.
SLOW, ENOUGH = 20_000, 12_000
# So many answers that did not come say that the terminal never answers.
SILENT = 5


class SentChunk(NamedTuple):
    """What was sent at a time, with what was under way then, its own bytes included."""

    sent: float
    size: int
    under_way: int


class Window:
    """Counts what is under way. `delay` is how long the quickest answer took, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        # Many pieces are timed at once, by how long each took; an `Interval` is one span, and whether it is over.
        self._clock = clock
        self._pieces: deque[SentChunk] = deque()
        self._size = AT_FIRST
        self._answers = self._unanswered = 0
        self.delay: float | None = None
        self._last_answer = 0.0
        # What was carried, and in how many seconds in which something was under way.
        self._carried, self._busy = 0.0, 0.0

    @property
    def asks(self) -> bool:
        """Whether queries are of use."""
        return bool(self._answers) or self._unanswered < SILENT

    @property
    def under_way(self) -> int:
        """How many bytes the terminal has not answered for."""
        return sum(piece.size for piece in self._pieces)

    @property
    def room(self) -> int:
        """How many bytes may be sent now."""
        self._give_up()
        return max(0, self._size - self.under_way) if self.asks else MOST

    @property
    def until_given_up(self) -> float | None:
        """Seconds until what was sent first is not waited for any more; None when nothing is."""
        if not self._pieces:
            return None
        return max(0.0, self._pieces[0].sent + self._timeout - self._clock())

    def sent(self, size: int) -> None:
        """Take note of a piece that was sent with a query behind it."""
        self._pieces.append(SentChunk(self._clock(), size, self.under_way + size))

    def answered(self) -> None:
        """Take note of the answer to the query sent first."""
        self._answers += 1
        self._unanswered = 0
        if not self._pieces:
            return
        piece = self._pieces.popleft()
        took = self._clock() - piece.sent
        self.delay = took if self.delay is None else min(self.delay, took)
        waited = took - self.delay
        self._measure(piece, waited)
        if waited < SHORT_WAIT and 2 * piece.under_way > self._size:
            self._size = min(MOST, 2 * self._size)
        elif waited > LONG_WAIT:
            self._size = max(LEAST, self._size // 2)

    @property
    def is_slow(self) -> bool:
        """Whether the link has proved to carry little: by enough of what it has carried lately."""
        return self._carried > ENOUGH and self._carried < SLOW * self._busy

    def _measure(self, piece: SentChunk, waited: float) -> None:
        now = self._clock()
        self._busy += min(waited, now - self._last_answer)
        self._carried += piece.size
        self._last_answer = now
        if self._carried > 2 * ENOUGH:
            self._carried, self._busy = self._carried / 2, self._busy / 2

    @property
    def _timeout(self) -> float:
        return LONG_TIMEOUT if self._answers else TIMEOUT

    def _give_up(self) -> None:
        while self.until_given_up == 0:
            self._pieces.popleft()
            self._unanswered += 1
            self._size = LEAST if self._answers else self._size
