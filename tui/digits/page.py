"""The digits pane as lines: counter, selected digit, its ten bars, and the grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len

from engine.digits import Selection
from tui.digits.layout import CELL_HEIGHT, CELL_WIDTH, GAP, LARGE, SMALL, Layout, divide
from tui.digits.view import DigitsView, Guess, caption, counter
from tui.glyphs import Glyphs
from tui.lines import Line, beside, crop, fit, pad, wrapped

NOTHING = "No digit is like that here: choose another filter."
NO_PREDICTIONS = "No prediction yet: the first comes at the end of the first epoch."
NO_PROBABILITIES = "Only the class and its confidence are kept of this epoch; the last epoch has all ten probabilities."


LEAST_FOR_TENTHS = 20

Drawer = Callable[[int, bool], list[Line]]


@dataclass(frozen=True, eq=False)
class Page:
    """What to draw: the wanted images `indices`, the `cursor`-th of which is selected and the grid begins at `top`."""

    view: DigitsView
    wanted: Selection
    indices: npt.NDArray[np.intp]
    cursor: int
    top: int
    following: bool


def page(shown: Page, glyphs: Glyphs, width: int, height: int, drawer: Drawer) -> list[Line]:
    """The lines of the pane; `drawer` gives the picture of an image, small or not."""
    lines = _header(shown, glyphs, width)
    if not len(shown.indices):
        return [*lines, (), *wrapped(NOTHING, width, "dim")][:height]
    layout = divide(width, height - len(lines))
    guess = shown.view.guess(int(shown.indices[shown.cursor]))
    block = _block(shown, guess, layout, glyphs, drawer)
    grid = _grid(shown, layout, glyphs, drawer)
    if layout.grid_below:
        lines += [*block, (), *grid]
    else:
        lines += beside(block, grid, layout.block_width + GAP) if grid else block
    return lines[:height]


def header_height(view: DigitsView) -> int:
    """How many lines stand above the digits."""
    return 2 if view.note else 1


def _header(shown: Page, glyphs: Glyphs, width: int) -> list[Line]:
    place = shown.cursor + 1 if len(shown.indices) else 0
    text = counter(shown.view, shown.wanted, place, len(shown.indices), glyphs, width)
    line: Line = ((text, "title"),)
    mode = "following" if shown.following else "not following"
    if shown.view.predictions is not None and len(text) + 2 + len(mode) <= width:
        line = (*line, (" " * (width - len(text) - len(mode)) + mode, "dim"))
    note = shown.view.note
    return [((crop(f"{glyphs.notice} {note}", width, glyphs.ellipsis), "notice"),), line] if note else [line]


def _block(shown: Page, guess: Guess, layout: Layout, glyphs: Glyphs, drawer: Drawer) -> list[Line]:
    picture = drawer(guess.index, layout.small)
    words = _words(shown.view, guess, glyphs, layout.detail_width)
    room = layout.block_height - len(words) - (len(picture) if layout.stacked else 0)
    detail = [*words, *_bars(shown.view, guess, glyphs, layout.detail_width, room)]
    if layout.stacked:
        return [*picture, *detail]
    picture_width, _ = SMALL if layout.small else LARGE
    return beside(picture, detail, picture_width + GAP)[: layout.block_height]


def _words(view: DigitsView, guess: Guess, glyphs: Glyphs, width: int) -> list[Line]:
    true = f"true {view.class_names[guess.true]}"
    if guess.predicted is None:
        return [((crop(true, width, glyphs.ellipsis), "title"),), *wrapped(NO_PREDICTIONS, width, "dim")]
    style, mark = ("right", glyphs.right_answer) if guess.right else ("wrong", glyphs.wrong_answer)
    name, confidence = view.class_names[guess.predicted], f"{100 * guess.confidence:.1f} %"
    words = f"{mark} predicted {name}, {confidence}"
    if len(words) > width:
        words = f"{crop(f'{mark} {glyphs.arrow} {name}', width - len(confidence) - 1, glyphs.ellipsis)} {confidence}"
    return [((crop(true, width, glyphs.ellipsis), "title"),), ((words, style),)]


def _bars(view: DigitsView, guess: Guess, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    """Ten bars below each other, or ten columns where there are too few lines for that."""
    if guess.predicted is None:
        return []
    if guess.probabilities is None:
        return [(), *wrapped(NO_PROBABILITIES, width, "dim")]
    classes = [_Class(guess, digit, name, glyphs) for digit, name in enumerate(view.class_names)]
    if height > len(classes):
        longest = max(map(cell_len, view.class_names))
        return [(), *(one.bar(glyphs, width, longest) for one in classes)]
    return _columns(classes, glyphs, max(1, height - 2), 3 if width >= 3 * len(classes) else 2)


class _Class:
    """How probable a class is: `mark` and `style` tell whether it is the true or the predicted one."""

    def __init__(self, guess: Guess, digit: int, name: str, glyphs: Glyphs) -> None:
        self.name = name
        self.probability = guess.probabilities[digit] if guess.probabilities else 0.0
        self.mark, self.style = " ", "bar"
        if digit == guess.true:
            self.mark, self.style = glyphs.right_answer, "right"
        elif digit == guess.predicted:
            self.mark, self.style = glyphs.wrong_answer, "wrong"

    def bar(self, glyphs: Glyphs, width: int, longest: int) -> Line:
        """Mark, name (at most `longest` cells), bar and probability in one line."""
        tenths = width >= LEAST_FOR_TENTHS
        percent = f"{100 * self.probability:.{int(tenths)}f} %".rjust(8 if tenths else 6)
        name = fit(self.name, max(1, min(longest, width - len(percent) - 11)), glyphs.ellipsis)
        bar = glyphs.bar(self.probability, max(0, width - cell_len(name) - len(percent) - 3))
        named = "" if self.mark == " " else self.style
        return ((f"{self.mark} {name} ", named), (bar, self.style), (percent, ""))


def _columns(classes: Sequence[_Class], glyphs: Glyphs, height: int, spacing: int) -> list[Line]:
    """A column each, its name below it, its mark below that."""
    gap = " "
    drawn = [glyphs.column(one.probability, height) for one in classes]
    lines: list[Line] = [
        tuple((column[y] * (spacing - 1) + gap, one.style) for one, column in zip(classes, drawn, strict=True))
        for y in range(height)
    ]
    lines.append(tuple((fit(one.name, spacing - 1, "") + gap, "" if one.mark == " " else one.style) for one in classes))
    lines.append(tuple((fit(one.mark, spacing), one.style) for one in classes))
    return lines


def _grid(shown: Page, layout: Layout, glyphs: Glyphs, drawer: Drawer) -> list[Line]:
    lines: list[Line] = []
    for row in range(layout.rows):
        first = shown.top + row * layout.columns
        places = range(first, min(first + layout.columns, len(shown.indices)))
        cells = [_cell(shown, place, glyphs, drawer) for place in places]
        lines += _joined(cells)
    return lines


def _cell(shown: Page, place: int, glyphs: Glyphs, drawer: Drawer) -> list[Line]:
    guess = shown.view.guess(int(shown.indices[place]))
    words = fit(caption(shown.view, guess, glyphs, CELL_WIDTH - 1), CELL_WIDTH - 1, glyphs.ellipsis)
    style = {None: "", True: "right", False: "wrong"}[guess.right]
    if place == shown.cursor:
        style = "cursor"
    return [*drawer(guess.index, True), ((words, style),)]


def _joined(cells: Sequence[list[Line]]) -> list[Line]:
    if not cells:
        return []
    rows = zip(*cells, strict=True)
    return [tuple(span for line in row for span in pad(line, CELL_WIDTH)) for row in rows]


def place_at(shown: Page, width: int, height: int, x: int, y: int) -> int | None:
    """Which of the wanted images stands in the grid at a cell of the pane."""
    layout = divide(width, height - header_height(shown.view))
    y -= header_height(shown.view)
    if layout.grid_below:
        y -= layout.block_height + 1
    else:
        x -= layout.block_width + GAP
    column, row = x // CELL_WIDTH, y // CELL_HEIGHT
    if not (0 <= column < layout.columns and 0 <= row < layout.rows):
        return None
    place = shown.top + row * layout.columns + column
    return place if place < len(shown.indices) else None
