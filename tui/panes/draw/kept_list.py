"""The drawings that are kept: what each is meant to be, and what the run that is shown reads."""

from __future__ import annotations

import time
from calendar import timegm
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.events import Click

from engine.handwriting.drawings import Drawing
from engine.quantities import percent
from tui.drawing.styled_lines import Line, crop, fit, window, wrapped
from tui.panes.digits.image import draw
from tui.panes.draw.layout import SMALL
from tui.panes.draw.pane import Delete, DrawingRequested, PictureOpened, Relabel, Undo
from tui.panes.draw.view import Answer
from tui.widgets.bindings import shown, with_keys
from tui.widgets.row_list import RowList, row_keys

# Cells of what is read: `✓ 7 100 %`.
READ = 9
EMPTY = "No drawing is kept yet: {save} keeps what is on the canvas."


class KeptDrawing(NamedTuple):
    """A drawing, and what the run that is shown reads on it, if there is one."""

    drawing: Drawing
    answer: Answer | None = None

    @property
    def is_right(self) -> bool | None:
        """Whether it is read as what it is meant to be; None where it is not read."""
        predicted = self.answer.predicted if self.answer else None
        return None if predicted is None else predicted == self.drawing.label


class KeptDrawings(RowList):
    """Lists drawings, the one under the cursor in small below; sends `PictureOpened` to open it, and `DrawingRequested`
    for what changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *row_keys("drawing", "drawings", "The newest drawing", "The oldest drawing"),
        shown("open", "open", "Open", "Put this drawing on the canvas"),
        shown("name", "relabel", "Digit", "Say that it is meant to be another digit"),
        shown("delete", "delete", "Delete", "Delete this drawing, after a question"),
        shown("undo", "undo", "Undo", "Take back what was last done to a drawing"),
    ]

    def __init__(self, style: str) -> None:
        super().__init__()
        self.id = "kept"
        self._style = style
        self._kept: tuple[KeptDrawing, ...] = ()
        self._problem = ""

    @property
    def drawing(self) -> Drawing | None:
        """The one under the cursor."""
        return self._kept[self._row].drawing if self._kept else None

    def show(self, rows: Sequence[KeptDrawing], problem: str = "") -> None:
        """List these drawings, or say what the `problem` with them is; the cursor stays on its drawing."""
        before = self.drawing
        self._kept, self._problem = tuple(rows), problem
        ids = [one.drawing.id for one in rows]
        self.put(ids.index(before.id) if before and before.id in ids else self._row)

    @property
    def count(self) -> int:
        return len(self._kept)

    def put(self, row: int) -> None:
        self._row = max(0, min(row, self.count - 1))
        self.refresh_with_keys()

    def draw(self, width: int, height: int) -> list[Line]:
        if not self._kept:
            return wrapped(self._problem or with_keys(EMPTY), width, "wrong" if self._problem else "dim")
        pictured = SMALL[1] + 1 if height >= 3 * SMALL[1] else 0
        room = max(1, height - 1 - pictured)
        self._top = window(self._row, self._top, 1, room, self.count)
        rows = [self._line(place, width) for place in range(self._top, min(self._top + room, self.count))]
        lines = [((crop(_summary(self._kept), width), "title"),), *rows]
        if pictured:
            picture = draw(self._kept[self._row].drawing.ink, self._style, small=True)
            lines += [*[()] * (height - len(picture) - len(lines)), *picture]
        return lines

    def _line(self, place: int, width: int) -> Line:
        row = self._kept[place]
        answer = row.answer
        read = ""
        if answer is not None and answer.predicted is not None:
            share = percent(answer.probabilities[answer.predicted], digits=0)
            read = f"{'✓' if row.is_right else '✗'} {answer.classes[answer.predicted]} {share}"
        head = f" {row.drawing.label}  "
        moment = fit(_moment(row.drawing.id), max(0, width - len(head) - 1 - READ))
        if place == self._row:
            return ((fit(f"{head}{moment} {read}", width), self.cursor_style),)
        return ((head, "title"), (moment + " ", "dim"), (crop(read, READ), "right" if row.is_right else "wrong"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a drawing to do something with; what was done before there is none can be undone."""
        return None if action in ("open", "relabel", "delete") and not self._kept else True

    def action_open(self) -> None:
        if self.drawing:
            self.post_message(PictureOpened(self.drawing.ink))

    def action_relabel(self) -> None:
        if self.drawing:
            self.post_message(DrawingRequested(Relabel(self.drawing)))

    def action_delete(self) -> None:
        if self.drawing:
            self.post_message(DrawingRequested(Delete(self.drawing)))

    def action_undo(self) -> None:
        self.post_message(DrawingRequested(Undo()))

    def on_click(self, event: Click) -> None:
        """Move to the drawing under the mouse, which a second click opens."""
        offset = event.get_content_offset(self)
        if offset is not None and 0 <= self._top + offset.y - 1 < self.count and offset.y:
            self.put(self._top + offset.y - 1)
            if event.chain == 2:
                self.action_open()


def _summary(kept: Sequence[KeptDrawing]) -> str:
    """How many there are, and how many of them are read right."""
    read = [one.is_right for one in kept if one.is_right is not None]
    if read:
        return f"{sum(read)} of {len(read)} read right"
    return f"{len(kept)} drawing{'s' if len(kept) != 1 else ''}"


def _moment(id: str) -> str:
    """When a drawing was made, in this machine's time zone."""
    try:
        return time.strftime("%d %b %H:%M", time.localtime(timegm(time.strptime(id[:15], "%Y%m%d-%H%M%S"))))
    except ValueError:
        return ""
