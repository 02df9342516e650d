"""The space a chart is drawn in: its axes, and which cells they span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui.charts.decimation import column_of
from tui.charts.scale import Scale
from tui.charts.symbols import Symbols

# The sizes from which there is room for the labels of the x axis, for its line, and for the labels of the y axis,
# which take less than half of the width.
LABELS_FROM, LINE_FROM, GUTTER_FROM = 6, 10, 24
NARROWEST_GUTTER = 6


@dataclass(frozen=True)
class Axes:
    """The two scales of a drawing, to be kept while they fit the next one."""

    x: Scale
    y: Scale


@dataclass(frozen=True)
class Plot:
    """`columns` by `rows` cells for curves, right of a gutter `left` cells wide and above the x axis' line and labels,
    as far as there is room for these."""

    axes: Axes
    symbols: Symbols
    left: int
    columns: int
    rows: int
    has_line: bool
    has_labels: bool

    @classmethod
    def within(cls, axes: Axes, symbols: Symbols, width: int, height: int, legend: int) -> Plot:
        """The plot of a chart of `width` by `height` cells, of which the legend takes some rows."""
        has_line, has_labels = height >= LINE_FROM, height >= LABELS_FROM
        rows = height - legend - has_line - has_labels
        widest = max(len(label) for _, label in axes.y.ticks(most_y_ticks(rows)))
        has_room = width >= GUTTER_FROM and widest < width // 2
        left = max(NARROWEST_GUTTER, widest + 1) if has_room else 0
        return cls(axes, symbols, left, width - left, rows, has_line, has_labels)

    def column(self, x: float) -> int:
        """The column of the whole chart that holds `x`."""
        return self.left + int(column_of(np.array([x]), self.axes.x.high, self.columns)[0])

    def row(self, fraction: float) -> int:
        """The row below the legend that holds a fraction of the y axis."""
        return self.rows - 1 - min(int(fraction * self.rows), self.rows - 1)


def most_y_ticks(rows: int) -> int:
    """How many ticks a y axis of `rows` cells has room for."""
    return min(6, rows // 2)
