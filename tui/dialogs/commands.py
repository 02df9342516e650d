"""All that the console can do, found by typing."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import SystemCommand
from textual.types import CallbackType

from tui.dialogs.choice_list import ChoiceList


class Commands(ChoiceList[CallbackType]):
    """Asks for a command, and returns what does it."""

    KEYS = "Letters find   {open} does it   {leave} leaves"

    def __init__(self, commands: Iterable[SystemCommand]) -> None:
        self._does: dict[str, CallbackType] = {}
        meanings: dict[str, str] = {}
        for title, meaning, callback, _ in commands:
            self._does[title], meanings[title] = callback, meaning
        super().__init__("Commands", meanings)

    def answer(self, word: str) -> CallbackType:
        return self._does[word]
