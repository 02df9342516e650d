"""The digits pane: test digits beside what the network said of them, epoch by epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from rich.style import Style
from textual.binding import BindingType
from textual.color import Color
from textual.events import Click
from textual.message import Message

from engine.digits import Selection
from tui.digits.draw import GREYS, draw, styles
from tui.digits.layout import Layout, divide
from tui.digits.page import Page, header_height, page, place_at
from tui.digits.view import DigitsView
from tui.glyphs import TRUECOLOUR, UNICODE, Glyphs
from tui.keys import hidden, shown
from tui.lines import Line, Tone, wrapped
from tui.scroll import window
from tui.widgets.rows import Rows

EMPTY = "No test digits yet: they come with the data set of the first run (F5 starts one)."


class Digits(Rows, can_focus=True):
    """Shows a `DigitsView`; asks for the predictions of other epochs by `EpochWanted`."""

    CSS_PREFIX = "digits"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "digits--digit", "digits--title", "digits--dim", "digits--notice",
        "digits--right", "digits--wrong", "digits--bar", "digits--cursor",
    }  # fmt: skip
    DEFAULT_CSS = """
    Digits {
        background: $surface;
        & > .digits--digit { color: $foreground; }
        & > .digits--title { text-style: bold; }
        & > .digits--dim { color: $text-muted; }
        & > .digits--notice { color: $text-warning; text-style: bold; }
        & > .digits--right { color: $text-success; }
        & > .digits--wrong { color: $text-error; text-style: bold; }
        & > .digits--bar { color: $text-primary; }
        & > .digits--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("digits.previous", "left", "move(-1)", "Previous", "The digit before"),
        hidden("digits.next", "right", "move(1)", "Next", "The digit after"),
        hidden("digits.up", "up", "move_row(-1)", "Up", "A row of digits up"),
        hidden("digits.down", "down", "move_row(1)", "Down", "A row of digits down"),
        hidden("digits.page_up", "pageup", "move_page(-1)", "Page up", "A page of digits up"),
        hidden("digits.page_down", "pagedown", "move_page(1)", "Page down", "A page of digits down"),
        hidden("digits.first", "home", "move_to(0)", "First", "The first digit"),
        hidden("digits.last", "end", "move_to(-1)", "Last", "The last digit"),
        shown("digits.mistakes", "m", "mistakes", "Mistakes", "Only the mistakes, or right answers as well"),
        shown("digits.unsure", "u", "least_certain", "Unsure first", "The least certain predictions first"),
        shown("digits.class", "c", "next_class(1)", "Class", "Only digits of the next class; after the last, of all"),
        hidden("digits.class_before", "C", "next_class(-1)", "Class before", "Only digits of the class before"),
        shown("digits.all", "a", "all", "All", "All digits, in the order of the test set"),
        shown("digits.earlier", "left_square_bracket", "epoch(-1)", "Earlier", "What an earlier epoch predicted", "["),
        shown("digits.later", "right_square_bracket", "epoch(1)", "Later", "What a later epoch predicted", "]"),
        shown("digits.follow", "f", "follow", "Follow", "Always what the newest epoch predicted"),
        shown("digits.drawing", "d", "next_style", "Drawing", "Draw by half blocks, braille, shades or ASCII"),
    ]

    class EpochWanted(Message):
        """The predictions of `epoch` are wanted, or of the newest one when it is None."""

        def __init__(self, digits: Digits, epoch: int | None) -> None:
            super().__init__()
            self.digits = digits
            self.epoch = epoch

        @property
        def control(self) -> Digits:
            return self.digits

    def __init__(
        self,
        glyphs: Glyphs = UNICODE,
        colours: int = TRUECOLOUR,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs, id=id, classes=classes)
        self.styles_shown = styles(glyphs, colours)
        self.style_shown = self.styles_shown[0]
        self.following = True
        self.view: DigitsView | None = None
        self.wanted = Selection()
        self._indices = np.empty(0, np.intp)
        self._cursor = 0
        self._top = 0
        self._pictures: dict[tuple[int, bool, str], list[Line]] = {}

    @property
    def selected(self) -> int | None:
        """The index of the selected image in the test set."""
        return int(self._indices[self._cursor]) if len(self._indices) else None

    def show(self, view: DigitsView | None) -> None:
        """Show other images or another epoch's predictions; the selected image stays where it can."""
        if view is None or self.view is None or view.images is not self.view.images:
            self._pictures.clear()
        before, self.view = self.selected, view
        self._indices = np.empty(0, np.intp) if view is None else view.select(self.wanted)
        self._cursor = min(self._cursor, max(0, len(self._indices) - 1))
        if before in self._indices:
            self._cursor = int(np.flatnonzero(self._indices == before)[0])
        self.redraw()
        self.refresh_bindings()

    def select(self, wanted: Selection) -> None:
        """Show only the wanted images, from the first of them."""
        self.wanted = wanted
        self._indices = self._indices[:0]
        self._cursor = 0
        self.show(self.view)

    def draw(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return wrapped(EMPTY, width, "dim")
        layout = self._layout()
        self._top = window(self._cursor, self._top, layout.columns, layout.rows, len(self._indices))
        return page(self._page(self.view), self.glyphs, width, height, self._picture)

    def make_look(self, style: str | Tone) -> Style:
        """A `Tone` lies between the colours of the widget's background and of its digits."""
        if not isinstance(style, Tone):
            return super().make_look(style)
        digit = self.look("digit")
        if digit.color is None or digit.bgcolor is None:
            return digit
        paper, ink = Color.from_rich_color(digit.bgcolor), Color.from_rich_color(digit.color)
        symbol, behind = (paper.blend(ink, grey / (GREYS - 1)).rich_color for grey in style)
        return Style.from_color(symbol, behind)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what has no meaning without digits, predictions or another epoch."""
        if self.view is None:
            return None
        if action in ("mistakes", "least_certain") and self.view.predictions is None:
            return None
        if action == "epoch" and self._epoch_beside(int(str(parameters[0]))) is None:
            return None
        return True

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_move_row(self, by: int) -> None:
        self._move_to(self._cursor + by * max(1, self._layout().columns))

    def action_move_page(self, by: int) -> None:
        layout = self._layout()
        self._move_to(self._cursor + by * max(1, layout.columns * layout.rows))

    def action_move_to(self, place: int) -> None:
        self._move_to(place if place >= 0 else len(self._indices) - 1)

    def action_mistakes(self) -> None:
        self.select(replace(self.wanted, mistakes=not self.wanted.mistakes, predicted=None))

    def action_least_certain(self) -> None:
        self.select(replace(self.wanted, least_certain=not self.wanted.least_certain))

    def action_next_class(self, by: int) -> None:
        # None stands before class 0 and after class 9.
        place = (-1 if self.wanted.true is None else self.wanted.true) + by
        true = (place + 1) % 11 - 1
        self.select(replace(self.wanted, true=None if true < 0 else true, predicted=None))

    def action_all(self) -> None:
        self.select(Selection())

    def action_epoch(self, by: int) -> None:
        epoch = self._epoch_beside(by)
        if epoch is not None:
            self.following = False
            self.post_message(self.EpochWanted(self, epoch))

    def action_follow(self) -> None:
        self.following = True
        self.redraw()
        self.post_message(self.EpochWanted(self, None))

    def action_next_style(self) -> None:
        place = self.styles_shown.index(self.style_shown) + 1
        self.style_shown = self.styles_shown[place % len(self.styles_shown)]
        self.redraw()

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if self.view is not None and offset is not None:
            place = place_at(self._page(self.view), self.size.width, self.size.height, offset.x, offset.y)
            self._move_to(self._cursor if place is None else place)

    def _move_to(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self._indices) - 1))
        self.redraw()

    def _epoch_beside(self, by: int) -> int | None:
        """The kept epoch next to the one shown."""
        if self.view is None or self.view.predictions is None:
            return None
        shown = self.view.predictions.epoch
        if by < 0:
            return max((epoch for epoch in self.view.epochs if epoch < shown), default=None)
        return min((epoch for epoch in self.view.epochs if epoch > shown), default=None)

    def _layout(self) -> Layout:
        above = header_height(self.view) if self.view else 0
        return divide(self.size.width, self.size.height - above)

    def _page(self, view: DigitsView) -> Page:
        return Page(view, self.wanted, self._indices, self._cursor, self._top, self.following)

    def _picture(self, index: int, small: bool) -> list[Line]:
        key = index, small, self.style_shown
        if self.view is not None and key not in self._pictures:
            self._pictures[key] = draw(self.view.images[index], self.style_shown, small)
        return self._pictures[key]
