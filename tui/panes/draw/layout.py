"""How the canvas and what is read on it share a pane."""

from __future__ import annotations

from dataclasses import dataclass

from tui.panes.draw.canvas import SIDE, Point

GAP = 2
# Cells of the canvas, largest first, and how wide at least what stands beside it is.
SIZES = ((56, 28, 30), (28, 14, 28), (14, 7, 0))
LARGE, SMALL = (28, 14), (14, 7)
# A headline, a line for each class, one between them, and the least of the votes.
READING, VOTES = 12, 3


@dataclass(frozen=True)
class Layout:
    """Sizes in cells: of the canvas, which has a frame of a cell around it, of what stands beside, and of the picture
    there, none where there is no room; `votes_beside` the picture, else below all."""

    columns: int
    rows: int
    beside: int
    picture: tuple[int, int]
    votes_beside: bool

    @property
    def start(self) -> int:
        """Where begins what stands beside the canvas."""
        return self.columns + 2 + GAP

    def point_at(self, x: int, y: int) -> Point:
        """What of the canvas is in the middle of a cell of the pane, beyond its edges too."""
        return Point((x - 1 + 0.5) * SIDE / self.columns, (y - 1 + 0.5) * SIDE / self.rows)

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell of the pane is one of the canvas."""
        return 1 <= x <= self.columns and 1 <= y <= self.rows


def divide(width: int, height: int) -> Layout:
    """The layout for a space: the canvas as large as leaves room for what is read on it."""
    columns, rows, _ = next(
        (size for size in SIZES if size[0] + 2 + GAP + size[2] <= width and size[1] + 2 <= height), SIZES[-1]
    )
    beside = max(0, width - columns - 2 - GAP)
    for picture in (LARGE, SMALL):
        if picture[0] <= beside and picture[1] + 1 + READING + (VOTES if picture == LARGE else 0) <= height:
            return Layout(columns, rows, beside, picture, picture == SMALL)
    return Layout(columns, rows, beside, (0, 0), False)
