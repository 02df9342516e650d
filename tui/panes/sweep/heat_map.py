"""The cells of a sweep as a map: each a figure on a shade that says how good it is among all."""

from __future__ import annotations

from engine.runs.status import FAILED, FINISHED, LIVE, QUEUED
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.drawing.styled_lines import Line, Span, around, crop, fit
from tui.panes.sweep.cell_grid import CellGrid, Spot, averaged
from tui.panes.sweep.view import BEST, CellView, SweepView, figure

# Shades that can be told apart; a cell holds `97.17 %`, a mark and a gap.
HEATS = 5
LEAST_CELL, MOST_CELL, MOST_CELL_HEIGHT, GAP = 9, 14, 3, 1
LONGEST_LABEL = 16


def cell_symbol(cell: CellView) -> str:
    """What marks a cell: the best, or the status of one that has not finished."""
    if cell.rank == 0:
        return BEST
    return " " if cell.status == FINISHED else STATUS_SYMBOLS.get(cell.status, STATUS_SYMBOLS[QUEUED])


def heat(cell: CellView, ranked: int) -> str:
    """The style of a cell by its rank: `heat5` for the best fifth, `heat1` for the last."""
    if cell.rank is None:
        return "bad" if cell.status == FAILED else "live" if cell.status in LIVE else "dim"
    return f"heat{HEATS - cell.rank * HEATS // max(1, ranked)}"


class HeatMap:
    """Where the map stands in a space of `width` by `height` cells, with the spot of the cursor in sight."""

    def __init__(self, view: SweepView, grid: CellGrid, place: int, width: int, height: int) -> None:
        self._view, self._grid = view, grid
        self._spot = grid.spot(place)
        rows, columns = grid.row_texts, grid.column_texts
        self.labels = min(LONGEST_LABEL, max(map(len, rows)) + 1, width // 3) if any(rows) else 0
        widest = max(LEAST_CELL, min(LONGEST_LABEL, max(map(len, columns))) + 2 + GAP)
        room = max(1, (width - self.labels) // len(columns))
        self.cell = max(LEAST_CELL, min(widest if room < MOST_CELL else max(widest, MOST_CELL), room))
        self.high = max(1, min(MOST_CELL_HEIGHT, (height - self.above) // len(rows)))
        self.rows = around(self._spot[0], (height - self.above) // self.high, len(rows))
        self.columns = around(self._spot[1], (width - self.labels) // self.cell, len(columns))

    @property
    def above(self) -> int:
        """How many lines stand above the cells."""
        return 2 if any(self._grid.column_texts) else 1

    def at(self, x: int, y: int) -> int | None:
        """The place of the best cell under a place of the pane."""
        row, column = (y - self.above) // self.high, (x - self.labels) // self.cell
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.columns)):
            return None
        cells = self._grid.cells.get((self.rows[row], self.columns[column]))
        return cells[0].place if cells else None

    def lines(self, width: int) -> list[Line]:
        """What rows and columns are, the values of the columns, and the rows."""
        lines: list[Line] = [((crop(self._axes_text(), width), "title"),)]
        if self.above > 1:
            heads = ((self._column_head(column), self._emphasis(1, column)) for column in self.columns)
            lines.append(((" " * self.labels, ""), *heads))
        for row in self.rows:
            label = fit(self._grid.row_texts[row], max(0, self.labels - 1), right=True) + " " * bool(self.labels)
            spans = [self._span((row, column)) for column in self.columns]
            middle = (self.high - 1) // 2
            for part in range(self.high):
                own = spans if part == middle else [(" " * self.cell, "" if s == "cursor" else s) for _, s in spans]
                first = (label, self._emphasis(0, row)) if part == middle else (" " * self.labels, "")
                lines.append((first, *own))
        return lines

    def _emphasis(self, axis: int, place: int) -> str:
        return "title" if self._spot[axis] == place else "dim"

    def _column_head(self, column: int) -> str:
        return fit(self._grid.column_texts[column], self.cell - 2 - GAP, right=True) + " " * (2 + GAP)

    def _span(self, spot: Spot) -> Span:
        cells = self._grid.cells.get(spot)
        if not cells:
            return " " * self.cell, ""
        first = cells[0]
        text = "" if averaged(cells) is None else figure(self._view.measure, averaged(cells))
        mark = cell_symbol(first) if len(cells) == 1 or first.rank == 0 else " "
        shown = fit(text, self.cell - 2 - GAP, right=True) + mark + " " * (1 + GAP)
        return shown, "cursor" if spot == self._spot else heat(first, self._view.ranked)

    def _axes_text(self) -> str:
        settings, (row, column) = self._view.settings, self._grid.axes
        parts = [] if row is None else [f"down: {settings[row]}"]
        parts += [] if column is None else [f"across: {settings[column]}"]
        others = [name for place, name in enumerate(settings) if place not in (row, column)]
        averages = f", means over {' and '.join(others)}, shaded by the best" if others else ""
        seeds = f" of {self._view.seeds} seeds" if self._view.seeds > 1 else ""
        return f"{'  '.join(parts)}  {self._view.metric}{seeds}{averages}"
