"""How commands write: tables and lines for people, whole and plain where nobody but a program reads."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

STATUS_STYLES = {
    "finished": "green",
    "running": "cyan",
    "preparing": "cyan",
    "paused": "yellow",
    "queued": "cyan",
    "stopped": "yellow",
    "unqueued": "yellow",
    "interrupted": "yellow",
    "pruned": "dim",
    "failed": "red",
}
GAP = "  "
# Cells that a cut column keeps, so that what is left of a name tells something.
NARROWEST = 8


class Column(NamedTuple):
    """The heading of a column, whether its cells are numbers, and whether a narrow terminal may cut them."""

    heading: str
    number: bool = False
    flexible: bool = False


class Output:
    """Standard output or standard error. Text is never markup, and is whole unless a terminal is too narrow for it."""

    def __init__(self, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        self.is_terminal = stream is not None and stream.isatty()
        self.console = _Console(stderr=stderr, markup=False, highlight=False, emoji=False)

    def line(self, text: str | Text = "", style: str = "", wrap: bool = False) -> None:
        """One line as it is or, with `wrap`, broken between words where a terminal is too narrow for it."""
        if self.is_terminal:
            self.console.print(Text(text, style) if isinstance(text, str) else text, soft_wrap=not wrap)
        else:
            self.console.file.write(str(text) + "\n")

    def pair(self, name: Text | str, text: str, width: int) -> None:
        """A name in `width` cells and what is said of it, which wraps under itself."""
        label = _filled(Text(name) if isinstance(name, str) else name, width, False)
        if not self.is_terminal:
            self.line(f"{label}{GAP}{text}")
            return
        grid = Table.grid(padding=(0, len(GAP), 0, 0))
        grid.add_column(width=width, no_wrap=True)
        grid.add_column()
        grid.add_row(label, Text(text))
        self.console.print(grid)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> None:
        """Rows under headings, a row a line; the last columns go first where a terminal has no room."""
        cells = [[Text(column.heading, "bold") for column in columns]]
        cells += [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
        widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
        if self.is_terminal:
            widths = _fitted(columns, widths, self.console.width)
        for row in cells:
            filled = (_filled(c, w, col.number) for c, w, col in zip(row, widths, columns, strict=False))
            line = Text(GAP).join(filled)
            line.rstrip()
            self.line(line)

    def flush(self) -> None:
        """See that everything written so far is on its way."""
        self.console.file.flush()


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # Rich would leave the program here, whose trainer may have work to end first.
        raise BrokenPipeError(errno.EPIPE, "nobody reads standard output any more")


def _fitted(columns: Sequence[Column], widths: list[int], room: int) -> list[int]:
    """The widths of as many columns as there is room for."""
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - room
    fitted = list(widths)
    for index, column in enumerate(columns[: len(widths)]):
        if excess > 0 and column.flexible:
            cut = min(excess, max(0, widths[index] - NARROWEST))
            fitted[index] -= cut
            excess -= cut
    if excess <= 0 or len(widths) == 1:
        return [min(width, room) for width in fitted]
    return _fitted(columns, widths[:-1], room)


def _filled(cell: Text, width: int, right: bool) -> Text:
    filled = cell.copy()
    filled.truncate(width, overflow="ellipsis")
    padding = " " * (width - filled.cell_len)
    return Text(padding) + filled if right else filled + Text(padding)


def status_text(status: str, words: str = "") -> Text:
    """A run's status, or what is said of it, in its colour."""
    return Text(words or status, STATUS_STYLES.get(status, ""))
