"""A list of words, each with what it means, of which one is under a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message

from tui.drawing.styled_lines import Line, fit, how_many_more, plain, wrapped
from tui.widgets.line_widget import LineWidget

# Cells of the widest column of words, and the share of the list that it may have. In a list narrower than the last of
# these a long word has no column: what it means follows it.
WIDEST_WORD, SHARE, LEAST_WIDTH = 36, 0.4, 60
INDENT = 2
NOTHING = "Nothing fits: fewer letters find more."


class Choices(LineWidget):
    """Draws of its choices those that are seen, so that a long list opens as fast as a short one; where that is not all
    of them, its last line says how many there are above and below.

    Sends `Chosen` for the word that is clicked."""

    DEFAULT_CSS = """
    Choices {
        background: $panel;
        & > .word { text-style: bold; }
        & > .cursor { background: $primary; color: $text; text-style: bold; }
        &:nocolor > .cursor { text-style: bold reverse; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A word was clicked."""

        word: str

    def __init__(self, meanings: Mapping[str, str]) -> None:
        super().__init__()
        self._meanings = meanings
        self._column = 2 + max(map(len, meanings), default=0)
        self._words = list(meanings)
        self._cursor = 0
        self._top = 0
        # The word on each row.
        self._rows: list[str] = []

    @property
    def word(self) -> str:
        """The word under the cursor; nothing where the list is empty."""
        return self._words[self._cursor] if self._words else ""

    def show(self, words: list[str], word: str = "") -> None:
        """List these words, with the cursor on `word` where it is among them, else on the first."""
        self._words, self._top = words, 0
        self._cursor = words.index(word) if word in words else 0
        self.redraw()

    def rows_needed(self, width: int, most: int) -> int:
        """How many rows all words take in a space of `width` cells, or that there are none, up to `most`."""
        if not self._words:
            return min(most, len(wrapped(NOTHING, width, "dim")))
        rows = 0
        for word in self._words:
            rows += len(self._drawn_choice(word, width))
            if rows >= most:
                return most
        return rows

    def move(self, by: int) -> None:
        """Put the cursor `by` words further, or as far as there are words."""
        self._cursor = max(0, min(len(self._words) - 1, self._cursor + by))
        self.redraw()

    def move_page(self, by: int) -> None:
        """Put the cursor about as many words further as are seen."""
        self.move(by * max(1, len(set(self._rows)) - 1))

    def draw(self, width: int, height: int) -> list[Line]:
        if not self._words:
            self._rows = []
            return wrapped(NOTHING, width, "dim")
        is_all = self.rows_needed(width, height + 1) <= height
        room = height if is_all else max(1, height - 1)
        self._top = min(self._top, self._cursor)
        shown = {place: self._drawn_choice(self._words[place], width) for place in self._places_shown(width, room)}
        self._top = next(iter(shown), 0)
        lines: list[Line] = []
        self._rows = []
        for place, drawn in shown.items():
            lines += [((fit(plain(line), width), "cursor"),) for line in drawn] if place == self._cursor else drawn
            self._rows += [self._words[place]] * len(drawn)
        if is_all:
            return lines
        del lines[room:], self._rows[room:]
        below = len(self._words) - max(shown, default=0) - 1
        return [*lines, *[()] * (room - len(lines)), how_many_more(self._top, below)]

    def _places_shown(self, width: int, height: int) -> range:
        """The choices that fit, from the first of before on where the cursor is among them and no row stays free."""

        def rows(place: int) -> int:
            return len(self._drawn_choice(self._words[place], width))

        first, end = self._cursor, self._cursor + 1
        free = height - rows(first)
        while first > self._top and free >= rows(first - 1):
            first -= 1
            free -= rows(first)
        while end < len(self._words) and free > 0:
            free -= rows(end)
            end += 1
        while first > 0 and free >= rows(first - 1):
            first -= 1
            free -= rows(first)
        return range(first, end)

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._rows):
            self.post_message(self.Chosen(self._rows[offset.y]))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.move(-1)

    def _drawn_choice(self, word: str, width: int) -> list[Line]:
        """A word and what it means, which goes on below itself where the line ends."""
        column = min(self._column, WIDEST_WORD, int(SHARE * width))
        if width < LEAST_WIDTH and column < self._column:
            column = INDENT
        head = word if len(word) < column else f"{word}  "
        first, *more = wrapped(f"{head:<{column}}{self._meanings[word]}", width, "", indent=" " * column) or [()]
        text = plain(first)
        return [((text[: len(word)], "word"), (text[len(word) :], "")), *more]
