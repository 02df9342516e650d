"""A thread that keeps a terminal showing the newest picture, as fast as it takes it."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterable

from tui.driver.brush import Brush
from tui.driver.cells import Cells, Row
from tui.driver.window import Window

QUERY = "\x1b[6n"
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
# As much as is left out of a piece that would be too small to be worth a query.
SMALLEST = 256
# A frame of so few lines answers a key: it comes before what is left of a picture.
FEW_LINES = 4
# So many times as long as a picture is to stand it is waited for at most.
MOST_SETTLING = 6


class Painter(threading.Thread):
    """Writes to the terminal behind `descriptor`, encoded by `encode`.

    `write` takes what Textual writes and never waits: codes that are no part of a picture are sent as they come, and of
    pictures only what differs from what is shown, none while too much is under way."""

    def __init__(
        self, descriptor: int, encode: Callable[[str], bytes], cells: Cells, window: Window, brush: Brush
    ) -> None:
        super().__init__(name="painter", daemon=True)
        self._descriptor = descriptor
        self._encode = encode
        self._cells = cells
        self._window = window
        self._shown = [Row(len(row.texts)) for row in cells.rows]
        self._brush = brush
        self._changed = threading.Condition()
        self._codes: list[str] = []
        # The rows to look at, those of them that come first, and from where on the others do.
        self._due: set[int] = set()
        self._first: set[int] = set()
        # How long a picture is to have stood before it is painted, since when it has, and since when one waits: moments
        # rather than intervals, as `settle` may change the length of those that have begun.
        self._settling = 0.0
        self._written = self._waiting = 0.0
        self._next = 0
        self._painting = True
        self._sending = True
        self._ending = False

    def write(self, text: str) -> None:
        """Take in a frame, or codes of another kind."""
        with self._changed:
            if codes := self._cells.write(text):
                self._codes.append(codes)
            self._take_touched()

    def show(self, pieces: Iterable[tuple[int, int, Iterable[tuple[str, str]]]]) -> None:
        """Take in a frame: a row, a column and what is written from there on, as `Cells.put` has it."""
        with self._changed:
            for y, x, texts in pieces:
                self._cells.put(y, x, texts)
            self._take_touched()

    def _take_touched(self) -> None:
        self._written = time.monotonic()
        if not self._due:
            self._waiting = self._written
        if self._painting:
            self._due |= self._cells.touched
            if len(self._cells.touched) <= FEW_LINES:
                self._first |= self._cells.touched
        self._cells.touched.clear()
        if not self._sending and self._may_paint():
            # At once: a thread that had to get the interpreter first would be behind whatever is done next.
            self._codes.append(self._piece())
        self._changed.notify()

    def settle(self, seconds: float) -> None:
        """Paint what takes more than a few lines when nothing has been written for so long."""
        with self._changed:
            self._settling = seconds

    def start_anew(self, width: int, height: int) -> None:
        """Paint all of the picture, in a terminal of this size, on whatever it shows."""
        with self._changed:
            self._cells.resize(width, height)
            self._shown = [Row(width) for _ in range(height)]
            self._due = set(range(height))
            self._codes.append(self._brush.start())
            self._changed.notify()

    def ask(self) -> None:
        """Find out whether the terminal answers, and how soon."""
        with self._changed:
            self._codes.append(QUERY)
            self._window.sent(len(QUERY))
            self._changed.notify()

    def answered(self) -> None:
        """The terminal has come to the query sent first."""
        with self._changed:
            self._window.answered()
            self._changed.notify()

    def stop_painting(self) -> None:
        """Send nothing more of any picture, only other codes."""
        with self._changed:
            self._due.clear()
            self._painting = False

    def end(self) -> None:
        """Return when the codes that wait have been sent."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self.join()

    def run(self) -> None:
        while True:
            with self._changed:
                self._sending = False
                while not (self._codes or self._ending or self._may_paint()):
                    self._changed.wait(self._until_painting())
                if self._ending and not self._codes:
                    return
                data = "".join(self._codes)
                self._codes.clear()
                if self._may_paint():
                    data += self._piece()
                self._sending = True
            self._send(self._encode(data))

    def _may_paint(self) -> bool:
        return bool(self._due) and self._window.room >= SMALLEST and (bool(self._first) or not self._unsettled())

    def _unsettled(self) -> float:
        """Seconds until the picture has stood for long enough."""
        due = min(self._written + self._settling, self._waiting + MOST_SETTLING * self._settling)
        return max(0.0, due - time.monotonic())

    def _until_painting(self) -> float | None:
        """Seconds after which something may be painted though nothing happens; None for never."""
        if not self._due:
            return None
        return self._unsettled() if self._window.room >= SMALLEST else self._window.until_given_up

    def _piece(self) -> str:
        """The codes for as many rows as there is room for, and a query behind them."""
        room, size, codes = self._window.room, 0, []
        for y in sorted(self._due, key=lambda y: (y not in self._first, y < self._next, y)):
            if size >= room:
                break
            self._due.remove(y)
            if y not in self._first:
                self._next = y + 1
            if y < len(self._shown) and not self._shown[y].equals(self._cells.rows[y]):
                codes.append(self._brush.row(y, self._cells.rows[y], self._shown[y]))
                size += len(self._encode(codes[-1]))
        self._first &= self._due
        if not codes:
            return ""
        if self._cells.synchronised:
            codes = [SYNC_START, *codes, SYNC_END]
        if self._window.asks:
            codes.append(QUERY)
            self._window.sent(size)
        return "".join(codes)

    def _send(self, data: bytes) -> None:
        """Write all of it, and wait for room where the terminal has none."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError:
                # The terminal is gone, and with it whoever would have read this.
                return
