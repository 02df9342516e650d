"""A comparison's table in a space of so many cells: which lines have a column there, and what is drawn where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rich.cells import cell_len

from engine.config.differences import SEPARATOR
from tui.drawing.formatting import title_in
from tui.drawing.styled_lines import Line, Span, crop, fit, wrapped
from tui.panes.comparison.table import NOISE, Cell, Row, Sheet

GAP, STAR = 2, 2
# Cells that a name may widen a column to; a shorter label says too little.
LONGEST_NAME, LEAST_LABEL = 14, 8
# From the widest word on whether a difference is luck, lest columns widen when it comes.
LEAST_VALUE, MOST_VALUE = len(NOISE), 28
HEADS_FROM, WORDS_FROM = 3, 9


@dataclass(frozen=True)
class Column:
    """The column of the line at `place`: cells for its values, then a star, then `beside` cells for the differences."""

    place: int
    values: int
    beside: int

    @property
    def width(self) -> int:
        """All its cells."""
        return self.values + STAR + self.beside


@dataclass(frozen=True)
class Columns:
    """The columns after the labels, `label` cells wide: `shown` from the left, of which `fixed` do not scroll.

    Of those that scroll, the one at `first` is the leftmost, and `after` are to the right of what is seen. Differences
    are `beneath` the values where there is no room beside them."""

    label: int
    shown: tuple[Column, ...]
    fixed: int
    first: int
    after: int
    beneath: bool

    def at(self, x: int) -> int | None:
        """The line whose column has the cell at `x`."""
        left = self.label
        for column in self.shown:
            if left + GAP <= x < left + GAP + column.width:
                return column.place
            left += GAP + column.width
        return None


@dataclass(frozen=True)
class Cursor:
    """The row and the line that the cursor is on; `focused` when the keys are the table's."""

    row: int
    place: int
    focused: bool = True


@dataclass(frozen=True)
class Drawing:
    """The lines drawn, and of each the row of the sheet that it belongs to; `top` is the first of the table's body."""

    lines: list[Line]
    rows: list[int | None]
    columns: Columns
    top: int


