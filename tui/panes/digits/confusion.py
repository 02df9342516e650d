"""The confusion matrix: what each class is taken for."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui.panes.digits.matrix_drawing import MatrixView
from tui.panes.digits.matrix_widget import MatrixPane, arrows, choice
from tui.widgets.bindings import shown


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
