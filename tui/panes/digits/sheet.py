"""Images on the screen: words above them, one large beside what was said of it, the others in a grid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, beside, crop, fit, pad, wrapped
from tui.panes.digits.layout import CELL_HEIGHT, CELL_WIDTH, GAP, LARGE, OF_ONE, SMALL, Detail, Layout, divide

NOTHING = "No digit is like that here: choose another filter."

Drawer = Callable[[int, bool], list[Line]]


class Sheet(ABC):
    """What to draw: images of these `indices`, the `cursor`-th of which is selected and the grid begins at `top`."""

    indices: npt.NDArray[np.intp]
    cursor: int
    top: int
    room: ClassVar[Detail] = OF_ONE

    @abstractmethod
    def header_height(self, width: int, height: int) -> int:
        """How many lines stand above the images in a space of this size."""

    @abstractmethod
    def header(self, width: int, height: int) -> list[Line]:
        """These lines."""

    @abstractmethod
    def detail(self, index: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
        """What was said of an image, in about `height` lines."""

    @abstractmethod
    def caption(self, index: int, width: int) -> Span:
        """The same in one short line."""

    def layout(self, width: int, height: int) -> Layout:
        """How a pane of this size is divided."""
        return divide(width, height - self.header_height(width, height), self.room)

    def lines(self, glyphs: Glyphs, width: int, height: int, drawer: Drawer) -> list[Line]:
        """The lines of the pane; `drawer` gives the picture of an image, small or not."""
        lines = self.header(width, height)
        if not len(self.indices):
            return [*lines, (), *wrapped(NOTHING, width, "dim")][:height]
        layout = self.layout(width, height)
        block, grid = self._block(layout, glyphs, drawer), self._grid(layout, drawer)
        if layout.grid_below:
            lines += [*block, (), *grid]
        else:
            lines += beside(block, grid, layout.block_width + GAP) if grid else block
        return lines[:height]

    def place_at(self, width: int, height: int, x: int, y: int) -> int | None:
        """Which of the images stands in the grid at a cell of a pane of this size."""
        layout = self.layout(width, height)
        y -= self.header_height(width, height)
        if layout.grid_below:
            y -= layout.block_height + 1
        else:
            x -= layout.block_width + GAP
        column, row = x // CELL_WIDTH, y // CELL_HEIGHT
        if not (0 <= column < layout.columns and 0 <= row < layout.rows):
            return None
        place = self.top + row * layout.columns + column
        return place if place < len(self.indices) else None

    def _block(self, layout: Layout, glyphs: Glyphs, drawer: Drawer) -> list[Line]:
        index = int(self.indices[self.cursor])
        picture = drawer(index, layout.small)
        room = layout.block_height - (len(picture) if layout.stacked else 0)
        detail = self.detail(index, glyphs, layout.detail_width, room)
        if layout.stacked:
            return [*picture, *detail]
        picture_width, _ = SMALL if layout.small else LARGE
        return beside(picture, detail, picture_width + GAP)[: layout.block_height]

    def _grid(self, layout: Layout, drawer: Drawer) -> list[Line]:
        lines: list[Line] = []
        for row in range(layout.rows):
            first = self.top + row * layout.columns
            places = range(first, min(first + layout.columns, len(self.indices)))
            lines += _joined([self._cell(place, drawer) for place in places])
        return lines

    def _cell(self, place: int, drawer: Drawer) -> list[Line]:
        index = int(self.indices[place])
        words, style = self.caption(index, CELL_WIDTH - 1)
        shown = fit(words, CELL_WIDTH - 1), "cursor" if place == self.cursor else style
        return [*drawer(index, True), (shown,)]


def note_lines(note: str, width: int) -> list[Line]:
    """A note as a line, where there is one."""
    return [((crop(f"! {note}", width), "notice"),)] if note else []


def mode_line(text: str, following: bool, width: int) -> Line:
    """A counter, and at its right whether the newest epoch is followed, where there is room for that."""
    mode = "following" if following else "not following"
    if len(text) + 2 + len(mode) > width:
        return ((text, "title"),)
    return ((text, "title"), (" " * (width - len(text) - len(mode)) + mode, "dim"))


def _joined(cells: Sequence[list[Line]]) -> list[Line]:
    if not cells:
        return []
    rows = zip(*cells, strict=True)
    return [tuple(span for line in row for span in pad(line, CELL_WIDTH)) for row in rows]
