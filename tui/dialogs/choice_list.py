"""A list of words to choose from, each with what it means, filtered as one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.dialogs.base import Dialog, Entry, Result
from tui.drawing.styled_lines import plain, wrapped
from tui.widgets.bindings import hidden

# What the dialog takes besides the lines of the list, and besides their cells.
OTHER_LINES, OTHER_LINES_OF_A_LOW_SCREEN, OTHER_CELLS = 11, 5, 7
WIDEST, LONGEST_WORD = 110, 16


class ChoiceList(Dialog[Result]):
    """Asks for one of the words that have `meanings`, which `answer` makes the result of; `chosen` is that of now.

    Letters filter the list: those come first that begin so, then those that have it in them or in what they mean."""

    DEFAULT_CSS = """
    ChoiceList {
        & > VerticalScroll { width: 110; }
        & OptionList { height: auto; border: none; padding: 0; background: $panel; scrollbar-size-vertical: 1; }
        & OptionList > .option-list--option-highlighted { background: $primary; color: $text; text-style: bold; }
        &.-low .title { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "go('cursor_up')", "Up", "The choice above"),
        hidden("down", "go('cursor_down')", "Down", "The choice below"),
        hidden("page_up", "go('page_up')", "Page up", "A page up"),
        hidden("page_down", "go('page_down')", "Page down", "A page down"),
    ]
    KEYS = "Letters filter   Enter chooses   Esc leaves"

    def __init__(self, title: str, meanings: Mapping[str, str], chosen: str = "", typed: str = "") -> None:
        super().__init__(title)
        self._meanings = meanings
        self._chosen = chosen
        self._typed = typed
        self._shown: list[str] = []

    def asked(self) -> Iterable[Widget]:
        yield Entry("find", "Find", self._typed)
        found = OptionList(markup=False)
        # What is typed is for the filter, wherever the mouse was.
        found.can_focus = False
        yield found

    @property
    def highlighted(self) -> str:
        """The word under the cursor; nothing where the list is empty."""
        place = self.query_one(OptionList).highlighted
        return self._shown[place] if place is not None else ""

    def answer(self, word: str) -> Result | None:
        """What the dialog returns for a word."""
        raise NotImplementedError

    def on_mount(self) -> None:
        find = self.query_one("#find", Input)
        find.cursor_position = len(find.value)

    def on_resize(self, event: Resize) -> None:
        self._fill()

    def on_input_changed(self) -> None:
        self._fill()

    def on_input_submitted(self) -> None:
        if word := self.highlighted:
            self.dismiss(self.answer(word))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.answer(self._shown[event.option_index]))

    def action_go(self, how: str) -> None:
        getattr(self.query_one(OptionList), f"action_{how}")()

    def _fill(self) -> None:
        """List what is looked for, with the cursor on what is chosen or, among what was found, on the first."""
        if not self.is_mounted:
            return
        text = self.query_one("#find", Input).value
        self._shown = found(text, self._meanings)
        cells = min(WIDEST, self.size.width * 96 // 100) - OTHER_CELLS
        column = min(LONGEST_WORD, max(map(len, self._meanings)) + 2)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(_prompt(word, self._meanings[word], column, cells)) for word in self._shown)
        if self._shown:
            options.highlighted = self._shown.index(self._chosen) if not text and self._chosen in self._shown else 0
        low = self.has_class("-low")
        options.styles.max_height = max(3, self.size.height - (OTHER_LINES_OF_A_LOW_SCREEN if low else OTHER_LINES))


class WordList(ChoiceList[str]):
    """Asks for one of some words, and returns it."""

    def answer(self, word: str) -> str:
        return word


def found(text: str, meanings: Mapping[str, str]) -> list[str]:
    """The words that have `text` in them or in what they mean, those that begin so first."""
    wanted = text.strip().lower()
    begin = [word for word in meanings if word.startswith(wanted)]
    within = [word for word in meanings if wanted in word]
    meant = [word for word, meaning in meanings.items() if wanted in meaning.lower()]
    return [*dict.fromkeys([*begin, *within, *meant])]


def _prompt(word: str, meaning: str, column: int, cells: int) -> Content:
    """A word and what it means, which goes on below itself where the line ends."""
    head = word if len(word) < column else f"{word} "
    lines = wrapped(f"{head:<{column}}{meaning}", cells, "", indent=" " * column)
    return Content("\n".join(plain(line) for line in lines)).stylize("bold", 0, len(word))
