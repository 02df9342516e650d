"""Lines of styled text: what drawing functions return and widgets paint.

A span is a piece of text and how it looks: the name of a style, or a `Tone`. Text in a span is shown as it is; nothing
in it is markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size


class Tone(NamedTuple):
    """Two greys from 0 (the paper) to 15 (the ink): of the symbol, and behind it."""

    symbol: int
    behind: int


# Stands for the second cell of a wide character while a text is wrapped.
FILLER = "\0"

Span = tuple[str, str | Tone]
Line = tuple[Span, ...]


def plain(line: Line) -> str:
    """The text of a line alone."""
    return "".join(text for text, _ in line)


def width(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_len(text) for text, _ in line)


def capitalised(text: str) -> str:
    """`text` with a capital letter first, the rest as it is."""
    return text[:1].upper() + text[1:]


def crop(text: str, cells: int, ellipsis: str = "…") -> str:
    """`text`, cut to at most `cells` cells with an ellipsis."""
    if cell_len(text) <= cells:
        return text
    if cells <= 0:
        return ""
    return set_cell_size(text, cells - cell_len(ellipsis)).rstrip() + ellipsis


def fit(text: str, cells: int, ellipsis: str = "…", right: bool = False) -> str:
    """`text` in exactly `cells` cells: cut with an ellipsis, or padded after it (before it when `right`)."""
    shown = crop(text, cells, ellipsis)
    padding = " " * (cells - cell_len(shown))
    return padding + shown if right else shown + padding


def pad(line: Line, cells: int) -> Line:
    """A line with spaces after it, up to `cells` cells."""
    missing = cells - width(line)
    return (*line, (" " * missing, "")) if missing > 0 else line


def beside(left: Iterable[Line], right: Iterable[Line], cells: int) -> list[Line]:
    """Two columns of lines side by side, the left one `cells` wide."""
    left, right = list(left), list(right)
    rows = max(len(left), len(right))
    left += [()] * (rows - len(left))
    right += [()] * (rows - len(right))
    return [pad(a, cells) + b for a, b in zip(left, right, strict=True)]


def wrapped(text: str, cells: int, style: str, most: int = 100, indent: str = "") -> list[Line]:
    """`text` in at most `most` lines, all but the first after an indent; an ellipsis where that is too few."""
    if most < 1:
        return []
    width = max(len(indent) + 4, cells)
    if len(text) <= width and text.isascii() and text.isprintable():
        return [((text.rstrip(), style),)] if text.strip() else []
    stretched = text if text.isascii() else "".join(c + FILLER * (cell_len(c) - 1) for c in text)
    if stretched != text:
        # One cell is left free for a wide character that is cut off from its filler.
        width -= 1
    rows = textwrap.wrap(stretched, width, subsequent_indent=indent, max_lines=most, placeholder="…")
    return [((row.replace(FILLER, ""), style),) for row in rows]


def around(selected: int, room: int, count: int) -> range:
    """As many of `count` things as there is room for, at least one, the selected one among them."""
    shown = max(1, min(count, room))
    first = max(0, min(selected - shown // 2, count - shown))
    return range(first, first + shown)


def window(cursor: int, top: int, columns: int, rows: int, count: int) -> int:
    """The first item to show in a grid of `columns` by `rows` so that `cursor` is seen, as near `top` as may be."""
    if not columns:
        return cursor
    row, last_row = cursor // columns, max(0, (count - 1) // columns)
    first = min(max(top // columns, row - rows + 1), row)
    return max(0, min(first, last_row - rows + 1)) * columns


def how_many_more(above: int, below: int) -> Line:
    """How many there are before the first that is seen, and after the last."""
    counts = (("↑", above), ("↓", below))
    return (("   ".join(f"{arrow} {count} more" for arrow, count in counts if count), "dim"),)


def ending(line: Line, end: Line, cells: int) -> Line:
    """A line of so many cells that has `end` at its right, cut where it reaches so far."""
    room = cells - width(end) - 1
    kept: Line = ()
    for text, style in line:
        left = room - width(kept)
        kept = (*kept, (text if cell_len(text) <= left else crop(text.rstrip(), left), style))
    return (*pad(kept, room + 1), *end)
