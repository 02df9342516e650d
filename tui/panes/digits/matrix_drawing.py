"""A matrix drawn in text, such as a confusion matrix: a row for each true class, a column for each predicted one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len

from engine.comparison.confusion import confusion, fits
from engine.config.run_config import CLASSES
from engine.quantities import percent
from engine.runs.predictions import Predictions
from engine.text import clean
from tui.drawing.styled_lines import Line, Span, around, crop, fit

# A count of two digits and a gap; more than these would only be background.
LEAST_CELL, MOST_CELL, MOST_CELL_HEIGHT = 3, 7, 3
LONGEST_NAME = 12
# Cells of the share of each class that is right, a gap before it, and what stands above.
RATE_WIDTH, RATE = 7, "right"
SHADES = 4
# The rules of its styles, for within the rule of a widget. Worse is a filled cell and better is not, so that they are
# told apart without colour.
SHADE_RULES = """
    & > .wrong1 { background: $error 10%; }
    & > .wrong2 { background: $error 25%; }
    & > .wrong3 { background: $error 45%; }
    & > .wrong4 { background: $error 70%; text-style: bold; }
    & > .better1, & > .better2 { color: $text-success; }
    & > .better3, & > .better4 { color: $text-success; text-style: bold; }
"""
# Above the rows: what the selected cell means, and the names of the columns.
HEADER = 2

Cell = tuple[int, int]


class Matrix(ABC):
    """What there is to draw: something about the images of each true class taken for each class."""

    class_names: tuple[str, ...]
    title: str

    @abstractmethod
    def meaning(self, cell: Cell) -> str:
        """A cell in words."""

    @abstractmethod
    def figure(self, cell: Cell, width: int) -> str:
        """A cell in as many characters."""

    @abstractmethod
    def style(self, cell: Cell) -> str:
        """How its figure looks."""

    @abstractmethod
    def outstanding(self) -> Cell:
        """The cell to look at first."""

    def accuracy(self, row: int) -> str:
        """The share of a true class that is right; nothing for a matrix that does not tell it."""
        return ""


@dataclass(frozen=True, eq=False)
class MatrixView(Matrix):
    """`counts` (10, 10) of one epoch's test images, true classes in rows."""

    counts: npt.NDArray[np.intp]
    class_names: tuple[str, ...]
    epoch: int
    title = ""

    def rate(self, row: int, column: int) -> float:
        """The share of a true class's images that were taken for `column`."""
        return float(self.counts[row, column] / max(1, self.counts[row].sum()))

    def accuracy(self, row: int) -> str:
        return f"{100 * self.rate(row, row):.1f}%" if self.counts[row].any() else ""

    def outstanding(self) -> Cell:
        """The mistake made most often for its true class."""
        rates = self.counts / np.maximum(1, self.counts.sum(1, keepdims=True))
        return largest_mistake(rates)

    def meaning(self, cell: Cell) -> str:
        count, total = int(self.counts[cell]), int(self.counts[cell[0]].sum())
        return f"{cell_name(self, cell)}: {count:,} of {total:,}, {percent(self.rate(*cell), digits=1)}"

    def figure(self, cell: Cell, width: int) -> str:
        """A count; one too long for its cell in thousands, such as `.3k` for 345."""
        count = int(self.counts[cell])
        text = f"{count}" if count else "·"
        if len(text) >= width:
            text = f"{count / 1000:.0f}k" if count >= 950 else f".{count // 100}k"
        return (text.rjust(width - 1) + " ")[:width]

    def style(self, cell: Cell) -> str:
        """Right answers in one style; mistakes in shades, the most frequent of the matrix in the deepest."""
        if cell[0] == cell[1]:
            return "right"
        return f"wrong{shade(self.rate(*cell) / self._worst)}" if self.counts[cell] else "dim"

    @cached_property
    def _worst(self) -> float:
        return self.rate(*self.outstanding())


def cell_name(view: Matrix, cell: Cell) -> str:
    return f"true {view.class_names[cell[0]]}, predicted {view.class_names[cell[1]]}"


def largest_mistake(amounts: npt.NDArray[np.generic]) -> Cell:
    """The cell, other than a right answer, where there is most of something."""
    row, column = divmod(int(np.where(np.eye(CLASSES, dtype=bool), 0, amounts).argmax()), CLASSES)
    return row, column


