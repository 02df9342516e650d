"""Tables of comma-separated values that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from engine.runs.record import LONGEST_NOTE
from engine.text import clean

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
FORMULA = tuple("=+-@＝＋－＠")

Cell = str | int | float | None


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
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
