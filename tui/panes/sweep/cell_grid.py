"""The cells of a sweep in the rows and columns of one or two of its settings."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from tui.panes.sweep.view import CellView, SweepView, numbers_of

Spot = tuple[int, int]
# The places of the settings of rows and of columns among those that vary; None where there is but one of these.
Axes = tuple[int | None, int | None]


def choices(view: SweepView) -> list[Axes]:
    """How the cells can be laid out, the plainest first: a setting alone, or every two."""
    if len(view.settings) == 1:
        return [(0, None) if numbers_of(view.options[0]) is None else (None, 0)] if view.options else []
    return list(permutations(range(len(view.settings)), 2)) if view.options else []


@dataclass(frozen=True)
class CellGrid:
    """The cells at each row and column; several where settings vary that neither stands for."""

    axes: Axes
    row_texts: tuple[str, ...]
    column_texts: tuple[str, ...]
    cells: Mapping[Spot, Sequence[CellView]]

    @classmethod
    def of(cls, view: SweepView, axes: Axes) -> CellGrid:
        """The cells of a sweep laid out by these settings."""
        rows, columns = (("",) if axis is None else view.options[axis] for axis in axes)
        row_of, column_of = ({text: n for n, text in enumerate(texts)} for texts in (rows, columns))
        spots: dict[Spot, list[CellView]] = {}
        for cell in view.cells:
            row, column = ("" if axis is None else cell.values[axis] for axis in axes)
            spots.setdefault((row_of[row], column_of[column]), []).append(cell)
        return cls(axes, rows, columns, spots)

    def spot(self, place: int) -> Spot:
        """Where the cell of this place in the sweep is."""
        return next((spot for spot, cells in self.cells.items() if any(cell.place == place for cell in cells)), (0, 0))

    def beside(self, place: int, down: int, right: int) -> int:
        """The place of the best cell of the next spot in a direction, its own where there is none."""
        row, column = self.spot(place)
        while 0 <= (row := row + down) < len(self.row_texts) and 0 <= (column := column + right) < len(
            self.column_texts
        ):
            if cells := self.cells.get((row, column)):
                return cells[0].place
        return place


def averaged(cells: Sequence[CellView]) -> float | None:
    """The mean of what is known of cells, of which none has failed or was ended early once one has a rank."""
    known = [cell.known for cell in cells if cell.rank is not None] or [cell.known for cell in cells]
    values = [value for value in known if value is not None]
    return statistics.fmean(values) if values else None
