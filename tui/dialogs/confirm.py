"""A question with two answers, of which the one that changes nothing is marked."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from tui.dialogs.base import LEAST_HEIGHT
from tui.widgets.bindings import hidden, with_keys
from tui.widgets.laid_out_once import LaidOutOnce


class Confirm(ModalScreen[bool], LaidOutOnce[bool]):
    """Asks `question` and returns whether the answer was yes, for which `y` alone stands; it does nothing itself."""

    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        & > #dialog {
            width: 72; max-width: 96%; height: auto; max-height: 100%; overflow-y: auto;
            border: solid $accent; padding: 1 2; background: $panel;
        }
        &.-low > #dialog { padding: 0 1; }
        #question { width: 1fr; height: auto; }
        #choices { margin-top: 1; height: 1; }
        #no { text-style: bold reverse; }
        #yes { text-style: bold; }
        #default { color: $text-muted; margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("yes", "answer(True)", "Yes", "Do it"),
        hidden("no", "answer(False)", "No", "Do nothing"),
        hidden("open", "answer(False)", "No", "The answer that is marked"),
        hidden("leave", "answer(False)", "No", "Do nothing"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        self.set_class(self.app.size.height < LEAST_HEIGHT, "-low", update=False)
        with Vertical(id="dialog"):
            yield Static(Content(self._question), id="question")
            with Horizontal(id="choices"):
                yield Label(Content(" n No "), id="no")
                yield Label(Content(" y Yes "), id="yes")
                yield Label(Content(with_keys("{open} and {leave}: No")), id="default")

    def on_click(self, event: Click) -> None:
        if event.widget is not None and event.widget.id in ("yes", "no"):
            self.dismiss(event.widget.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
