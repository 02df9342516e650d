"""The ten probabilities of an image as bars or columns, those of several networks beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from engine.quantities import percent
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Span, fit, wrapped
from tui.panes.digits.view import Guess

NO_PROBABILITIES = "Only the class and its confidence are kept of this epoch; the last epoch has all ten probabilities."
NOT_KEPT = "not kept"
# Widths from which tenths are shown; a bar of fewer cells than eight says less than its figure.
LEAST_FOR_TENTHS = 20
LEAST_BAR = 8
GAP = 2


def bars(
    guesses: Sequence[Guess], names: Sequence[str], glyphs: Glyphs, width: int, height: int, labels: Sequence[str] = ()
) -> list[Line]:
    """Ten bars below each other, or ten columns where there are too few lines for that.

    The `guesses` are of the same image; `labels` name them where there are several."""
    if all(guess.probabilities is None for guess in guesses):
        return [(), *wrapped(NO_PROBABILITIES, width, "dim")]
    classes = [_Class(guesses, digit, name) for digit, name in enumerate(names)]
    if height > len(classes):
        return _bars(classes, guesses, labels, glyphs, width)
    return _columns(classes, guesses, labels, glyphs, width, height)


class _Class:
    """One class: `mark` and `style` tell whether it is the true one, or was predicted wrongly."""

    def __init__(self, guesses: Sequence[Guess], digit: int, name: str) -> None:
        self.digit = digit
        self.name = name
        self.mark, self.style = " ", ""
        if digit == guesses[0].true:
            self.mark, self.style = "✓", "right"
        elif any(digit == guess.predicted for guess in guesses):
            self.mark, self.style = "✗", "wrong"

    def style_of(self, guess: Guess) -> str:
        """How its bar looks among those of one network."""
        return self.style if self.digit in (guess.true, guess.predicted) else "bar"


@dataclass(frozen=True)
class _Widths:
    """Cells of a class's name, and of a network's bar and percentage."""

    name: int
    bar: int
    percent: int

    @property
    def tenths(self) -> int:
        """Digits of a percentage after its point."""
        return 0 if self.percent == 6 else 1


def _widths(names: Sequence[str], networks: int, width: int) -> _Widths:
    share = (width - (networks - 1) * GAP) // networks
    percent = 8 if share >= LEAST_FOR_TENTHS else 6
    longest = max(map(cell_len, names))
    name = max(1, min(longest, width - (networks - 1) * GAP - networks * (percent + LEAST_BAR) - 3))
    bar = (width - name - 3 - (networks - 1) * GAP) // networks - percent
    return _Widths(name, max(0, bar), percent)


def _bars(
    classes: Sequence[_Class], guesses: Sequence[Guess], labels: Sequence[str], glyphs: Glyphs, width: int
) -> list[Line]:
    """A line a class: mark, name, and of each network a bar and its percentage."""
    widths = _widths([one.name for one in classes], len(guesses), width)
    lines = [_heading(guesses, labels, widths)]
    for one in classes:
        spans: list[Span] = [(f"{one.mark} {fit(one.name, widths.name)} ", one.style)]
        for index, guess in enumerate(guesses):
            spans += [(" " * GAP, "")] if index else []
            spans += _bar(one, guess, widths, glyphs)
        lines.append(tuple(spans))
    return lines


def _bar(one: _Class, guess: Guess, widths: _Widths, glyphs: Glyphs) -> list[Span]:
    if guess.probabilities is None:
        return [(" " * (widths.bar + widths.percent), "")]
    probability = guess.probabilities[one.digit]
    figure = percent(probability, digits=widths.tenths).rjust(widths.percent)
    return [(glyphs.bar(probability, widths.bar), one.style_of(guess)), (figure, "")]


def _heading(guesses: Sequence[Guess], labels: Sequence[str], widths: _Widths) -> Line:
    """Whose bars stand below, where there are several."""
    cells = widths.bar + widths.percent
    shown = [
        fit(f"{label} {NOT_KEPT}" if guess.probabilities is None else label, cells, "")
        for label, guess in zip(labels, guesses, strict=False)
    ]
    return ((" " * (widths.name + 3) + (" " * GAP).join(shown), "title"),) if shown else ()


def _columns(
    classes: Sequence[_Class],
    guesses: Sequence[Guess],
    labels: Sequence[str],
    glyphs: Glyphs,
    width: int,
    height: int,
) -> list[Line]:
    """A column a class, the networks below each other; the names of the classes and their marks at the foot."""
    indent = max((cell_len(label) + 1 for label in labels), default=0)
    spacing = 3 if width >= indent + 3 * len(classes) else 2
    high = max(1, (height - 2) // len(guesses))
    lines: list[Line] = []
    for index, guess in enumerate(guesses):
        ten = guess.probabilities or (0.0,) * len(classes)
        drawn = [(one, glyphs.column(ten[one.digit], high)) for one in classes]
        for y in range(high):
            label = labels[index] if labels and y == high - 1 else ""
            cells = [(column[y] * (spacing - 1) + " ", one.style_of(guess)) for one, column in drawn]
            lines.append(((fit(label, indent, ""), "title"), *cells))
    names = [(fit(one.name, spacing - 1, "") + " ", one.style) for one in classes]
    marks = [(fit(one.mark, spacing, ""), one.style) for one in classes]
    return [*lines, *(((" " * indent, ""), *cells) for cells in (names, marks))]
