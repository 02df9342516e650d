"""The digits pane as lines: counter, selected digit, its ten bars, and the grid."""

from __future__ import annotations

from engine.comparison.confusion import Selection
from engine.quantities import percent
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, crop, wrapped
from tui.panes.digits.probability_bars import bars
from tui.panes.digits.sheet import Sheet
from tui.panes.digits.view import DigitsView, Guess, caption, counter

NO_PREDICTIONS = "No prediction yet: the first comes at the end of the first epoch."


class Page(Sheet[DigitsView, Selection]):
    """Digits beside what one network said of them."""

    def counter(self, number: int, width: int) -> str:
        return counter(self.view, self.selection, number, len(self.indices), width)

    def detail(self, index: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
        guess = self.view.guess(index)
        text = _words(self.view, guess, width)
        if guess.predicted is None:
            return text
        return [*text, *bars([guess], self.view.class_names, glyphs, width, height - len(text))]

    def caption(self, index: int, width: int) -> Span:
        guess = self.view.guess(index)
        return caption(self.view, guess, width), {None: "", True: "right", False: "wrong"}[guess.right]


def _words(view: DigitsView, guess: Guess, width: int) -> list[Line]:
    true = f"true {view.class_names[guess.true]}"
    if guess.predicted is None:
        return [((crop(true, width), "title"),), *wrapped(NO_PREDICTIONS, width, "dim")]
    style, mark = ("right", "✓") if guess.right else ("wrong", "✗")
    name, confidence = view.class_names[guess.predicted], percent(guess.confidence, digits=1)
    text = f"{mark} predicted {name}, {confidence}"
    if len(text) > width:
        text = f"{crop(f'{mark} → {name}', width - len(confidence) - 1)} {confidence}"
    return [((crop(true, width), "title"),), ((text, style),)]
