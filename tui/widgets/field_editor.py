"""The one text input of a form, laid over the field that is being written."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset
from textual.suggester import Suggester
from textual.widgets import Input
from textual.widgets.input import Selection


class Words(Suggester):
    """Completes the last of some words with commas between them, or, where there are not `several`, the whole text."""

    def __init__(self, known: Sequence[str], several: bool = True) -> None:
        super().__init__(use_cache=False)
        self._known = known
        self._several = several

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last word completed."""
        before, comma, last = value.rpartition(",") if self._several else ("", "", value)
        found = next((word for word in self._known if last and word.startswith(last)), None)
        return found and before + comma + found


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

    def open(self, text: str, known: Sequence[str], several: bool = True) -> None:
        """Edit a text of one word, or of `several` with commas between them, some of which may be `known`."""
        self.suggester = Words(known, several)
        self.fill(text)
        self.display = True
        self.screen.set_focus(self)

    def fill(self, text: str) -> None:
        """Have another text, all of it selected, so that typing replaces it."""
        self.value = text
        self.selection = Selection(0, len(text))

    def close(self) -> None:
        """Edit nothing."""
        self.display = False

    def place(self, x: int, y: int, width: int) -> None:
        """Lie at a place of the form."""
        self.styles.offset = Offset(x, y)
        self.styles.width = width
