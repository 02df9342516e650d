"""What is asked about drawings: the digit that one is meant to be, and the file of a picture to open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.errors import UserError
from engine.text import clean
from tui.dialogs.base import Dialog, Entry
from tui.workers.exporter import LONGEST_PATH, is_there, seen_from

DIGITS = "0123456789"


class DigitDialog(Dialog[int]):
    """Asks which digit a drawing is meant to be, and returns it; `digit` stands there at first."""

    KEYS = "{open} keeps it   {leave} leaves"

    def __init__(self, title: str, digit: int | None) -> None:
        super().__init__(title)
        self._digit = "" if digit is None else str(digit)

    def asked(self) -> Iterable[Widget]:
        yield Entry("digit", "Digit", self._digit, replaced=True)
        yield Static(Content("The digit that it is meant to be, whatever it is read as."), classes="hint")

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed last counts."""
        digits = [letter for letter in event.value if letter in DIGITS]
        event.input.value = digits[-1] if digits else ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value in tuple(DIGITS):
            self.dismiss(int(event.value))


class FileDialog(Dialog[Path]):
    """Asks for the file of a picture, seen from `folder`, and returns its path."""

    KEYS = "{open} opens it   {leave} leaves"

    def __init__(self, folder: Path) -> None:
        super().__init__("Open a picture of a digit, PNG or JPEG")
        self._folder = folder

    def asked(self) -> Iterable[Widget]:
        yield Entry("path", "File", hint="seven.png")
        yield Static(id="where", classes="hint")

    def on_mount(self) -> None:
        self._say(f"from {clean(str(self._folder), LONGEST_PATH)}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            return
        try:
            path = seen_from(self._folder, event.value)
        except UserError as error:
            self._say(f"! {error}")
            return
        if is_there(path):
            self.dismiss(path)
        else:
            self._say(f"! {clean(str(path), LONGEST_PATH)} is not there")

    def _say(self, text: str) -> None:
        self.query_one("#where", Static).update(Content(text))
