"""Asks for the values to try of a setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.dialogs.base import Dialog, Entry
from tui.panes.model.draft import LONGEST, SPECS, completed, last_word, words
from tui.panes.model.suggestions import meaning, suggestions
from tui.widgets.bindings import hidden


class Suggestions(OptionList, can_focus=False):
    """What is suggested, each with what it means; none is highlighted while something else is typed."""


class Words(Suggester):
    """Completes the last of several words to one that may stand in a field."""

    def __init__(self, name: str) -> None:
        super().__init__(case_sensitive=True)
        self._setting = name

    async def get_suggestion(self, value: str) -> str | None:
        last = last_word(value)
        return next(
            (value + word[len(last) :] for word in words(self._setting) if last and word.startswith(last)), None
        )


class ValuesToTry(Dialog[str]):
    """Asks for values to try of the field `name`, in which `text` stands, and returns them as they were typed."""

    DEFAULT_CSS = """
    ValuesToTry {
        Suggestions { height: auto; max-height: 8; margin-top: 1; padding: 0; border: none; background: $panel; }
        &.-low Suggestions { max-height: 3; margin: 0; }
        .told { color: $text-muted; padding-left: 7; }
        &.-low .told { padding-left: 0; }
        .told.-wrong { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1)", "Up", "The suggestion above", letters=False),
        hidden("down", "move(1)", "Down", "The suggestion below", letters=False),
    ]
    KEYS = "{up} {down} suggest   {open} takes them   {leave} leaves"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{SPECS[name].label}: values to try")
        self._setting, self._text = name, text
        self._suggested: Mapping[str, str] = suggestions(name, text)

    def asked(self) -> Iterable[Widget]:
        yield Entry("values", "Try", self._text, longest=LONGEST, suggester=Words(self._setting))
        yield Static(id="told", classes="told")
        options = [Option(Content(f"{text}  {meaning}"), id=None) for text, meaning in self._suggested.items()]
        yield Suggestions(*options)

    def on_mount(self) -> None:
        entry = self.query_one(Input)
        entry.action_select_all()
        self._tell(self._text)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell(event.value)

    def _tell(self, text: str) -> None:
        """Say what is typed stands for, or what would be accepted."""
        line, listed = self.query_one("#told", Static), self.query_one(Suggestions)
        try:
            message, wrong = self._accepted(text)[1], False
        except ValueError as refused:
            message, wrong = f"✗ expected {refused}", True
        line.update(Content(message))
        line.set_class(wrong, "-wrong")
        known = list(self._suggested)
        listed.highlighted = known.index(text) if text in known else None

    def _accepted(self, text: str) -> tuple[str, str]:
        """What is typed, its words completed where that makes it accepted, and what it means. Raises ValueError."""
        try:
            return text, meaning(self._setting, text)
        except ValueError:
            whole = completed(self._setting, text)
            return whole, meaning(self._setting, whole)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is accepted; the rest stays to be corrected."""
        with suppress(ValueError):
            self.dismiss(self._accepted(event.value)[0].strip())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._put([*self._suggested][event.option_index])

    def action_move(self, by: int) -> None:
        """Go to another suggestion, which can be changed before it is taken."""
        known, at = [*self._suggested], self.query_one(Suggestions).highlighted
        place = (0 if by > 0 else len(known) - 1) if at is None else at + by
        self._put(known[max(0, min(place, len(known) - 1))])

    def _put(self, text: str) -> None:
        entry = self.query_one(Input)
        entry.value = text
        entry.cursor_position = len(text)
