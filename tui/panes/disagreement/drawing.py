"""The disagreement pane as lines: counts, selected digit, what two networks said of it, and the grid."""

from __future__ import annotations

from engine.comparison.disagreement import Choice
from engine.quantities import percent
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, crop, wrapped
from tui.panes.digits.layout import OF_TWO
from tui.panes.digits.probability_bars import bars
from tui.panes.digits.sheet import Sheet
from tui.panes.digits.view import Guess
from tui.panes.disagreement.view import PairView, caption, counter, counts, verdict

# Where there are fewer lines than this, luck is judged in one of them.
LEAST_FOR_SENTENCE = 14
MOST_OF_SENTENCE = 3


class PairPage(Sheet[PairView, Choice]):
    """Digits beside what two networks said of them."""

    room = OF_TWO

    def counter(self, number: int, width: int) -> str:
        return counter(self.view, self.selection, number, len(self.indices), width)

    def summary(self, width: int, height: int) -> list[Line]:
        """How many images are of each kind, and whether that is luck."""
        sentence, in_brief = verdict(self.view)
        brief: list[Line] = [((crop(in_brief, width), "dim"),)]
        long = height >= LEAST_FOR_SENTENCE
        return [
            counts(self.view, self.selection.kind, width),
            *(wrapped(sentence, width, "dim", MOST_OF_SENTENCE) if long else brief),
        ]

    def detail(self, index: int, glyphs: Glyphs, width: int, height: int) -> list[Line]:
        names, guesses = self.view.class_names, self.view.guesses(index)
        lines: list[Line] = [((crop(f"true {names[guesses[0].true]}", width), "title"),)]
        for name, label, one in zip(self.view.names, self.view.labels, guesses, strict=True):
            lines.append((_answer(name, label, one, names[one.predicted or 0], width),))
        return [*lines, *bars(guesses, names, glyphs, width, height - len(lines), self.view.labels)]

    def caption(self, index: int, width: int) -> Span:
        return caption(self.view, index, width), ""


def _answer(run: str, label: str, guess: Guess, predicted: str, width: int) -> Span:
    """What a network said: `✗ B dropout: 9, 61.0 %`, its name and the class cut as the width demands."""
    mark, style = ("✓", "right") if guess.right else ("✗", "wrong")
    confidence = percent(guess.confidence, digits=1)
    space = width - len(f"{mark} : , {confidence}")
    shown = crop(predicted, max(1, space - len(label)))
    room = space - len(shown)
    name = title_in(run, room) if room > len(label) + 2 else label
    return f"{mark} {name}: {shown}, {confidence}", style
