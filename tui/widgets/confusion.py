"""The confusion matrix: what each class is taken for, and a way to the digits of any cell."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from engine.config import CLASSES
from tui.digits.matrix import MatrixView, grid, matrix_lines
from tui.glyphs import UNICODE, Glyphs
from tui.keys import hidden, shown
from tui.lines import Line, wrapped
from tui.widgets.rows import Rows

EMPTY = "No predictions yet: the first come at the end of the first epoch."


class Confusion(Rows, can_focus=True):
    """Shows a `MatrixView`; Enter sends the selected cell as `CellChosen`."""

    CSS_PREFIX = "confusion"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "confusion--title", "confusion--dim", "confusion--right", "confusion--cursor",
        "confusion--wrong1", "confusion--wrong2", "confusion--wrong3", "confusion--wrong4",
    }  # fmt: skip
    DEFAULT_CSS = """
    Confusion {
        background: $surface;
        & > .confusion--title { text-style: bold; }
        & > .confusion--dim { color: $text-muted; }
        & > .confusion--right { color: $text-success; text-style: bold; }
        & > .confusion--wrong1 { background: $error 10%; }
        & > .confusion--wrong2 { background: $error 25%; }
        & > .confusion--wrong3 { background: $error 45%; }
        & > .confusion--wrong4 { background: $error 70%; text-style: bold; }
        & > .confusion--cursor { text-style: reverse bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("confusion.up", "up", "move(-1, 0)", "Up", "The true class above"),
        hidden("confusion.down", "down", "move(1, 0)", "Down", "The true class below"),
        hidden("confusion.left", "left", "move(0, -1)", "Left", "The predicted class to the left"),
        hidden("confusion.right", "right", "move(0, 1)", "Right", "The predicted class to the right"),
        shown("confusion.worst", "w", "worst", "Worst", "The most frequent mistake"),
        shown("confusion.digits", "enter", "choose", "Its digits", "Show the digits of this cell"),
    ]

    class CellChosen(Message):
        """The digits of class `true` that were taken for class `predicted` are wanted."""

        def __init__(self, confusion: Confusion, true: int, predicted: int) -> None:
            super().__init__()
            self.confusion = confusion
            self.true = true
            self.predicted = predicted

        @property
        def control(self) -> Confusion:
            return self.confusion

    def __init__(self, glyphs: Glyphs = UNICODE, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(glyphs, id=id, classes=classes)
        self.view: MatrixView | None = None
        self.selected = (0, 0)

    def show(self, view: MatrixView | None) -> None:
        """Show the matrix of another epoch or run; the selected cell stays."""
        if (self.view is None) != (view is None):
            self.call_later(self.refresh_bindings)
        self.view = view
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return wrapped(EMPTY, width, "dim")
        return matrix_lines(self.view, self.selected, self.glyphs, width, height)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey everything out while there is no matrix."""
        return True if self.view is not None else None

    def action_move(self, rows: int, columns: int) -> None:
        row, column = self.selected
        self._select((max(0, min(row + rows, CLASSES - 1)), max(0, min(column + columns, CLASSES - 1))))

    def action_worst(self) -> None:
        if self.view is not None:
            self._select(self.view.worst())

    def action_choose(self) -> None:
        self.post_message(self.CellChosen(self, *self.selected))

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
