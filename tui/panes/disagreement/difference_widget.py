"""The difference of two confusion matrices: what one network takes each class for more often, and what less often."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui.panes.digits.matrix_widget import MatrixPane, keys
from tui.panes.disagreement.confusion_difference import ConfusionDifference


class ConfusionDifferences(MatrixPane[ConfusionDifference], can_focus=True):
    """Shows a `ConfusionDifference`; Enter sends the selected cell as `CellSelected`."""

    BINDINGS: ClassVar[list[BindingType]] = keys("Largest", "The mistake whose count differs most")

    class CellSelected(MatrixPane.CellSelected):
        """The digits of class `true` that A or B alone took for class `predicted` are wanted."""

    def show(self, view: ConfusionDifference | None, empty: str = "") -> None:
        """Show the difference of other epochs, or of other runs from its largest on; without any, say why."""
        if self.view is None and view is not None:
            self.selected = view.outstanding()
        super().show(view, empty)
