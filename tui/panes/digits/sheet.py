"""Images on the screen: words above them, one large beside what was said of it, the others in a grid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, beside, crop, fit, pad, wrapped
from tui.panes.digits.layout import CELL_HEIGHT, CELL_WIDTH, GAP, LARGE, OF_ONE, SMALL, Detail, Layout, divide

NOTHING = "No digit is like that here: choose another filter."

Drawer = Callable[[int, bool], list[Line]]


class Images(Protocol):
    """`images` (N, 28, 28), and what was said of them after `epoch`, one of the `epochs`; None after none.

    A `note` is shown above everything."""

    @property
    def images(self) -> npt.NDArray[np.uint8]: ...

    @property
    def epochs(self) -> Sequence[int]: ...

    @property
    def epoch(self) -> int | None: ...

    @property
    def note(self) -> str: ...

    def select(self, wanted: Any, /) -> npt.NDArray[np.intp]:
        """The indices of the wanted images."""


class Wanted(Protocol):
    """Which images to show; `true` is the class they are of, None for any."""

    @property
    def true(self) -> int | None: ...


ImagesT = TypeVar("ImagesT", bound=Images)
SelectionT = TypeVar("SelectionT", bound=Wanted)


@dataclass(frozen=True, eq=False)
class Sheet(ABC, Generic[ImagesT, SelectionT]):
    """What to draw: the wanted images `indices`, the `cursor`-th of which is selected and the grid begins at `top`."""

    view: ImagesT
    selection: SelectionT
    indices: npt.NDArray[np.intp]
    cursor: int
    top: int
    following: bool
    room: ClassVar[Detail] = OF_ONE

    @abstractmethod
    def counter(self, number: int, width: int) -> str:
        """Which of the wanted images is selected, from 1, or 0 where there are none; and what is wanted."""

    @abstractmethod
    def detail(self, index: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
        """What was said of an image, in about `height` lines."""

    @abstractmethod
    def caption(self, index: int, width: int) -> Span:
        """The same in one short line."""

    def summary(self, width: int, height: int) -> list[Line]:
        """What was said of all images, in lines above the counter."""
        return []

    def header(self, width: int, height: int) -> list[Line]:
        """The lines above the images in a space of this size."""
        note: list[Line] = [((crop(f"! {self.view.note}", width), "notice"),)] if self.view.note else []
        text = self.counter(self.cursor + 1 if len(self.indices) else 0, width)
        mode = "" if self.view.epoch is None else "following" if self.following else "not following"
        line: Line = ((text, "title"),)
        if mode and len(text) + 2 + len(mode) <= width:
            line = (*line, (" " * (width - len(text) - len(mode)) + mode, "dim"))
        return [*note, *self.summary(width, height), line]

    def layout(self, width: int, height: int) -> Layout:
        return divide(width, height - len(self.header(width, height)), self.room)

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

    def cursor_at(self, width: int, height: int, x: int, y: int) -> int | None:
        """The cursor on the image that stands in the grid at a cell of a pane of this size; None where none does."""
        layout = self.layout(width, height)
        y -= len(self.header(width, height))
        if layout.grid_below:
            y -= layout.block_height + 1
        else:
            x -= layout.block_width + GAP
        column, row = x // CELL_WIDTH, y // CELL_HEIGHT
        if not (0 <= column < layout.columns and 0 <= row < layout.rows):
            return None
        cursor = self.top + row * layout.columns + column
        return cursor if cursor < len(self.indices) else None

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
            cursors = range(first, min(first + layout.columns, len(self.indices)))
            lines += _joined([self._cell(cursor, drawer) for cursor in cursors])
        return lines

    def _cell(self, cursor: int, drawer: Drawer) -> list[Line]:
        index = int(self.indices[cursor])
        words, style = self.caption(index, CELL_WIDTH - 1)
        shown = fit(words, CELL_WIDTH - 1), "cursor" if cursor == self.cursor else style
        return [*drawer(index, True), (shown,)]


def _joined(cells: Sequence[list[Line]]) -> list[Line]:
    if not cells:
        return []
    rows = zip(*cells, strict=True)
    return [tuple(span for line in row for span in pad(line, CELL_WIDTH)) for row in rows]
