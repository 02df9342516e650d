"""Test images to go through: one large beside what was said of it, the others in a grid, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np
from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message

from engine.config.run_config import CLASSES
from tui.drawing.glyphs import TRUECOLOUR, UNICODE, Glyphs
from tui.drawing.styled_lines import Line, window, wrapped
from tui.panes.digits.digit_lines import DigitLines
from tui.panes.digits.image import draw, styles
from tui.panes.digits.sheet import ImagesT, SelectionT, Sheet
from tui.widgets.bindings import hidden, shown, with_keys


def keys(own: Iterable[BindingType], all_wanted: str) -> list[BindingType]:
    """The keys of a gallery: `own` ones between those that move and those for class, all images and epochs."""
    return [
        hidden("left", "move(-1)", "Previous", "The digit before"),
        hidden("right", "move(1)", "Next", "The digit after"),
        hidden("up", "move_row(-1)", "Up", "A row of digits up"),
        hidden("down", "move_row(1)", "Down", "A row of digits down"),
        hidden("page_up", "move_page(-1)", "Page up", "A page of digits up"),
        hidden("page_down", "move_page(1)", "Page down", "A page of digits down"),
        hidden("first", "move_to(0)", "First", "The first digit"),
        hidden("last", "move_to(-1)", "Last", "The last digit"),
        *own,
        shown("class", "next_class(1)", "Class", "Only digits of the next class; after the last, of all"),
        hidden("class_before", "next_class(-1)", "Class before", "Only digits of the class before"),
        shown("all", "all", "All", all_wanted),
        shown("earlier", "epoch(-1)", "Earlier", "What an earlier epoch predicted"),
        shown("later", "epoch(1)", "Later", "What a later epoch predicted"),
        hidden("earliest", "first_epoch", "First epoch", "What the first epoch predicted"),
        shown("latest", "follow", "Newest", "Always what the newest epoch predicted"),
        shown("drawing", "next_style", "Drawing", "Draw by half blocks, braille, shades or ASCII"),
    ]


class Gallery(DigitLines, Generic[ImagesT, SelectionT]):
    """Shows images and lets one go through the wanted ones; asks for another epoch by `EpochWanted`."""

    @dataclass
    class EpochWanted(Message):
        """The predictions of `epoch` are wanted, or of the newest one when it is None."""

        epoch: int | None

    # What is wanted unless something else is, what is drawn of it, and what to say where there are no images.
    standard: SelectionT
    page: type[Sheet[ImagesT, SelectionT]]
    empty = ""

    def __init__(self, glyphs: Glyphs = UNICODE, colours: int = TRUECOLOUR) -> None:
        super().__init__(glyphs, styles(glyphs, colours))
        self.following = True
        self.view: ImagesT | None = None
        self.selection = self.standard
        self._indices = np.empty(0, np.intp)
        self._cursor = 0
        self._top = 0
        self._pictures: dict[tuple[int, bool, str], list[Line]] = {}

    @property
    def selected(self) -> int | None:
        """The index of the selected image in the test set."""
        return int(self._indices[self._cursor]) if len(self._indices) else None

    def show(self, view: ImagesT | None, empty: str = "") -> None:
        """Show other images or another epoch's predictions; the selected image stays where it can.

        Without images, `empty` says why."""
        self.empty = empty or self.empty
        if view is None or self.view is None or view.images is not self.view.images:
            self._pictures.clear()
        before, self.view = self.selected, view
        self._indices = np.empty(0, np.intp) if view is None else view.select(self.selection)
        self._cursor = min(self._cursor, max(0, len(self._indices) - 1))
        if before in self._indices:
            self._cursor = int(np.flatnonzero(self._indices == before)[0])
        self.redraw()
        self.refresh_bindings()

    def select(self, selection: SelectionT) -> None:
        """Show only the wanted images, from the first of them."""
        self.selection = selection
        self._indices = self._indices[:0]
        self._cursor = 0
        self.show(self.view)

    def draw(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return wrapped(with_keys(self.empty), width, "dim")
        columns, rows = self._grid
        self._top = window(self._cursor, self._top, columns, rows, len(self._indices))
        return self._sheet(self.view).lines(self.glyphs, width, height, self._picture)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what has no meaning without images or another epoch."""
        if self.view is None or (action == "epoch" and self._epoch_beside(int(str(parameters[0]))) is None):
            return None
        if action == "first_epoch" and self._epoch_beside(-1) is None:
            return None
        return True

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_move_row(self, by: int) -> None:
        self.lay_out()
        self._move_to(self._cursor + by * max(1, self._grid[0]))

    def action_move_page(self, by: int) -> None:
        self.lay_out()
        columns, rows = self._grid
        self._move_to(self._cursor + by * max(1, columns * rows))

    def action_move_to(self, index: int) -> None:
        self._move_to(index if index >= 0 else len(self._indices) - 1)

    def action_next_class(self, by: int) -> None:
        # None stands before the first class and after the last.
        index = (-1 if self.selection.true is None else self.selection.true) + by
        true = (index + 1) % (CLASSES + 1) - 1
        selection: Any = self.selection
        self.select(replace(selection, true=None if true < 0 else true, predicted=None))

    def action_all(self) -> None:
        self.select(self.standard)

    def action_epoch(self, by: int) -> None:
        epoch = self._epoch_beside(by)
        if epoch is not None:
            self.following = False
            self.post_message(self.EpochWanted(epoch))

    def action_first_epoch(self) -> None:
        if self.view is not None and self.view.epochs:
            self.following = False
            self.post_message(self.EpochWanted(min(self.view.epochs)))

    def action_follow(self) -> None:
        self.following = True
        self.redraw()
        self.post_message(self.EpochWanted(None))

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if self.view is not None and offset is not None:
            index = self._sheet(self.view).cursor_at(*self.size, offset.x, offset.y)
            self._move_to(self._cursor if index is None else index)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_move_row(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_move_row(-1)

    def _move_to(self, index: int) -> None:
        self._cursor = max(0, min(index, len(self._indices) - 1))
        self.redraw()

    def _epoch_beside(self, by: int) -> int | None:
        """The kept epoch next to the one shown."""
        if self.view is None or self.view.epoch is None:
            return None
        shown = self.view.epoch
        if by < 0:
            return max((epoch for epoch in self.view.epochs if epoch < shown), default=None)
        return min((epoch for epoch in self.view.epochs if epoch > shown), default=None)

    def _sheet(self, view: ImagesT) -> Sheet[ImagesT, SelectionT]:
        return self.page(view, self.selection, self._indices, self._cursor, self._top, self.following)

    @property
    def _grid(self) -> tuple[int, int]:
        if self.view is None:
            return 0, 0
        layout = self._sheet(self.view).layout(*self.size)
        return layout.columns, layout.rows

    def _picture(self, index: int, small: bool) -> list[Line]:
        key = index, small, self.style_shown
        if self.view is not None and key not in self._pictures:
            self._pictures[key] = draw(self.view.images[index], self.style_shown, small)
        return self._pictures[key]
