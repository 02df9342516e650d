"""The fewest codes that turn the rows a terminal shows into others."""

from __future__ import annotations

from collections.abc import Iterator

from tui.driver.cells import NARROW, Row
from tui.driver.pen import PLAIN, WHATEVER, Look, transition

# As many bytes as it takes to move on by a few columns.
SHORT_GAP = 4
# So many spaces are longer than the codes that erase them and move on.
LONG_BLANK = 11


class Brush:
    """Knows where the cursor of the terminal stands, None where that is not certain, and how it writes.

    `erases` says that what the terminal erases takes the background of what it would write."""

    def __init__(self, erases: bool = False) -> None:
        self._erases = erases
        self.cursor: tuple[int, int] | None = None
        self._pen: Look = PLAIN

    def start(self) -> str:
        """The code for an empty screen, from whatever is there."""
        self.cursor, self._pen = (0, 0), PLAIN
        return "\x1b[m\x1b[H\x1b[2J"

    def move(self, y: int, x: int) -> str:
        before, self.cursor = self.cursor, (y, x)
        if before == (y, x):
            return ""
        if before is not None and x == 0 and before[0] in (y, y - 1):
            return "\r" if before[0] == y else "\r\n"
        if before is not None and before[0] == y and before[1] < x:
            return f"\x1b[{x - before[1]}C" if x - before[1] > 1 else "\x1b[C"
        return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"

    def row(self, y: int, target: Row, shown: Row) -> str:
        """The codes for row `y`, which from then on shows `target`."""
        codes = []
        for start, end in _differences(target, shown):
            if self.cursor is not None and self.cursor[0] == y and 0 < start - self.cursor[1] <= SHORT_GAP:
                between, pen, _ = self._cells(target, self.cursor[1], start)
                if len(between.encode()) <= SHORT_GAP:
                    codes.append(between)
                    self.cursor, self._pen = (y, start), pen
            codes.append(self.move(y, start))
            drawn, self._pen, after = self._cells(target, start, end)
            codes.append(drawn)
            # Behind the last column a terminal waits in a way of its own.
            self.cursor = (y, after) if after < len(target.texts) else None
        shown.take(target)
        return "".join(codes)

    def _cells(self, row: Row, start: int, end: int) -> tuple[str, Look, int]:
        """The codes for some cells from where the cursor is, the pen after them and the column of the cursor."""
        codes, pen, x = [], self._pen, start
        skip = 0
        while x < end:
            look, first = row.looks[x], x
            while x < end and row.looks[x] is look:
                x += 1
            code, pen = transition(pen, look)
            codes.append(f"\x1b[{skip}C{code}" if skip else code)
            skip = 0
            if self._erases and look.colour == WHATEVER and x - first >= LONG_BLANK:
                codes.append(f"\x1b[{x - first}X")
                skip = x - first
            else:
                codes.append(_texts(row, first, x))
        return "".join(codes), pen, x - skip


def _differences(target: Row, shown: Row) -> Iterator[tuple[int, int]]:
    """Where the rows differ: the first column and the one after the last, run by run."""
    start = None
    cells = zip(target.texts, shown.texts, target.looks, shown.looks, strict=True)
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


def _texts(row: Row, start: int, end: int) -> str:
    """The texts of some cells, with a code after each of those that take terminals further than others."""
    text = "".join(row.texts[start:end])
    if NARROW(text):
        return text
    texts = []
    for x in range(start, end):
        texts.append(row.texts[x])
        if not NARROW(row.texts[x]):
            after = x + 1
            while after < len(row.texts) and not row.texts[after]:
                after += 1
            texts.append(f"\x1b[{after + 1}G" if after < len(row.texts) else "")
    return "".join(texts)