@lru_cache(8)
def columns_of(sheet: Sheet, cells: int, chosen: int, first: int) -> Columns:
    """The columns for a width such that the `chosen` line is seen, scrolled as little away from `first` as may be.

    The baseline stands by the labels; it scrolls with the others only where there is no room for two columns."""
    longest = max((cell_len(row.label) for row in sheet.rows), default=0)
    label = min(longest, max(LEAST_LABEL, cells * 2 // 5), cells)
    beside, beneath = (_columns(sheet, cells, label, chosen, first, way) for way in (False, True))
    cut = any(column.width > cells - label - GAP for column in _measured(sheet, False))
    return beneath if cut or len(beneath.shown) > len(beside.shown) else beside


def draw(sheet: Sheet, cursor: Cursor, size: tuple[int, int], first: int, top: int) -> Drawing:
    """The table in a space of `size`, scrolled no further from `first` and `top` than it takes to see the cursor."""
    cells, height = size
    columns = columns_of(sheet, cells, cursor.place, first)
    most = 0 if height < HEADS_FROM else 1 if height < WORDS_FROM else 2
    body = [
        (number, line)
        for number, row in enumerate(sheet.rows)
        for line in _row_lines(row, number, columns, cursor, cells)
    ]
    room = height - most
    own = [y for y, (number, _) in enumerate(body) if number == cursor.row] or [0]
    top = min(max(top, own[-1] - room + 1), own[0])
    top = max(0, min(top, len(body) - room))
    seen = body[top : top + room]
    more = "↑" * (top > 0) + "↓" * (top + room < len(body))
    heads = list(_heads(sheet, columns, cursor, more))[:most]
    lines = [_cropped(line, cells) for line in [*heads, *(line for _, line in seen)]]
    return Drawing(lines, [None] * len(heads) + [number for number, _ in seen], columns, top)


def _columns(sheet: Sheet, cells: int, label: int, chosen: int, first: int, beneath: bool) -> Columns:
    room = cells - label
    measured = [_cut(column, room - GAP) for column in _measured(sheet, beneath)]
    widths = [GAP + column.width for column in measured]
    fixed = 1 if len(measured) > 1 and widths[0] + max(widths[1:]) <= room else 0
    index = next(n for n, column in enumerate(measured) if column.place == chosen)
    window = _window(widths[fixed:], index - fixed, first, room - sum(widths[:fixed]))
    shown = (*measured[:fixed], *(measured[fixed + n] for n in window))
    if len(shown) == len(measured):
        shown = tuple(_widened(shown, sheet, room - sum(widths)))
    return Columns(label, shown, fixed, window.start, len(measured) - fixed - window.stop, beneath)


def _measured(sheet: Sheet, beneath: bool) -> Iterator[Column]:
    for index in sheet.order:
        head = sheet.heads[index]
        own = [row.cells[index] for row in sheet.rows if row.cells]
        differences = max((len(cell.difference) for cell in own), default=0)
        first, *_ = head.title.split(SEPARATOR)
        named = len(head.letter) + 3 + min(cell_len(first), LONGEST_NAME)
        values = max([LEAST_VALUE, named, cell_len(head.words), *(cell_len(cell.text) for cell in own)])
        if beneath:
            yield Column(index, min(max(values, differences), MOST_VALUE), 0)
        else:
            yield Column(index, min(values, MOST_VALUE), differences + 1 if differences else 0)


def _widened(columns: Sequence[Column], sheet: Sheet, spare: int) -> Iterator[Column]:
    """The columns, those first wide enough for their whole titles for which there are cells to `spare`."""
    for column in columns:
        head = sheet.heads[column.place]
        missing = max(0, len(head.letter) + 3 + cell_len(head.title) - column.values)
        more = missing if missing <= spare else 0
        spare -= more
        yield replace(column, values=column.values + more)


def _cut(column: Column, room: int) -> Column:
    """A column in no more than `room` cells, where that can be."""
    beside = max(0, min(column.beside, room - STAR - 1))
    return Column(column.place, max(1, min(column.values, room - STAR - beside)), beside)


def _window(widths: Sequence[int], chosen: int, first: int, room: int) -> range:
    """As many columns as there is room for, from `first` on where that shows the chosen one, which is at least shown.

    One that is `chosen` before the first does not scroll; it is seen already."""
    if not widths:
        return range(0)
    first = max(0, min(first, len(widths) - 1, max(chosen, 0)))
    while first < chosen and sum(widths[first : chosen + 1]) > room:
        first += 1
    while first > 0 and sum(widths[first - 1 :]) <= room:
        first -= 1
    last = first + 1
    while last < len(widths) and sum(widths[first : last + 1]) <= room:
        last += 1
    return range(first, last)


def _heads(sheet: Sheet, columns: Columns, cursor: Cursor, more: str) -> Iterator[Line]:
    """Two lines: the names, and how the runs stand.

    Before them, against what the lines are held, where there are `more` rows, and how many lines are out of sight."""
    against = fit(f"against {sheet.heads[sheet.baseline].letter}", max(0, columns.label - 3))
    names: list[Span] = [(against, "dim"), (fit(more, columns.label - cell_len(against), "", right=True), "title")]
    hidden = [f"‹{columns.first}"] * bool(columns.first)
    hidden += [f"{columns.after}›"] * bool(columns.after)
    spans: list[Span] = [(fit(" ".join(hidden), columns.label), "title")]
    for column in columns.shown:
        head = sheet.heads[column.place]
        rest = " " * (STAR + column.beside)
        lettered = f" {head.letter} "
        name = crop(lettered + title_in(head.title, column.values - 1 - len(lettered)), column.values - 1)
        names += [(" " * (GAP + column.values - 1 - cell_len(name)), ""), (head.mark, f"curve-{head.colour}")]
        names += [(name, "chosen" if column.place == cursor.place else "title"), (rest, "")]
        spans += [(" " * GAP + fit(head.words, column.values, right=True) + rest, head.status)]
    yield tuple(names)
    yield tuple(spans)


def _row_lines(row: Row, number: int, columns: Columns, cursor: Cursor, cells: int) -> Iterator[Line]:
    """A row with its title above and, where they stand there, its differences beneath."""
    chosen = number == cursor.row
    if row.title:
        yield ((row.title, "section"),)
    if row.note:
        for index, line in enumerate(wrapped(row.note, max(1, cells - 2), "note")):
            yield (("› " if chosen and not index else "  ", "title"), *line)
        return
    style = ("cursor" if cursor.focused else "cursor-unfocused") if chosen else ""
    label: Span = (fit(row.label, columns.label), "title" if chosen else "label")
    shown = [(column, row.cells[column.place]) for column in columns.shown]
    yield label, *(s for c, cell in shown for s in _cell(c, cell, style if c.place == cursor.place else ""))
    if columns.beneath and any(cell.difference for cell in row.cells):
        beneath = "".join(
            " " * GAP + fit(cell.difference, column.values, right=True) + " " * STAR for column, cell in shown
        )
        yield ((" " * columns.label + beneath, "dim"),)


def _cell(column: Column, cell: Cell, style: str) -> Iterator[Span]:
    text = fit(cell.text, column.values, right=True)
    star = " ★" if cell.wins else " " * STAR
    yield " " * GAP, ""
    yield text, style or cell.style
    yield star, style or cell.style
    if column.beside:
        yield fit(cell.difference, column.beside, right=True), style or "dim"


def _cropped(line: Line, cells: int) -> Line:
    """The part of a line that `cells` cells have room for."""
    spans: list[Span] = []
    for text, style in line:
        shown = crop(text, cells, "")
        if not shown and text:
            break
        spans.append((shown, style))
        cells -= cell_len(shown)
    return tuple(spans)
