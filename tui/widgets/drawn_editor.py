"""The one text input of a form, drawn by the form itself: it has no place of its own, so moving it lays out nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from rich.cells import cell_len
from textual.geometry import Offset, Region
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.drawing.styled_lines import Line


class DrawnEditor(Input):
    """An input that is never displayed: it takes up to `longest` letters while something is edited, and says how the
    text is drawn."""

    def __init__(self, longest: int = 0) -> None:
        super().__init__(select_on_focus=False, max_length=longest)
        self.cursor_blink = False
        self.display = False
        self.is_open = False
        # Where the form draws it on the screen.
        self.at = Offset(0, 0)
        self._known: tuple[str, ...] = ()
        self._several = True
        self._opened = ""

    @property
    def is_touched(self) -> bool:
        """Whether the text is another than when it was opened or filled."""
        return self.value != self._opened

    @property
    def completion(self) -> str:
        """What would complete the last of some words or, where there are not several, all."""
        last = re.split("[,/]", self.value)[-1] if self._several else self.value
        return next((word[len(last) :] for word in self._known if last and word.startswith(last)), "")

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's cursor belongs: what is composed by an input method appears there."""
        return self.at + Offset(cell_len(self.value[: self.cursor_position]), 0)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Nothing: it is the form that is drawn, and a value that grows would have the whole screen laid out."""
        return self

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Take no styles anew: it is the form that shows where the focus is."""

    def open(self, text: str, known: Sequence[str], several: bool = True) -> None:
        """Edit a text of one word, or of `several` with commas or slashes between; some may be `known`."""
        self._known, self._several = tuple(known), several
        self.is_open = True
        self.fill(text)
        self.screen.set_focus(self)

    def fill(self, text: str) -> None:
        """Have another text, all of it selected, so that typing replaces it."""
        self._opened = self.value = text
        self.selection = Selection(0, len(text))

    def close(self) -> None:
        """Edit nothing."""
        self.is_open = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The form's undo is never the one that empties a field, not even where there is nothing left to undo."""
        return action != "delete_left_all"

    def action_cursor_right(self, select: bool = False) -> None:
        """Move on or, at the end, take the completion."""
        if self.cursor_at_end and self.selection.is_empty and self.completion and not select:
            self.value += self.completion
            self.cursor_position = len(self.value)
        else:
            super().action_cursor_right(select)

    def go_to_cell(self, cell: int) -> None:
        """Put the cursor on the letter that is so many cells from the left."""
        place = 0
        while place < len(self.value) and cell_len(self.value[: place + 1]) <= cell:
            place += 1
        self.cursor_position = place

    def line(self, cells: int) -> Line:
        """The text as it is drawn in so many cells."""
        start, end = sorted(self.selection)
        return typed_line(self.value, range(start, end), self.cursor_position, self.completion, cells)


def typed_line(text: str, selected: range, cursor: int, completion: str, cells: int) -> Line:
    """A text with its cursor, what is selected and, where the cursor is behind it, what completes it.

    Where `cells` are too few, it begins so far on that the cursor is seen."""
    letters = [(letter, "selected" if index in selected else "typed") for index, letter in enumerate(text)]
    if cursor >= len(text):
        letters += [(letter, "completion") for letter in completion] or [(" ", "typed")]
    letters[cursor] = (letters[cursor][0], "insertion")
    first, room = cursor, cells - cell_len(letters[cursor][0])
    while first and (room := room - cell_len(letters[first - 1][0])) >= 0:
        first -= 1
    shown, left = list[tuple[str, str]](), cells
    for letter, style in letters[first:]:
        if cell_len(letter) > left:
            break
        left -= cell_len(letter)
        shown.append((letter, style))
    return (*shown, (" " * left, "typed"))
