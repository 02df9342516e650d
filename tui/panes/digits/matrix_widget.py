"""A matrix of true and predicted classes, and a way to the digits of any cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from engine.config.run_config import CLASSES
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.digits.matrix_drawing import SHADE_RULES, Matrix, MatrixView, grid, matrix_lines
from tui.widgets.bindings import hidden, shown, with_keys
from tui.widgets.line_widget import LineWidget

MatrixT = TypeVar("MatrixT", bound=Matrix)


def keys(name: str, tooltip: str) -> list[BindingType]:
    """The keys of a matrix, on which the cell to look at first is called by `name`."""
    return [
        hidden("up", "move(-1, 0)", "Up", "The true class above"),
        hidden("down", "move(1, 0)", "Down", "The true class below"),
        hidden("left", "move(0, -1)", "Left", "The predicted class to the left"),
        hidden("right", "move(0, 1)", "Right", "The predicted class to the right"),
        shown("worst", "outstanding", name, tooltip),
        shown("open", "choose", "Its digits", "Show the digits of this cell"),
    ]


class MatrixPane(LineWidget, Generic[MatrixT]):
    """Shows a matrix; Enter sends the selected cell as `CellSelected`."""

    DEFAULT_CSS = f"""
    MatrixPane {{
        & > .right {{ color: $text-success; text-style: bold; }}
        {SHADE_RULES}
        & > .cursor {{ text-style: reverse bold; }}
    }}
    """

    @dataclass
    class CellSelected(Message):
        """The digits of class `true` that were taken for class `predicted` are wanted."""

        true: int
        predicted: int

    # What to say where there is no matrix.
    empty = ""

    def __init__(self) -> None:
        super().__init__()
        self.view: MatrixT | None = None
        self.selected = (0, 0)

    def show(self, view: MatrixT | None, empty: str = "") -> None:
        """Show the matrix of another epoch or run; the selected cell stays. Without one, `empty` says why."""
        self.empty = empty or self.empty
        if (self.view is None) != (view is None):
            self.call_later(self.refresh_bindings)
        self.view = view
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return wrapped(with_keys(self.empty), width, "dim")
        return matrix_lines(self.view, self.selected, width, height)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey everything out while there is no matrix."""
        return True if self.view is not None else None

    def action_move(self, rows: int, columns: int) -> None:
        row, column = self.selected
        self._select((max(0, min(row + rows, CLASSES - 1)), max(0, min(column + columns, CLASSES - 1))))

    def action_outstanding(self) -> None:
        if self.view is not None:
            self._select(self.view.outstanding())

    def action_choose(self) -> None:
        self.post_message(self.CellSelected(*self.selected))

    def on_click(self, event: Click) -> None:
        """Select the cell under the mouse; choose it when it was selected."""
        offset = event.get_content_offset(self)
        if self.view is None or offset is None:
            return
        cell = grid(self.view, self.selected, *self.size).at(*offset)
        if cell is not None and cell == self.selected:
            self.action_choose()
        elif cell is not None:
            self._select(cell)

    def _select(self, cell: tuple[int, int]) -> None:
        self.selected = cell
        self.redraw()


class Confusion(MatrixPane[MatrixView], can_focus=True):
    """Shows a `MatrixView`; Enter sends the selected cell as `CellSelected`."""

    BINDINGS: ClassVar[list[BindingType]] = keys("Worst", "The most frequent mistake")
    empty = "No predictions yet: the first come at the end of the first epoch."

    class CellSelected(MatrixPane.CellSelected):
        """The digits of class `true` that were taken for class `predicted` are wanted."""
