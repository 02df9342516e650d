"""Pieces of Markdown that what users typed cannot break out of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.runs.record import LONGEST_NOTE
from engine.text import clean

LEFT, NUMBERS, PLAIN = ":--", "--:", "---"


def escaped(text: object, longest: int = LONGEST_NOTE) -> str:
    """`text` on one line without a meaning to Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~$@])", r"\\\1", clean(text, longest))


def table(headings: Sequence[str], alignments: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, alignments, *rows))