def shade(share: float) -> int:
    """Which of the shades, from 1, stands for a share above 0 of the most there is."""
    return min(SHADES, 1 + int(share * SHADES))


def matrix_view(
    labels: npt.NDArray[np.uint8], class_names: Sequence[str], predictions: Predictions | None
) -> MatrixView | None:
    """The matrix of an epoch's predictions; None without predictions, or when they are of other images."""
    if predictions is None or not fits(predictions, labels):
        return None
    names = tuple(clean(name) for name in class_names)
    return MatrixView(confusion(labels, predictions.classes), names, predictions.epoch)


@dataclass(frozen=True)
class Grid:
    """Where the matrix stands in a pane: sizes in cells, and which rows and columns of it are shown.

    The share of each class that is right stands behind its row where there is room for it."""

    label_width: int
    cell_width: int
    cell_height: int
    rows: range
    columns: range
    has_rates: bool = False

    def at(self, x: int, y: int) -> Cell | None:
        """The matrix cell at a place of the pane."""
        row, column = (y - HEADER) // self.cell_height, (x - self.label_width) // self.cell_width
        if 0 <= row < len(self.rows) and 0 <= column < len(self.columns):
            return self.rows[row], self.columns[column]
        return None


def grid(view: Matrix, selected: Cell, width: int, height: int) -> Grid:
    """The grid for a pane of this size, with the selected cell in it."""
    longest = min(LONGEST_NAME, max(map(cell_len, view.class_names)))
    label_width = max(2, min(longest + 1, width - CLASSES * LEAST_CELL))
    rated = any(map(view.accuracy, range(CLASSES)))
    has_rates = rated and width - label_width - RATE_WIDTH >= CLASSES * LEAST_CELL
    width -= RATE_WIDTH if has_rates else 0
    cell_width = max(LEAST_CELL, min(MOST_CELL, (width - label_width) // CLASSES))
    cell_height = max(1, min(MOST_CELL_HEIGHT, (height - HEADER) // CLASSES))
    rows = around(selected[0], height - HEADER, CLASSES)
    columns = around(selected[1], (width - label_width) // cell_width, CLASSES)
    return Grid(label_width, cell_width, cell_height, rows, columns, has_rates)


def matrix_lines(view: Matrix, selected: Cell, width: int, height: int) -> list[Line]:
    """The lines of a pane: what the selected cell means, the names of the columns, the rows."""
    shown = grid(view, selected, width, height)
    headings: Line = tuple(_heading(view, c, shown, c == selected[1]) for c in shown.columns)
    if shown.has_rates:
        headings += ((RATE.rjust(RATE_WIDTH), "dim"),)
    lines: list[Line] = [_top(view, selected, width), ((" " * shown.label_width, ""), *headings)]
    for row in shown.rows:
        figures = _row(view, row, selected, shown)
        blank: Line = tuple((" " * len(text), style) for text, style in figures)
        above = (shown.cell_height - 1) // 2
        lines += [*[blank] * above, figures, *[blank] * (shown.cell_height - 1 - above)]
    return lines


def _top(view: Matrix, selected: Cell, width: int) -> Line:
    """What the selected cell means and, where there is room for it, what the matrix is of."""
    meaning = crop(view.meaning(selected), width)
    space = width - cell_len(meaning) - cell_len(view.title)
    return (
        ((meaning, "title"), (" " * space + view.title, "dim")) if view.title and space > 1 else ((meaning, "title"),)
    )


def _row(view: Matrix, row: int, selected: Cell, shown: Grid) -> Line:
    name = crop(view.class_names[row], shown.label_width - 1).ljust(shown.label_width)
    spans: list[Span] = [(name, "title" if row == selected[0] else "dim")]
    for column in shown.columns:
        cell = row, column
        style = "cursor" if cell == selected else view.style(cell)
        spans.append((view.figure(cell, shown.cell_width), style))
    if shown.has_rates:
        spans.append((view.accuracy(row).rjust(RATE_WIDTH), "title" if row == selected[0] else ""))
    return tuple(spans)


def _heading(view: Matrix, column: int, shown: Grid, selected: bool) -> Span:
    ellipsis = "…" if shown.cell_width > 4 else ""
    name = fit(view.class_names[column], shown.cell_width - 1, ellipsis, right=True)
    return name + " ", "title" if selected else "dim"
