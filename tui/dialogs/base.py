"""What the dialogs in which something is typed have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.widgets.bindings import hidden, with_keys
from tui.widgets.laid_out_once import LaidOutOnce
from tui.widgets.pane_frame import FrameCache
from tui.widgets.still_input import StillInput

Result = TypeVar("Result")
# A screen lower than this has no room for the space around what is asked.
LEAST_HEIGHT = 20


class Entry(Horizontal):
    """An input behind its label.

    What is typed stands in place of the text where it is to be `replaced`, else behind it."""

    def __init__(
        self,
        name: str,
        label: str,
        text: str = "",
        hint: str = "",
        longest: int = 0,
        suggester: Suggester | None = None,
        replaced: bool = False,
    ) -> None:
        super().__init__()
        self.input = StillInput(text, hint, id=name, select_on_focus=replaced, max_length=longest, suggester=suggester)
        self._label = label

    def compose(self) -> ComposeResult:
        yield Static(Content(self._label))
        yield self.input


class Dialog(ModalScreen[Result | None], LaidOutOnce[Result | None]):
    """A box with a title, what is asked, and a line of keys; Escape leaves it with None."""

    AUTO_FOCUS = "Input"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST_HEIGHT, "-high")]  # noqa: RUF012  Textual declares it for instances.
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > VerticalScroll {
            width: 76; max-width: 96%; height: auto; max-height: 100%;
            border: solid $accent; padding: 1 2; background: $panel;
        }
        &.-low > VerticalScroll { padding: 0 1; }
        Static { height: auto; }
        .title { text-style: bold; margin-bottom: 1; }
        .keys { dock: bottom; margin-top: 1; }
        &.-low .title { margin: 0; }
        &.-low .keys { margin: 0; }
        .hint { color: $text-muted; margin-top: 1; }
        &.-low .hint { margin: 0; }
        .trouble { color: $text-error; text-style: bold; padding-left: 7; }
        &.-low .trouble { padding-left: 0; }
        Entry { height: 1; }
        Entry > Static { width: 7; color: $text-muted; }
        Entry:focus-within > Static { color: $text; text-style: bold; }
        Entry > Input, Entry > Input:focus { width: 1fr; background: $boost; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("open", "submit", "Do it", "Do what the dialog says", letters=False),
        hidden("leave", "leave", "Leave", "Leave without doing anything"),
    ]
    KEYS = "{open} saves   {leave} leaves"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        # The class of its height, which Textual would add, and style all anew for, when it has been laid out.
        self.add_class("-low" if self.app.size.height < LEAST_HEIGHT else "-high", update=False)
        with VerticalScroll(can_focus=False) as box:
            box._styles_cache = FrameCache()
            yield Static(Content(self._title), classes="title")
            yield from self.asked()
            yield Static(Content(with_keys(self.KEYS)), classes="keys")

    def asked(self) -> Iterable[Widget]:
        raise NotImplementedError

    def complain(self, text: str) -> None:
        """Say in the line called `trouble` what is wrong with what was typed, or nothing."""
        self.query_one("#trouble", Static).update(Content(f"! {text}" if text else ""))

    async def action_submit(self) -> None:
        """Submit the input with the focus, as its own key does."""
        if isinstance(self.focused, Input):
            await self.focused.action_submit()

    def action_leave(self) -> None:
        self.dismiss(None)
