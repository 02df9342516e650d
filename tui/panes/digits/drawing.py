"""The digits pane as lines: counter, selected digit, its ten bars, and the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import Selection
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, crop, wrapped
from tui.panes.digits.probability_bars import bars
from tui.panes.digits.sheet import Sheet, mode_line, note_lines
from tui.panes.digits.view import DigitsView, Guess, caption, counter

NO_PREDICTIONS = "No prediction yet: the first comes at the end of the first epoch."


@dataclass(frozen=True, eq=False)
class Page(Sheet):
    """What to draw: the wanted images `indices`, the `cursor`-th of which is selected and the grid begins at `top`."""

    view: DigitsView
    wanted: Selection
    indices: npt.NDArray[np.intp]
    cursor: int
    top: int
    following: bool

    def header_height(self, width: int, height: int) -> int:
        return 2 if self.view.note else 1

    def header(self, width: int, height: int) -> list[Line]:
        place = self.cursor + 1 if len(self.indices) else 0
        text = counter(self.view, self.wanted, place, len(self.indices), width)
        known = self.view.predictions is not None
        line = mode_line(text, self.following, width) if known else ((text, "title"),)
        return [*note_lines(self.view.note, width), line]

    def detail(self, index: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
        guess = self.view.guess(index)
        words = _words(self.view, guess, width)
        if guess.predicted is None:
            return words
        return [*words, *bars([guess], self.view.class_names, glyphs, width, height - len(words))]

    def caption(self, index: int, width: int) -> Span:
        guess = self.view.guess(index)
        return caption(self.view, guess, width), {None: "", True: "right", False: "wrong"}[guess.right]


def _words(view: DigitsView, guess: Guess, width: int) -> list[Line]:
    true = f"true {view.class_names[guess.true]}"
    if guess.predicted is None:
        return [((crop(true, width), "title"),), *wrapped(NO_PREDICTIONS, width, "dim")]
    style, mark = ("right", "✓") if guess.right else ("wrong", "✗")
    name, confidence = view.class_names[guess.predicted], f"{100 * guess.confidence:.1f} %"
    words = f"{mark} predicted {name}, {confidence}"
    if len(words) > width:
        words = f"{crop(f'{mark} → {name}', width - len(confidence) - 1)} {confidence}"
    return [((crop(true, width), "title"),), ((words, style),)]
