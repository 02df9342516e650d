"""The help: every key and what it does, made from the bindings themselves, and searched by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.widgets.bindings import hidden

KEYS, NAME = 15, 17
ADVICE = """\
F5 trains the network of the Model pane. Training goes on when you leave, even when the connection drops: mnist-tui
shows it again. Tab goes from pane to pane, and each pane has keys of its own; Ctrl+P finds any of them.
The mouse: click a pane, a tab, a key of the footer, a field or a run; click a title of a column to sort by it; click
twice to open; the wheel scrolls. Hold Shift to select text as the terminal does."""


class Key(NamedTuple):
    """A key in words, its name, and what it does."""

    keys: str
    name: str
    does: str


class Section(NamedTuple):
    """The keys that apply in one place."""

    title: str
    keys: Sequence[Key]


class Search(Input):
    """What to look for; its cursor stands still, so an idle link is idle."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("help", "screen.dismiss", "Close", "Back to the console", priority=True),
        hidden("filter", "focus", "Search", "Type what to look for", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="search", compact=True)
        self.cursor_blink = False

    def action_focus(self) -> None:
        """Nothing: it has the focus already."""


class Help(ModalScreen[None]):
    """Lists the keys of `sections`, those that match what is typed; `file` is where others are chosen."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("leave", "dismiss", "Close", "Back to the console"),
        hidden("up", "scroll(-1)", "Up", "A line up"),
        hidden("down", "scroll(1)", "Down", "A line down"),
        hidden("page_up", "scroll(-15)", "Page up", "Fifteen lines up"),
        hidden("page_down", "scroll(15)", "Page down", "Fifteen lines down"),
    ]

    def __init__(self, sections: Iterable[Section], file: str) -> None:
        super().__init__()
        self._sections = tuple(sections)
        self._file = file

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = "type to search, arrows scroll, Esc closes"
            yield Search()
            with VerticalScroll(can_focus=False):
                yield Static(Content(help_text(self._sections, self._file)))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(Static).update(Content(help_text(self._sections, self._file, event.value)))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def help_text(sections: Iterable[Section], file: str, wanted: str = "") -> str:
    """Advice, then a line for each key; of what is `wanted`, the lines alone in which all its words are."""
    words = wanted.casefold().split()
    blocks = [f"{ADVICE}\nOther keys: write them into {file}."] if not words else []
    for title, keys in sections:
        found = [_line(key) for key in keys if _matches(f"{title} {' '.join(key)}", words)]
        if found:
            blocks.append("\n".join([title, *found]))
    return "\n\n".join(blocks) or f"Nothing is called {wanted!r}."


def _line(key: Key) -> str:
    return f"  {key.keys:<{KEYS}} {key.name:<{NAME}} {key.does}"


def _matches(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
