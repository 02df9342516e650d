"""A text input laid over a line of what is drawn."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import Input
from textual.widgets.input import Selection


class Editor(Input):
    """An input without border, hidden until something is edited; its cursor stands still, so an idle link is idle."""

    DEFAULT_CSS = """
    Editor, Editor:focus {
        position: absolute;
        height: 1;
        border: none;
        padding: 0;
        background: $boost;
    }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.display = False

    @property
    def is_open(self) -> bool:
        """Whether something is being edited."""
        return bool(self.display)

    def open(self, text: str) -> None:
        """Edit a text, all of it selected, so that typing replaces it."""
        self.value = text
        self.selection = Selection(0, len(text))
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> None:
        """Edit nothing."""
        self.display = False

    def place(self, x: int, y: int, width: int) -> None:
        """Lie at a place of the form."""
        self.styles.offset = Offset(x, y)
        self.styles.width = width
