"""Cells as paths across parallel axes, one a setting and one for what they are judged by (A. Inselberg, The plane with
parallel coordinates, The Visual Computer 1, 1985)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from tui.charts.canvas import Canvas, joined
from tui.charts.symbols import Symbols
from tui.drawing.styled_lines import Line, around, fit
from tui.panes.sweep.brushes import Axis, Brushes
from tui.panes.sweep.heat_map import HEATS
from tui.panes.sweep.view import BEST, SweepView

LEAST_BLOCK, LONGEST_LABEL, GAP = 12, 10, 1
# The lines above the axes: their names.
ABOVE = 1
BRUSHED, HERE = "█", "●"
# The dots of a braille cell, by row and column, as its code counts them.
BRAILLE_DOTS = np.array([[1, 8], [2, 16], [4, 32], [64, 128]])

Link = tuple[int, int]


class Paths:
    """Which values the cells of a view have on each axis, and which they join from one to the next: worked out once,
    however often they are drawn."""

    def __init__(self, view: SweepView, axes: Sequence[Axis]) -> None:
        self.view, self.axes = view, axes
        ranked = view.ranked
        best = takewhile(lambda cell: cell.rank is not None and cell.rank * HEATS < ranked, view.cells)
        self._all, self._best = [cell.place for cell in view.cells], [cell.place for cell in best]
        self._joined: dict[int, tuple[set[Link], set[Link]]] = {}

    def joined(self, number: int) -> tuple[set[Link], set[Link]]:
        """The values of an axis and of the next that all cells, and that the best fifth of them, join."""
        if number not in self._joined:
            self._joined[number] = self.of(self._all, number), self.of(self._best, number)
        return self._joined[number]

    def of(self, places: Iterable[int], number: int) -> set[Link]:
        """The values of an axis and of the next that these cells join."""
        one, other = self.axes[number].at, self.axes[number + 1].at
        return {(one[place], other[place]) for place in places if place in one and place in other}

    @cached_property
    def reached(self) -> list[set[int]]:
        """The values on each axis that some cell has."""
        return [{axis.at[place] for place in self._all if place in axis.at} for axis in self.axes]


class Coordinates:
    """Where the axes stand in a space of `width` by `height` cells, the current one in sight; `paths` are of the cells
    that are let through, of which that at `place` is under the cursor."""

    def __init__(
        self,
        paths: Paths,
        brushes: Brushes,
        current: int,
        place: int,
        width: int,
        height: int,
    ) -> None:
        axes = paths.axes
        self._paths, self._axes, self._brushes, self._current, self._place = paths, axes, brushes, current, place
        self._width, self._rows = width, max(1, height - ABOVE)
        self._shown = around(current, max(1, width // LEAST_BLOCK), len(axes))
        last = axes[self._shown[-1]]
        tail = min(max(self._label(last) + 1, len(last.name)), width // 2)
        self._block = (width - tail) // (len(self._shown) - 1) if len(self._shown) > 1 else width

    def at(self, x: int, y: int) -> tuple[int, int] | None:
        """The axis under a place of the pane, and the value nearest to it, by their places."""
        number = self._shown[min(x // self._block, len(self._shown) - 1)] if x >= 0 else -1
        if number < 0 or not 0 <= y - ABOVE < self._rows:
            return None
        axis = self._axes[number]
        return number, min(range(len(axis.texts)), key=lambda value: abs(self._row(axis, value) - (y - ABOVE)))

    def lines(self, symbols: Symbols) -> list[Line]:
        """The names of the axes, and below them the axes with the paths between."""
        names: Line = ()
        canvas = Canvas(self._width, self._rows)
        for left, number in zip(self._lefts(), self._shown, strict=True):
            axis = self._axes[number]
            room = self._block - GAP if number != self._shown[-1] else self._width - left
            style = "title" if number == self._current else "dim"
            names = (*names, (fit(axis.name, room), style), (" " * GAP, ""))
            self._draw_axis(canvas, left, number, symbols)
        for left, number in zip(self._lefts(), self._shown[:-1], strict=False):
            begin = left + self._label(self._axes[number]) + 1
            self._draw_paths(canvas, begin, left + self._block - GAP - begin, number, symbols)
        return [names, *(joined(line) for line in canvas.lines())]

    def _lefts(self) -> Iterator[int]:
        return (number * self._block for number in range(len(self._shown)))

    def _label(self, axis: Axis) -> int:
        return min(LONGEST_LABEL, max(map(len, axis.texts)))

    def _row(self, axis: Axis, value: int) -> int:
        return round(value * (self._rows - 1) / (len(axis.texts) - 1)) if len(axis.texts) > 1 else self._rows // 2

    def _draw_axis(self, canvas: Canvas, left: int, number: int, symbols: Symbols) -> None:
        axis, width = self._axes[number], self._label(self._axes[number])
        brush = self._brushes.get(axis.name)
        span = brush.span(axis) if brush else range(0)
        rows = range(self._row(axis, span[0]), self._row(axis, span[-1]) + 1) if span else range(0)
        for row in range(self._rows):
            canvas.put(
                left + width, row, BRUSHED if row in rows else symbols.upright, "live" if row in rows else "axis"
            )
        here = axis.at.get(self._place)
        best = next((axis.at.get(cell.place) for cell in self._paths.view.cells[:1] if cell.rank == 0), None)
        reached = self._paths.reached[number]
        # Where several values share a row, that under the cursor is the one to be read.
        for value in sorted(range(len(axis.texts)), key=lambda value: (value == here, -value)):
            row, is_here = self._row(axis, value), value == here
            style = ("cursor" if number == self._current else "title") if is_here else ""
            style = style or ("label" if value in reached else "dim")
            canvas.put(left, row, fit(axis.texts[value], width, right=True), style)
            if row not in rows:
                canvas.put(left + width, row, symbols.tick_left, "axis")
        for marked, symbol in ((best, BEST), (here, HERE)):
            if marked is not None:
                canvas.put(left + width, self._row(axis, marked), symbol, "value")

    def _draw_paths(self, canvas: Canvas, left: int, width: int, number: int, symbols: Symbols) -> None:
        """The paths from an axis to the next: of all cells faintly, over them of the best fifth, and of that under the
        cursor."""
        one, other = self._axes[number], self._axes[number + 1]
        every, best = self._paths.joined(number)
        own = self._paths.of((self._place,), number)
        for joined_values, style in ((every, "faint-1"), (best, "curve-1"), (own, "value")):
            links = {(self._row(one, a), self._row(other, b)) for a, b in joined_values}
            for row, text in enumerate(drawn(links, width, self._rows, symbols) if links and width > 0 else ()):
                text = text.translate(symbols.faint) if style.startswith("faint") else text
                if style == "value" and symbols.dots == (1, 1):
                    text = text.replace(symbols.trace, symbols.mark(2))
                for piece in re.finditer("[^ ]+", text):
                    canvas.put(left + piece.start(), row, piece[0], style)


def drawn(links: Collection[Link], width: int, rows: int, symbols: Symbols) -> list[str]:
    """Straight lines from rows at the left to rows at the right of `rows` by `width` cells, a text a row."""
    across, down = width * symbols.dots[0], rows * symbols.dots[1]
    share = np.linspace(0, 1, 2 * (across + down))
    ends = (np.array(sorted(links)) + 0.5) * symbols.dots[1] - 0.5
    y = np.rint(ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * share).astype(np.int64)
    x = np.broadcast_to(np.rint(share * (across - 1)).astype(np.int64), y.shape)
    dots = np.zeros((down, across), np.int64)
    dots[y, x] = 1
    if symbols.dots == (1, 1):
        return ["".join(symbols.trace if dot else " " for dot in row) for row in dots.tolist()]
    return _braille(dots.reshape(rows, 4, width, 2))


def _braille(dots: npt.NDArray[np.int64]) -> list[str]:
    """Dots by row of cells, row in the cell, cell, and column in it, as texts."""
    codes = np.einsum("rycx,yx->rc", dots, BRAILLE_DOTS)
    return ["".join(chr(0x2800 + code) if code else " " for code in row) for row in codes.tolist()]
