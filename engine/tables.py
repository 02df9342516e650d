"""Tables as CSV that is safe to open in a spreadsheet, and as Markdown that what users typed cannot break out of."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence

from engine.text import LONGEST_NOTE, clean

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
FORMULA = tuple("=+-@＝＋－＠")

# How a column of Markdown is aligned.
LEFT, NUMBERS, PLAIN = ":--", "--:", "---"

Cell = str | int | float | None


def csv_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows under their headings; a figure that is missing or not finite is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        line = clean(value, LONGEST_NOTE)
        return f"'{line}" if line.startswith(FORMULA) else line
    if isinstance(value, float):
        return f"{value:.9g}" if math.isfinite(value) else ""
    return "" if value is None else str(value)


def markdown_table(headings: Sequence[str], alignments: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, alignments, *rows))


def escaped(text: object, longest: int = LONGEST_NOTE) -> str:
    """`text` on one line without a meaning to Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~$@])", r"\\\1", clean(text, longest))
