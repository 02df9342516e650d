"""A list with a filter above it that is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantBlur
from textual.geometry import Offset
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.panes.history.typed_filter import TypedFilter
from tui.widgets.bindings import shown
from tui.widgets.line_widget import LineWidget


class Editor(Input):
    """An input without border, hidden until something is edited; its cursor stands still, so an idle link is idle."""

    DEFAULT_CSS = """
    Editor, Editor:focus {
        position: absolute;
        height: 1;
        border: none;
        padding: 0;
        background: $boost;
    }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.display = False

    @property
    def is_open(self) -> bool:
        """Whether something is being edited."""
        return bool(self.display)

    def open(self, text: str) -> None:
        """Edit a text, all of it selected, so that typing replaces it."""
        self.value = text
        self.selection = Selection(0, len(text))
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> None:
        """Edit nothing."""
        self.display = False

    def place(self, x: int, y: int, width: int) -> None:
        """Lie at a place of the form."""
        self.styles.offset = Offset(x, y)
        self.styles.width = width


class Filtered(LineWidget):
    """Asks for a filter in its first line; `typed_filter` says which one is in force, and `find` is told of another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("filter", "filter", "Filter", "List what matches acc>97% -failed; and, or, not, () too"),
        shown("leave", "leave", "Leave filter", "Type no more; the filter stays, what is none is taken back"),
        shown("leave", "list_all", "List all", "List all again, whatever the filter was"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.typed_filter = TypedFilter()
        self.editor = Editor()
        # What was in force before anything was typed.
        self._before = self.typed_filter

    def compose(self) -> ComposeResult:
        yield self.editor

    def on_mount(self) -> None:
        self.watch(self.editor, "value", self._typed, init=False)

    def list_matching(self, text: str) -> None:
        """List what a filter matches, as if it had been typed."""
        self._change(TypedFilter().typed(text))

    def find(self) -> None:
        """List what the filter that is now in force matches."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the list's own while there is a filter."""
        match action:
            case "leave":
                return self.editor.is_open
            case "list_all":
                return bool(self.typed_filter.text) and not self.editor.is_open
        return action != "filter" or not self.editor.is_open

    def action_filter(self) -> None:
        self._before = self.typed_filter
        self.editor.open(self.typed_filter.text)
        self.refresh_with_keys()

    def action_leave(self) -> None:
        self._close()

    def action_list_all(self) -> None:
        self._change(TypedFilter())
        self.refresh_with_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Have the filter in force; what is none stays to be corrected."""
        event.stop()
        self._find_now()
        if not self.typed_filter.problem:
            self._close()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.call_later(self._left)

    def _typed(self, text: str) -> None:
        """Look for what is typed once the letter has been painted: among ten thousand runs that takes a while."""
        if self.editor.is_open:
            self.once_painted(self._find_now)

    def _find_now(self) -> None:
        if self.editor.is_open:
            self._change(self.typed_filter.typed(self.editor.value))

    def _change(self, typed_filter: TypedFilter) -> None:
        before, self.typed_filter = self.typed_filter, typed_filter
        if typed_filter.query != before.query:
            self.find()
        self.redraw()

    def _left(self) -> None:
        if self.editor.is_open and self.screen.focused is not self.editor:
            self._close()

    def _close(self) -> None:
        """Type no more; the focus goes to the list unless it has gone elsewhere."""
        self._find_now()
        if self.typed_filter.problem:
            self._change(self._before)
        if self.screen.focused is self.editor:
            self.screen.set_focus(self)
        self.editor.close()
        self.refresh_with_keys()
