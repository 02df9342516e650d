"""The comparison's table: lines side by side, their settings and figures, and whether luck explains the differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from tui.charts import palette
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.comparison.drawing import Cursor, Drawing, draw
from tui.panes.comparison.options import BY_EPOCH, Choices
from tui.panes.comparison.table import Row, Sheet
from tui.widgets.bars import KeyBar
from tui.widgets.bindings import hidden, shown, with_keys
from tui.widgets.line_widget import LineWidget

FOLDED = "Runs that differ only by seed are one line."
UNFOLDED = "Each run is a line of its own."
EMPTY = "Mark runs in History with {mark}, then press {view_compare}."


class ComparisonTable(LineWidget, can_focus=True):
    """Shows a `Sheet`; the cursor stays on its row and its line as they change.

    Keys change how runs are compared, which `ChoicesChanged` tells; `LineChosen` tells that the cursor came to another
    line, `Removed` that one is to be compared no longer."""

    DEFAULT_CSS = f"""
    ComparisonTable {{
        & > .section {{ color: $text-muted; text-style: bold; }}
        & > .label {{ color: $foreground; }}
        & > .note {{ color: $foreground; }}
        & > .value {{ color: $foreground; }}
        & > .chosen {{ text-style: bold underline; }}
        {palette.rules()}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up", "move(-1)", "Up", "The row above"),
        hidden("down", "move(1)", "Down", "The row below; the last ones are the verdict"),
        hidden("left", "go(-1)", "Left", "The line to the left; the baseline is the leftmost"),
        hidden("right", "go(1)", "Right", "The line to the right"),
        hidden("page_up", "move(-10)", "Page up", "Ten rows up"),
        hidden("page_down", "move(10)", "Page down", "Ten rows down"),
        hidden("first", "move_to(0)", "First", "The first row"),
        hidden("last", "move_to(-1)", "Last", "The last row"),
        shown("earlier", "best", "Best epoch", "Take this figure of the best epoch"),
        shown("later", "last", "Last epoch", "Take this figure of the last epoch"),
        hidden("earliest", "all_best", "All best", "Take all figures of the best epoch"),
        hidden("latest", "all_last", "All last", "Take all figures of the last epoch"),
        shown("reference", "baseline", "Baseline", "Hold the others against this line; again, against the first"),
        shown("all", "settings", "Settings", "All settings, or only those that differ"),
        shown("fold", "fold", "Fold", "Runs that differ only by seed as one line, or each run alone"),
        shown("goal", "target", "Goal", "Time another test accuracy: 90, 95, 97, 98, 99 %"),
        shown("take_out", "remove", "Take out", "Take the line under the cursor out, unless it is the last"),
    ]

    @dataclass
    class ChoicesChanged(Message):
        """Runs are to be compared in another way."""

        choices: Choices

    @dataclass
    class LineChosen(Message):
        """The cursor came to the line with these runs."""

        ids: tuple[str, ...]

    class Removed(LineChosen):
        """The line with these runs is to be compared no longer."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = Choices()
        self.sheet: Sheet | None = None
        self._words = EMPTY
        self._cursor = Cursor(0, 0)
        # The row and the line that the cursor was last moved to, where it returns as soon as they are there again.
        self._kept_row, self._kept_ids = "", tuple[str, ...]()
        self._first = self._top = 0
        self._drawing: Drawing | None = None

    @property
    def chosen(self) -> int:
        """The place of the line that the cursor is on."""
        return self._cursor.place

    def show(self, sheet: Sheet | None, message: str = EMPTY) -> None:
        """Show other lines or figures; without any, `message`."""
        if sheet == self.sheet and message == self._words:
            return
        known, self.sheet, self._words = self.sheet, sheet, message
        if sheet is not None:
            self._cursor = Cursor(self._row_in(sheet), self._place_in(sheet))
        if len(known.heads if known else ()) != len(sheet.heads if sheet else ()):
            self.refresh_bindings()
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        if self.sheet is None:
            self._drawing = None
            return wrapped(with_keys(self._words), width, "dim")
        cursor = replace(self._cursor, focused=self.has_focus)
        drawing = self._drawing = draw(self.sheet, cursor, (width, height), self._first, self._top)
        self._first, self._top = drawing.columns.first, drawing.top
        return drawing.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what there is nothing for."""
        if self.sheet is None or (action in ("best", "last") and not (self._row and self._row.turns)):
            return None
        if action == "remove":
            return True if len(self.sheet.heads) > 1 else None
        if action == "baseline":
            return True if self.chosen != self.sheet.baseline or self.choices.baseline else None
        return True

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor.row + by)

    def action_move_to(self, row: int) -> None:
        self._move_to(row if row >= 0 or self.sheet is None else len(self.sheet.rows) - 1)

    def action_go(self, by: int) -> None:
        if self.sheet is not None:
            order = self.sheet.order
            self._go_to(order[max(0, min(order.index(self.chosen) + by, len(order) - 1))])

    def action_best(self) -> None:
        if self._row and self._row.turns:
            self._choose(self.choices.of_best({self._row.turns}))

    def action_last(self) -> None:
        if self._row and self._row.turns:
            self._choose(self.choices.of_last({self._row.turns}))

    def action_all_best(self) -> None:
        self._choose(self.choices.of_best(BY_EPOCH))

    def action_all_last(self) -> None:
        self._choose(self.choices.of_last(BY_EPOCH))

    def action_baseline(self) -> None:
        """Hold the others against the line under the cursor; where that is so, against the first again."""
        if self.sheet is not None:
            ids = self.sheet.heads[self.chosen].ids
            self._choose(replace(self.choices, baseline="" if self.choices.baseline in ids else ids[0]))

    def action_settings(self) -> None:
        self._choose(replace(self.choices, all_settings=not self.choices.all_settings))

    def action_fold(self) -> None:
        folded = not self.choices.folded
        self._choose(replace(self.choices, folded=folded))
        # Where no two differ only by seed nothing else shows it.
        self.post_message(KeyBar.Hint(FOLDED if folded else UNFOLDED))

    def action_target(self) -> None:
        self._choose(self.choices.next_target())

    def action_remove(self) -> None:
        if self.sheet is not None:
            self.post_message(self.Removed(self.sheet.heads[self.chosen].ids))

    def on_click(self, event: Click) -> None:
        """Move to the cell under the mouse; a second click turns its figure."""
        offset, drawing = event.get_content_offset(self), self._drawing
        if offset is None or drawing is None or offset.y >= len(drawing.rows):
            return
        row, index = drawing.rows[offset.y], drawing.columns.at(offset.x)
        if index is not None:
            self._go_to(index)
        if row is not None:
            self._move_to(row)
            if event.chain == 2:
                self._turn()

    @property
    def _row(self) -> Row | None:
        rows = self.sheet.rows if self.sheet else ()
        return rows[self._cursor.row] if self._cursor.row < len(rows) else None

    def _turn(self) -> None:
        """Take the figure under the cursor of the other epoch."""
        if self._row and self._row.turns:
            self._choose(self.choices.turned(self._row.turns))

    def _row_in(self, sheet: Sheet) -> int:
        """The row that the cursor was moved to, else one that is near."""
        near = min(self._cursor.row, len(sheet.rows) - 1)
        return next((index for index, row in enumerate(sheet.rows) if row.key == self._kept_row), near)

    def _place_in(self, sheet: Sheet) -> int:
        """The line that the cursor was moved to, else one that is near; at first, the one beside the baseline."""
        near = min(self.chosen, len(sheet.heads) - 1) if self._kept_ids else sheet.order[:2][-1]
        ids = {*self._kept_ids}
        return next((index for index, head in enumerate(sheet.heads) if not ids.isdisjoint(head.ids)), near)

    def _move_to(self, row: int) -> None:
        if self.sheet is None:
            return
        before = self._row
        self._cursor = replace(self._cursor, row=max(0, min(row, len(self.sheet.rows) - 1)))
        after = self.sheet.rows[self._cursor.row]
        self._kept_row = after.key
        if before is None or bool(before.turns) != bool(after.turns):
            self.refresh_bindings()
        self.redraw()

    def _go_to(self, index: int) -> None:
        if self.sheet is None or index == self.chosen:
            return
        crossed = self.sheet.baseline in (index, self.chosen)
        self._cursor = replace(self._cursor, place=index)
        self._kept_ids = self.sheet.heads[index].ids
        if crossed:
            self.refresh_bindings()
        self.redraw()
        self.post_message(self.LineChosen(self._kept_ids))

    def _choose(self, choices: Choices) -> None:
        self.choices = choices
        self.post_message(self.ChoicesChanged(choices))
