"""The weights of the first layer's units in small pictures, in an order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.inference.features import pattern
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, beside, fit, window
from tui.panes.network.picture import draw_weights
from tui.panes.network.unit_map import DEAD, OFF, SATURATED, headline
from tui.panes.network.view import Indices, NetworkView, Place

# Cells of a picture, and between two.
WIDE, HIGH, GAP = 14, 7, 2
NOTE = "The most influential first: outgoing weights × spread."


@dataclass(frozen=True)
class Gallery:
    """`columns` by `rows` pictures of units in an `order`, from the `top`-th on; the cursor is on the `rank`-th, or on
    none, the first then standing for it."""

    order: Indices
    rank: int
    has_cursor: bool
    columns: int
    rows: int
    top: int
    width: int

    @classmethod
    def within(cls, order: Indices, unit: int | None, width: int, height: int, top: int | None = None) -> Gallery:
        """The gallery in a space of so many cells, from the `top`-th picture on or, without one, with the unit in
        sight."""
        columns, rows = max(1, (width + GAP) // (WIDE + GAP)), max(1, (height - 1) // (HIGH + 1))
        rank = 0 if unit is None else int(np.flatnonzero(order == unit)[0])
        page = columns * rows
        if top is None:
            top = window(rank, rank // page * page, columns, rows, len(order))
        return cls(order, rank, unit is not None, columns, rows, top, width)

    def place(self, rank: int) -> Place:
        """The unit of a rank, or of the nearest there is."""
        return Place(0, int(self.order[max(0, min(rank, len(self.order) - 1))]))

    def of(self, order: Indices) -> Gallery:
        """The units of another network whose ranks these are; none has the cursor."""
        return replace(self, order=order, has_cursor=False)

    def at(self, x: int, y: int) -> int | None:
        """The rank of the picture at a cell of the pane."""
        row, column = (y - 1) // (HIGH + 1), x // (WIDE + GAP)
        rank = self.top + row * self.columns + column
        return rank if y > 0 and row < self.rows and column < self.columns and rank < len(self.order) else None


def gallery_lines(
    view: NetworkView,
    gallery: Gallery,
    off: npt.NDArray[np.bool_] | None,
    style: str,
    glyphs: Glyphs,
    is_alone: bool = True,
) -> list[Line]:
    """A line of what there is to know or, beside another network, of whose units these are; and rows of pictures with
    the units' numbers below."""
    head = (_note(view), "dim") if is_alone else (headline(view, view.whole.accuracy, gallery.width), "title")
    lines: list[Line] = [((fit(head[0], gallery.width), head[1]),)]
    for row in range(gallery.rows):
        ranks = range(gallery.top + row * gallery.columns, len(gallery.order))[: gallery.columns]
        drawn: list[Line] = []
        for column, rank in enumerate(ranks):
            unit = int(gallery.order[rank])
            picture = [
                *draw_weights(pattern(view.network, 0, unit), style, glyphs, small=True),
                (_caption(view, unit, gallery.has_cursor and rank == gallery.rank, off),),
            ]
            drawn = beside(drawn, picture, column * (WIDE + GAP))
        lines += drawn
    return lines


def _note(view: NetworkView) -> str:
    return NOTE if view.outputs else "The weights of the outputs, one a class."


def _caption(view: NetworkView, unit: int, has_cursor: bool, off: npt.NDArray[np.bool_] | None) -> Span:
    """The number of a unit, or the name of an output, and a mark where there is one."""
    figures = view.activations.figures[0]
    mark = DEAD if figures.dead[unit] else SATURATED if figures.saturated[unit] else ""
    mark = OFF if off is not None and off[unit] else mark
    name = f"unit {unit + 1:,}" if view.outputs else view.class_names[unit]
    return fit(f"{name} {mark}".strip(), WIDE), "cursor" if has_cursor else "dim"
