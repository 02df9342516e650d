"""A list of texts, of which one is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.dialogs.base import Dialog


class Copy(NamedTuple):
    """A text to copy, and what it is."""

    what: str
    text: str

    @property
    def line(self) -> str:
        """What it is, how long it is where it has several lines, and how it begins."""
        first, *more = self.text.splitlines() or [""]
        return f"{self.what}, {1 + len(more):,} lines  {first}" if more else f"{self.what}  {first}"


class CopyMenu(Dialog[Copy]):
    """Asks which of some texts to copy."""

    AUTO_FOCUS = "OptionList"
    KEYS = "Enter copies   Esc leaves"
    DEFAULT_CSS = """
    CopyMenu OptionList {
        height: auto; border: none; padding: 0; text-wrap: nowrap; text-overflow: ellipsis;
        & > .option-list--option-highlighted { text-style: bold underline; }
    }
    """

    def __init__(self, copies: Sequence[Copy]) -> None:
        super().__init__("Copy into the clipboard of the terminal")
        self._copies = copies

    def asked(self) -> Iterable[Widget]:
        yield OptionList(*(Option(Content(one.line)) for one in self._copies), compact=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._copies[event.option_index])
