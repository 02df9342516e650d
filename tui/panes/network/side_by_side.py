"""What is drawn of a run and, beside it where there is room, of the run it is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from tui.drawing.styled_lines import Line, beside

# Cells between two runs, and those that each has at least.
GAP, LEAST = 2, 26


def side_width(width: int, of_two: bool, least: int = LEAST) -> int:
    """Cells of each of two runs, or all there are of one alone and where two had less than the `least`."""
    half = (width - GAP) // 2
    return half if of_two and half >= least else width


def side_by_side(parts: Sequence[list[Line]], cells: int) -> list[Line]:
    """One run's lines, or those of two beside each other, each so many cells wide."""
    return parts[0] if len(parts) == 1 else beside(parts[0], parts[1], cells + GAP)
