"""The Devices pane: a cursor over the runs that train and those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from tui.drawing.glyphs import UNICODE, Glyphs
from tui.drawing.styled_lines import Line, window
from tui.panes.devices.drawing import marked, rows
from tui.panes.devices.view import DevicesView
from tui.widgets.bindings import shown
from tui.widgets.row_list import RowList, row_keys


class DeviceTable(RowList):
    """Shows a `DevicesView`; the cursor stays on its run as the queue moves. Sends `Selected` on Enter,
    `EmptyWanted` when all runs are to be taken out of the queue."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *row_keys("run", "runs", "The first run", "The last run of the queue"),
        shown("open", "select", "Show", "Show this run in the view Train"),
        shown("move_earlier", "screen.move(-1)", "Earlier", "Move this run up the queue"),
        shown("move_later", "screen.move(1)", "Later", "Move this run down the queue"),
        shown("empty", "empty", "Empty queue", "Take all runs out of the queue"),
    ]

    @dataclass
    class Selected(Message):
        """This run is to be shown."""

        run_id: str

    class EmptyWanted(Message):
        """Somebody wants to empty the queue."""

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._view = DevicesView()
        self._seen: list[str] = []
        self.highlighted: str | None = None

    def show(self, view: DevicesView) -> None:
        """Show the devices and the queue as they are now."""
        if view == self._view:
            return
        self._view = view
        self.put(view.runs.index(self.highlighted) if self.highlighted in view.runs else self._row)

    def draw(self, width: int, height: int) -> list[Line]:
        all_rows = rows(self._view, self._glyphs, width, height)
        under = [index for index, row in enumerate(all_rows) if row.run and row.run == self.highlighted]
        first, last = (under[0], under[-1]) if under else (0, 0)
        # The heads are seen with the first run.
        self._top = 0 if last < height else window(last, self._top, 1, height, len(all_rows))
        self._top = min(self._top, first) if last - first < height else self._top
        shown = all_rows[self._top : self._top + height]
        self._seen = [row.run for row in shown]
        return [
            marked(row, width, self.cursor_style) if row.run and row.run == self.highlighted else row.line
            for row in shown
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a run to show, and a queue to empty."""
        if action == "select":
            return True if self.highlighted else None
        if action == "empty":
            return True if self._view.queue else None
        return True

    def action_select(self) -> None:
        if self.highlighted:
            self.post_message(self.Selected(self.highlighted))

    def action_empty(self) -> None:
        self.post_message(self.EmptyWanted())

    def on_click(self, event: Click) -> None:
        """Move to the run under the mouse, which a second click shows."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._seen) and self._seen[offset.y]:
            self.put(self._view.runs.index(self._seen[offset.y]))
            if event.chain == 2:
                self.action_select()

    @property
    def count(self) -> int:
        return len(self._view.runs)

    def put(self, row: int) -> None:
        runs = self._view.runs
        self._row = max(0, min(row, len(runs) - 1))
        self.highlighted = runs[self._row] if runs else None
        self.refresh_with_keys()
