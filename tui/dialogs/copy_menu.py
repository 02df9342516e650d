"""A list of texts, of which one is copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.dialogs.choice_list import ChoiceList
from tui.drawing.styled_lines import crop

# Cells of a text's first line that tell it apart.
LONGEST = 200


class Copy(NamedTuple):
    """A text to copy, and what it is."""

    what: str
    text: str

    @property
    def beginning(self) -> str:
        """How it begins, after its length where it has several lines."""
        first, *more = self.text.splitlines() or [""]
        shown = crop(first, LONGEST)
        return f"{1 + len(more):,} lines: {shown}" if more else shown


class CopyMenu(ChoiceList[Copy]):
    """Asks which of some texts to copy."""

    KEYS = "{open} copies   {leave} leaves"

    def __init__(self, copies: Sequence[Copy]) -> None:
        super().__init__("Copy into the clipboard of the terminal", {copy.what: copy.beginning for copy in copies})
        self._copies = {copy.what: copy for copy in copies}

    def answer(self, word: str) -> Copy:
        return self._copies[word]
