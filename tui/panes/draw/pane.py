"""The Draw view's panes: the canvas with what is read on it, and the drawings that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from tui.drawing.glyphs import Glyphs, colour_depth
from tui.widgets import views
from tui.widgets.pane_frame import PaneGroup
from tui.workers.messages import Done, ReadWanted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.handwriting.drawings import Drawing
    from tui.panes.draw.kept_list import KeptDrawing, KeptDrawings
    from tui.panes.draw.pad import DrawPad
    from tui.panes.draw.view import Reading


class Save(NamedTuple):
    """This ink (28, 28) is to be kept; it is read as `digit`, if as any."""

    ink: npt.NDArray[np.uint8]
    digit: int | None


class OpenFile(NamedTuple):
    """The picture in a file is to be opened."""


class Relabel(NamedTuple):
    """A drawing is meant to be another digit."""

    drawing: Drawing


class Delete(NamedTuple):
    """A drawing is to be deleted."""

    drawing: Drawing


class Undo(NamedTuple):
    """What was last done to a drawing is to be taken back."""


Request = Save | OpenFile | Relabel | Delete | Undo


@dataclass
class DrawingRequested(Message):
    """A key asks for something outside the panes."""

    request: Request


@dataclass
class CanvasRead(Message):
    """What networks read on the canvas."""

    reading: Reading


@dataclass
class NetworksRead(Message):
    """The networks that were asked are known, `any_new` of them only now."""

    any_new: bool


@dataclass
class DrawingsRead(Message):
    """The drawings that are kept, or the `problem` with reading them, after something was done with them as is
    `said`."""

    kept: Sequence[KeptDrawing]
    said: str = ""
    problem: str = ""


@dataclass
class PictureOpened(Message):
    """A picture, bytes (28, 28) of ink, is to be on the canvas."""

    ink: npt.NDArray[np.uint8]


class DrawBoard(PaneGroup):
    """Has what is drawn read by the run that is shown and by those that are marked, in a thread."""

    ID, NAMES = "drawing", (views.CANVAS, views.DRAWINGS)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._pad: DrawPad | None = None
        self._list: KeptDrawings | None = None
        self._shown, self._marked = "", tuple[str, ...]()

    def contents(self) -> tuple[DrawPad, KeptDrawings]:
        from tui.panes.digits.image import lightest, styles
        from tui.panes.draw.kept_list import KeptDrawings
        from tui.panes.draw.pad import DrawPad

        colours = colour_depth()
        self._pad = DrawPad(self._glyphs, colours)
        self._list = KeptDrawings(lightest(styles(self._glyphs, colours)))
        return self._pad, self._list

    def ask(self, shown: str, marked: Sequence[str]) -> None:
        """Have these runs, by their ids, read the canvas and the drawings that are kept, once more when their networks
        have been read."""
        from tui.panes.draw.loader import read_networks

        self._shown, self._marked = shown, tuple(marked)
        self.read_canvas()
        self.read_drawings()
        runs = [run for run in (shown, *marked) if run]
        self.post_message(ReadWanted(self, lambda home: NetworksRead(read_networks(runs, home))))

    def read_canvas(self) -> None:
        """Have the canvas read as it is now, and not as it was before where that has not begun."""
        from tui.panes.draw.loader import read_canvas

        if self._pad is not None:
            work = partial(read_canvas, self._pad.canvas.pixels, self._shown, self._marked)
            self.post_message(ReadWanted(self._pad, lambda home: CanvasRead(work(home))))

    def read_drawings(self) -> None:
        """Have the drawings that are kept read."""
        from tui.panes.draw.loader import read_drawings

        if self._list is not None:
            shown = self._shown
            self.post_message(ReadWanted(self._list, lambda home: read_drawings(shown, home)))

    def on_networks_read(self, event: NetworksRead) -> None:
        event.stop()
        if event.any_new:
            self.read_canvas()
            self.read_drawings()

    def on_canvas_read(self, event: CanvasRead) -> None:
        event.stop()
        if self._pad is not None:
            self._pad.show(event.reading)

    def on_drawings_read(self, event: DrawingsRead) -> None:
        event.stop()
        if self._list is not None:
            self._list.show(event.kept, event.problem)
        if event.said:
            self.post_message(Done(event.said))

    def on_picture_opened(self, event: PictureOpened) -> None:
        event.stop()
        if self._pad is not None:
            self._pad.put(event.ink)
            self._pad.focus()

    def on_draw_pad_changed(self, event: DrawPad.Changed) -> None:
        event.stop()
        self.read_canvas()
