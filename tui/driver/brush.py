"""The fewest codes that turn the rows a terminal shows into those that are wanted."""

from __future__ import annotations

from collections.abc import Iterator

from tui.driver.cells import NARROW, Row
from tui.driver.pen import PLAIN, Look, transition

# As many bytes as it takes to move on by a few columns.
SHORT_GAP = 4


class Brush:
    """Knows where the cursor of the terminal stands, and how it writes; None where that is not certain."""

    def __init__(self) -> None:
        self.cursor: tuple[int, int] | None = None
        self._pen: Look = PLAIN

    def start(self) -> str:
        """The code for an empty screen, from whatever is there."""
        self.cursor, self._pen = (0, 0), PLAIN
        return "\x1b[m\x1b[H\x1b[2J"

    def move(self, y: int, x: int) -> str:
        """The code that puts the cursor there."""
        before, self.cursor = self.cursor, (y, x)
        if before == (y, x):
            return ""
        if before is not None and x == 0 and before[0] in (y, y - 1):
            return "\r" if before[0] == y else "\r\n"
        if before is not None and before[0] == y and before[1] < x:
            return f"\x1b[{x - before[1]}C" if x - before[1] > 1 else "\x1b[C"
        return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"

    def row(self, y: int, wanted: Row, shown: Row) -> str:
        """The codes for row `y`, which is shown as it is wanted from then on."""
        codes = []
        for start, end in _differences(wanted, shown):
            if self.cursor is not None and self.cursor[0] == y and 0 < start - self.cursor[1] <= SHORT_GAP:
                between, pen = _cells(wanted, self.cursor[1], start, self._pen)
                if len(between.encode()) <= SHORT_GAP:
                    codes.append(between)
                    self.cursor, self._pen = (y, start), pen
            codes.append(self.move(y, start))
            drawn, self._pen = _cells(wanted, start, end, self._pen)
            codes.append(drawn)
            # Behind the last column a terminal waits in a way of its own.
            self.cursor = (y, end) if end < len(wanted.texts) else None
        shown.take(wanted)
        return "".join(codes)


def _differences(wanted: Row, shown: Row) -> Iterator[tuple[int, int]]:
    """Where the rows differ: the first column and the one after the last, run by run."""
    start = None
    cells = zip(wanted.texts, shown.texts, wanted.looks, shown.looks, strict=True)
    x = 0
    for x, (text, other, look, another) in enumerate(cells):
        if look is not another or text != other:
            if start is None:
                start = x
        elif start is not None and text:
            yield start, x
            start = None
    if start is not None:
        yield start, x + 1


def _cells(row: Row, start: int, end: int, pen: Look) -> tuple[str, Look]:
    """The codes for some cells from where the cursor is, and the pen after them."""
    codes = []
    before: Look | None = None
    for x in range(start, end):
        text, look = row.texts[x], row.looks[x]
        if look is not before:
            code, pen = transition(pen, look)
            codes.append(code)
            before = look
        codes.append(text)
        if not NARROW(text):
            # Terminals differ in how far this takes the cursor.
            after = x + 1
            while after < len(row.texts) and not row.texts[after]:
                after += 1
            codes.append(f"\x1b[{after + 1}G" if after < len(row.texts) else "")
    return "".join(codes), pen
