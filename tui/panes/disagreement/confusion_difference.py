"""What one network takes its digits for more often than another, and what less often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import confusion
from engine.comparison.disagreement import Disagreement
from engine.text import clean
from tui.panes.digits.matrix_drawing import Cell, Matrix, cell_name, largest_mistake, shade


@dataclass(frozen=True, eq=False)
class ConfusionDifference(Matrix):
    """`difference` (10, 10) of B's confusion matrix less A's, whose counts are `of_a`; true classes in rows.

    `labels` are what A and B are called."""

    of_a: npt.NDArray[np.intp]
    difference: npt.NDArray[np.intp]
    class_names: tuple[str, ...]
    title: str = ""
    labels: tuple[str, str] = ("A", "B")

    def outstanding(self) -> Cell:
        """The mistake whose count differs most."""
        return largest_mistake(np.abs(self.difference))

    def meaning(self, cell: Cell) -> str:
        a, change = int(self.of_a[cell]), int(self.difference[cell])
        judged = f"{'better' if self.is_better(cell) else 'worse'} by {abs(change):,}" if change else "no change"
        first, second = self.labels
        return f"{cell_name(self, cell)}: {judged}, {first} {a:,}, {second} {a + change:,}"

    def figure(self, cell: Cell, width: int) -> str:
        """A count with its sign; one too long for its cell as signs alone."""
        change = int(self.difference[cell])
        text = f"{change:+d}" if change else "·"
        if len(text) > width:
            return text[0] * (width - 1) + " "
        return text if len(text) == width else text.rjust(width - 1) + " "

    def style(self, cell: Cell) -> str:
        """Changes for the better and for the worse in shades, the largest of the mistakes' in the deepest."""
        if not self.difference[cell]:
            return "dim"
        level = shade(abs(int(self.difference[cell])) / self._largest)
        return f"better{level}" if self.is_better(cell) else f"wrong{level}"

    def is_better(self, cell: Cell) -> bool:
        """Whether B has more of these images right, or takes fewer for a wrong class."""
        return bool(self.difference[cell] > 0) == (cell[0] == cell[1])

    @cached_property
    def _largest(self) -> int:
        return max(1, abs(int(self.difference[self.outstanding()])))


def confusion_difference(
    disagreement: Disagreement, class_names: Sequence[str], names: tuple[str, str]
) -> ConfusionDifference:
    """The difference between what two networks say of the same images; their `names` begin with labels."""
    of_a = confusion(disagreement.labels, disagreement.a.classes)
    a, b = map(clean, names)
    labels = a.partition(" ")[0], b.partition(" ")[0]
    return ConfusionDifference(
        of_a, disagreement.confusion_difference, tuple(map(clean, class_names)), f"{b} less {a}", labels
    )
