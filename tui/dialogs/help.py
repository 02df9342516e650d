"""The help: every key and what it does, made from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS, NAME = 15, 17
ADVICE = """F5 trains the network of the Model pane. Training goes on when you leave, even when the connection drops:
mnist-tui shows it again. Tab goes from pane to pane, and each pane has keys of its own; ctrl+p finds any of them."""


class Section(NamedTuple):
    """The bindings that apply in one place, each with its keys in words."""

    title: str
    bindings: Sequence[tuple[str, Binding]]


class Help(ModalScreen[None]):
    """Lists the keys of `sections`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", id="help.close"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="help.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="help.down"),
        Binding("pageup", "scroll(-15)", "Page up", show=False, id="help.page_up"),
        Binding("pagedown,space", "scroll(15)", "Page down", show=False, id="help.page_down"),
    ]

    def __init__(self, sections: Iterable[Section]) -> None:
        super().__init__()
        self._sections = tuple(sections)

    def compose(self) -> ComposeResult:
        text = help_text(self._sections)
        with VerticalScroll(id="help", can_focus=False) as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes, arrows scroll"
            yield Static(Content(text))

    def action_scroll(self, by: int) -> None:
        self.query_one("#help").scroll_relative(y=by, animate=False)


def help_text(sections: Iterable[Section]) -> str:
    """A line for each binding: its keys, its name, what it does."""
    lines = [ADVICE.replace("\n", " ")]
    for section in sections:
        lines += ["", section.title]
        lines += [f"  {keys:<{KEYS}} {b.description:<{NAME}} {b.tooltip}" for keys, b in section.bindings]
    return "\n".join(lines)
