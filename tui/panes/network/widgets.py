"""The panes of a network: the map of its units, the unit under the cursor, and what the first layer has learned."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click

from tui.drawing.styled_lines import Line, crop
from tui.panes.network.gallery import GAP, WIDE, Gallery, gallery_lines
from tui.panes.network.painting import LEAST, NetworkLines, side_by_side, side_width
from tui.panes.network.unit_drawing import unit_lines
from tui.panes.network.unit_map import UnitMap, headline, symbols_line
from tui.panes.network.view import NetworkView, Place
from tui.widgets.bindings import hidden


class SideBySide(NetworkLines):
    """Draws a network and, beside it where there is room, that of the run it is compared with."""

    # Cells that each has at least.
    LEAST_SIDE: ClassVar[int] = LEAST

    def lines(self, width: int, height: int) -> list[Line]:
        assert self.scene.view is not None
        side = self.side(width)
        views = [self.scene.view]
        if self.scene.reference is not None and side < width:
            views.append(self.scene.reference)
        return side_by_side([self.side_lines(view, side, height) for view in views], side)

    def side(self, width: int) -> int:
        """Cells of one network."""
        return side_width(width, self.scene.reference is not None, self.LEAST_SIDE)

    def side_lines(self, view: NetworkView, width: int, height: int) -> list[Line]:
        """The lines of one network of the scene."""
        raise NotImplementedError


class UnitsPane(SideBySide):
    """The units of a network as a map and, beside it, those of the run it is compared with."""

    def side_lines(self, view: NetworkView, width: int, height: int) -> list[Line]:
        scene, is_shown = self.scene, view is self.scene.view
        accuracy = scene.answer.accuracy if is_shown and scene.gains and scene.answer else view.whole.accuracy
        off = {layer: gains == 0 for layer, gains in scene.gains.items()} if is_shown else {}
        drawn = UnitMap(view.sizes, view.nearest(scene.place), width, height)
        lines = [((crop(headline(view, accuracy, width), width), "title"),), *drawn.lines(view, off, self.glyphs)]
        note: Line = ((crop(view.note, width), "notice"),)
        last = note if view.note else symbols_line(view, bool(off), self.glyphs, width)
        return [*lines, *[()] * (height - 1 - len(lines)), last]

    def _shown(self) -> UnitMap:
        """The map of the run that is shown, as it is drawn."""
        assert self.scene.view is not None
        place = self.scene.view.nearest(self.scene.place)
        return UnitMap(self.scene.view.sizes, place, self.side(self.size.width), self.size.height)

    def beside(self, right: int, down: int) -> Place:
        return self._shown().beside(right, down)

    def on_click(self, event: Click) -> None:
        """Move to the unit under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and self.scene.view is not None and (place := self._shown().at(offset.x, offset.y)):
            self.go(place)


class UnitPane(NetworkLines):
    """What the unit under the cursor looks for, and what the network answers, of one digit and of all."""

    def lines(self, width: int, height: int) -> list[Line]:
        return unit_lines(self.scene, self.glyphs, self.style_shown, width, height)

    def beside(self, right: int, down: int) -> Place:
        """Down go the units of a layer, to the right the layers."""
        assert self.scene.view is not None
        layer, unit = self.scene.view.nearest(self.scene.place)
        return self.scene.view.nearest(Place(layer + right, unit + down))


class FirstLayerPane(SideBySide):
    """The weights of the first layer's units in pictures, the most influential first and, beside them, those of the run
    it is compared with."""

    # Two pictures, so that there are rows of them.
    LEAST_SIDE = 2 * WIDE + GAP
    # From which picture on it shows them, and of which network.
    _top = 0
    _pictured: NetworkView | None = None

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("page_up", "move_page(-1)", "Page up", "A page of units up"),
        hidden("page_down", "move_page(1)", "Page down", "A page of units down"),
        hidden("first", "move_to(0)", "First", "The most influential unit"),
        hidden("last", "move_to(-1)", "Last", "The least influential unit"),
    ]

    def side_lines(self, view: NetworkView, width: int, height: int) -> list[Line]:
        gallery, off = self._gallery(width, height), self.scene.is_off(0)
        if view is not self.scene.view:
            gallery, off = gallery.of(view.orders[0]), None
        is_alone = self.side(self.size.width) == self.size.width
        return gallery_lines(view, gallery, off, self.style_shown, self.glyphs, is_alone)

    def _gallery(self, width: int, height: int) -> Gallery:
        assert self.scene.view is not None
        place = self.scene.view.nearest(self.scene.place)
        unit = place.unit if place.layer == 0 else None
        # While one moves elsewhere it stays: to draw other pictures at every key would be felt over a slow link.
        top = None if self.has_focus or self.scene.view is not self._pictured else self._top
        gallery = Gallery.within(self.scene.view.orders[0], unit, width, height, top)
        self._top, self._pictured = gallery.top, self.scene.view
        return gallery

    def _shown(self) -> Gallery:
        """The pictures of the run that is shown, as they are drawn."""
        return self._gallery(self.side(self.size.width), self.size.height)

    def beside(self, right: int, down: int) -> Place:
        gallery = self._shown()
        return gallery.place(gallery.rank + right + down * gallery.columns)

    def action_move_page(self, by: int) -> None:
        self.lay_out()
        if self.scene.view is not None:
            self.action_move(0, by * self._shown().rows)

    def action_move_to(self, rank: int) -> None:
        if self.scene.view is not None:
            gallery = self._shown()
            self.go(gallery.place(rank if rank >= 0 else len(gallery.order) - 1))

    def on_click(self, event: Click) -> None:
        """Move to the unit under the mouse."""
        offset = event.get_content_offset(self)
        if self.scene.view is not None and offset is not None:
            gallery = self._shown()
            rank = gallery.at(offset.x, offset.y)
            if rank is not None:
                self.go(gallery.place(rank))
