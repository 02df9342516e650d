"""What changed in a line of the screen."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip


def difference(before: Strip, after: Strip) -> range:
    """The cells from the first to the last that differ; none where none does."""
    if before == after:
        return range(0)
    old, new = _symbols(before), _symbols(after)
    if not len(old) == len(new) == after.cell_length:
        return range(max(before.cell_length, after.cell_length))
    differing = [place for place, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
    return range(differing[0], differing[-1] + 1) if differing else range(0)


def _symbols(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(symbol, segment.style) for segment in strip for symbol in segment.text]
