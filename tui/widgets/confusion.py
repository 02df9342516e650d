"""The confusion matrix: what each class is taken for."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui.digits.matrix import MatrixView
from tui.keys import shown
from tui.widgets.matrix import MatrixPane, arrows, choice


class Confusion(MatrixPane[MatrixView], can_focus=True):
    """Shows a `MatrixView`; Enter sends the selected cell as `CellChosen`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *arrows("confusion"),
        shown("confusion.worst", "w", "outstanding", "Worst", "The most frequent mistake"),
        choice("confusion"),
    ]
    empty = "No predictions yet: the first come at the end of the first epoch."

    class CellChosen(MatrixPane.CellChosen):
        """The digits of class `true` that were taken for class `predicted` are wanted."""
