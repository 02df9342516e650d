"""A list of words to choose from, each with what it means, filtered as one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from tui.dialogs.base import LEAST_HEIGHT, Dialog, Entry, Result
from tui.widgets.bindings import hidden
from tui.widgets.choices import Choices

# What the dialog takes besides the lines of the list, and besides their cells.
OTHER_LINES, OTHER_LINES_OF_A_LOW_SCREEN, OTHER_CELLS = 11, 5, 7
WIDEST = 110


class ChoiceList(Dialog[Result]):
    """Asks for one of the words that have `meanings`, of which `answer` makes the result; `chosen` is that of now.

    Letters filter the list: those come first that begin so, then those that have it in them or in what they mean."""

    DEFAULT_CSS = """
    ChoiceList {
        background: $surface;
        & > VerticalScroll { width: 110; }
        &.-low .title { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1)", "Up", "The choice above", letters=False),
        hidden("down", "move(1)", "Down", "The choice below", letters=False),
        hidden("page_up", "move_page(-1)", "Page up", "A page up"),
        hidden("page_down", "move_page(1)", "Page down", "A page down"),
    ]

    def __init__(
        self,
        title: str,
        meanings: Mapping[str, str],
        answer: Callable[[str], Result],
        chosen: str = "",
        typed: str = "",
        keys: str = "Letters filter   {open} chooses   {leave} leaves",
    ) -> None:
        super().__init__(title)
        self.KEYS = keys
        self._meanings = meanings
        self._answer = answer
        self._chosen = chosen
        self._typed = typed
        self._choices = Choices(meanings)
        self._filled: tuple[Size, str] | None = None

    def asked(self) -> Iterable[Widget]:
        entry = Entry("find", "Find", self._typed)
        entry.input.cursor_position = len(self._typed)
        self._fill(self._typed, self.app.size)
        yield entry
        yield self._choices

    @property
    def highlighted(self) -> str:
        """The word under the cursor; nothing where the list is empty."""
        return self._choices.word

    def on_resize(self, event: Resize) -> None:
        self._fill(self.query_one("#find", Input).value, event.size)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value, self.app.size)

    def on_input_submitted(self) -> None:
        if word := self.highlighted:
            self.dismiss(self._answer(word))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(self._answer(event.word))

    def action_move(self, by: int) -> None:
        self._choices.move(by)

    def action_move_page(self, by: int) -> None:
        self._choices.move_page(by)

    def _fill(self, text: str, size: Size) -> None:
        """List what is looked for, with the cursor on what is chosen or, among what was found, on the first."""
        if self._filled == (size, text):
            return
        self._filled = (size, text)
        self._choices.show(found(text, self._meanings), "" if text else self._chosen)
        low = size.height < LEAST_HEIGHT
        cells = min(WIDEST, size.width * 96 // 100) - OTHER_CELLS
        room = max(3, size.height - (OTHER_LINES_OF_A_LOW_SCREEN if low else OTHER_LINES))
        self._choices.styles.height = self._choices.rows_needed(cells, room)


def found(text: str, meanings: Mapping[str, str]) -> list[str]:
    """The words that have `text` in them, those that begin so first; then those that mean it, and those that with what
    they mean have each word of it."""
    query = text.strip().lower()
    parts = query.split()
    folded = {word: (word.lower(), meaning.lower()) for word, meaning in meanings.items()}
    begin = [word for word, (name, _) in folded.items() if name.startswith(query)]
    within = [word for word, (name, _) in folded.items() if query in name]
    named = [word for word, (name, _) in folded.items() if all(part in name for part in parts)]
    meant = [word for word, (_, meaning) in folded.items() if query in meaning]
    scattered = [word for word, both in folded.items() if all(part in " ".join(both) for part in parts)]
    return [*dict.fromkeys([*begin, *within, *meant, *named, *scattered])]
