"""The history pane: every run of the home, the live ones moving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.history import RunSummary
from tui.glyphs import UNICODE, Glyphs
from tui.history import Moment, header, row
from tui.keys import hidden, shown
from tui.lines import Line, wrapped
from tui.widgets.rows import Painted

EMPTY = "No runs yet. F5 trains the network of the Model pane."


class History(Painted, ScrollView, can_focus=True):
    """Shows runs, newest first; the cursor stays on its run as the list changes.

    Sends `Highlighted` when the cursor comes to another run, `Selected` on Enter."""

    CSS_PREFIX = "history"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "history--header", "history--name", "history--dim", "history--cursor", "history--cursor-unfocused",
        "history--queued", "history--preparing", "history--running", "history--paused",
        "history--finished", "history--stopped", "history--failed", "history--interrupted",
    }  # fmt: skip
    DEFAULT_CSS = """
    History {
        background: $surface;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
        & > .history--header { color: $text-muted; text-style: bold; }
        & > .history--name { color: $foreground; }
        & > .history--dim { color: $text-muted; }
        & > .history--cursor { text-style: reverse; }
        & > .history--cursor-unfocused { text-style: bold; background: $boost; }
        & > .history--queued { color: $text-muted; }
        & > .history--preparing { color: $text-primary; }
        & > .history--running { color: $text-primary; text-style: bold; }
        & > .history--paused { color: $text-warning; text-style: bold; }
        & > .history--finished { color: $text-success; }
        & > .history--stopped { color: $text-warning; }
        & > .history--failed { color: $text-error; text-style: bold; }
        & > .history--interrupted { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("history.up", "up", "move(-1)", "Up", "The run above"),
        hidden("history.down", "down", "move(1)", "Down", "The run below"),
        hidden("history.page_up", "pageup", "move_page(-1)", "Page up", "A page of runs up"),
        hidden("history.page_down", "pagedown", "move_page(1)", "Page down", "A page of runs down"),
        hidden("history.first", "home", "move_to(0)", "Newest", "The newest run"),
        hidden("history.last", "end", "move_to(-1)", "Oldest", "The oldest run"),
        shown("history.select", "enter", "select", "Show run", "Show this run in the other panes"),
    ]

    class Highlighted(Message):
        """The cursor came to this run, or to none."""

        def __init__(self, history: History, run_id: str | None) -> None:
            super().__init__()
            self.history = history
            self.run_id = run_id

        @property
        def control(self) -> History:
            return self.history

    class Selected(Message):
        """This run is to be shown."""

        def __init__(self, history: History, run_id: str) -> None:
            super().__init__()
            self.history = history
            self.run_id = run_id

        @property
        def control(self) -> History:
            return self.history

    def __init__(self, glyphs: Glyphs = UNICODE, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(glyphs, id=id, classes=classes)
        self.runs: list[RunSummary] = []
        self.highlighted: str | None = None
        self._cursor = 0
        self._moment = Moment(0.0, glyphs)
        self._painted: dict[int, Line] = {}

    def show(self, runs: Sequence[RunSummary], now: float) -> None:
        """Show these runs as they are at `now` (Unix seconds)."""
        self.runs = sorted(runs, key=lambda run: run.id, reverse=True)
        self._moment = Moment(now, self.glyphs)
        place = next((i for i, run in enumerate(self.runs) if run.id == self.highlighted), None)
        if self.virtual_size.height != len(self.runs) + 1:
            self.virtual_size = Size(1, len(self.runs) + 1)
            self.refresh_bindings()
        if place is None:
            self._move_to(self._cursor)
        else:
            shift, self._cursor = place - self._cursor, place
            if shift and self.scroll_offset.y:
                self.scroll_to(y=self.scroll_offset.y + shift, animate=False, force=True)
        self.redraw()

    def highlight(self, run_id: str) -> None:
        """Move the cursor to a run, where there is one of that id."""
        place = next((i for i, run in enumerate(self.runs) if run.id == run_id), None)
        if place is not None:
            self._move_to(place)

    def redraw(self) -> None:
        width, height = self.scrollable_content_region.size
        changed = [y for y in range(height) if self._painted.get(y) != self._line(y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        self._painted[y] = self._line(y)
        return self.strip(self._painted[y], self.scrollable_content_region.width)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be done with no runs."""
        return True if self.runs else None

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_move_page(self, by: int) -> None:
        self._move_to(self._cursor + by * max(1, self._rows_shown()))

    def action_move_to(self, place: int) -> None:
        self._move_to(place if place >= 0 else len(self.runs) - 1)

    def action_select(self) -> None:
        if self.highlighted is not None:
            self.post_message(self.Selected(self, self.highlighted))

    def on_click(self, event: Click) -> None:
        """Move to the run under the mouse; a second click selects it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < 1:
            return
        place = self.scroll_offset.y + offset.y - 1
        if place < len(self.runs):
            self._move_to(place)
            if event.chain == 2:
                self.action_select()

    def _move_to(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self.runs) - 1))
        self._scroll_to_cursor()
        run_id = self.runs[self._cursor].id if self.runs else None
        if run_id != self.highlighted:
            self.highlighted = run_id
            self.post_message(self.Highlighted(self, run_id))
        self.redraw()

    def on_resize(self) -> None:
        self._scroll_to_cursor()
        self.redraw()

    def _scroll_to_cursor(self) -> None:
        if self._rows_shown() < 1:
            return
        top = self.scroll_offset.y
        wanted = max(self._cursor - self._rows_shown() + 1, min(top, self._cursor))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _rows_shown(self) -> int:
        return self.scrollable_content_region.height - 1

    def _line(self, y: int) -> Line:
        width = self.scrollable_content_region.width
        if not self.runs:
            words = wrapped(EMPTY, width, "dim")
            return words[y] if y < len(words) else ()
        if y == 0:
            return header(width, self.glyphs)
        place = self.scroll_offset.y + y - 1
        if place >= len(self.runs):
            return ()
        style = ("cursor" if self.has_focus else "cursor-unfocused") if place == self._cursor else ""
        return row(self.runs[place], self._moment, width, style)
