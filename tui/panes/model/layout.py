"""How the form divides its space: lines of network, the fields under the headings of their groups, and help."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tui.drawing.styled_lines import window, wrapped
from tui.panes.model.draft import SPECS, choices, meanings
from tui.panes.model.drawing import PRESET

LEAST_HEIGHT_FOR_HEADINGS = 16
# Help has the rows that its longest text needs, as far as a pane lower than this can spare them; `SAID` is what a field
# may say before its help.
MOST_HELP = ((4, 0), (8, 1), (14, 2), (30, 3))
MOST_HELP_OF_ALL = 4
SAID = "one-preset has 128,64. "


class Entry(NamedTuple):
    """One line of the form: a heading, or a field."""

    name: str = ""
    heading: str = ""


class Sheet(NamedTuple):
    """The form in a pane: `above` lines of network, `rows` of entries from the `top`-th, `below` of help."""

    width: int
    height: int
    entries: tuple[Entry, ...]
    top: int
    rows: int
    above: int
    below: int

    def row_of(self, name: str) -> int:
        """The line of the pane a field stands on."""
        return self.above + self.entries.index(Entry(name)) - self.top

    def name_at(self, y: int) -> str:
        """The field on a line of the pane; nothing where there is none."""
        place = y - self.above + self.top
        inside = self.above <= y < self.above + self.rows and place < len(self.entries)
        return self.entries[place].name if inside else ""


def lay_out(current: str, top: int, width: int, height: int, lines: tuple[str, ...] = (), refusal: str = "") -> Sheet:
    """The sheet for a pane of this size, scrolled from `top` as little as may be so that `current` is seen, and what is
    above and below it.

    Besides the fields' own help, this is `lines` below the form; a `refusal` takes rows from the fields."""
    entries = tuple(_entries(height >= LEAST_HEIGHT_FOR_HEADINGS))
    above = 2 if height >= 8 else min(1, height - 1)
    most = next((rows for below, rows in MOST_HELP if height < below), MOST_HELP_OF_ALL)
    below = min(most, help_rows(width, lines)) if most else 0
    if refusal and most:
        below = max(below, min(len(wrapped(refusal, width, "")), height - above - 1))
    rows = max(1, height - above - below)
    place, last = entries.index(Entry(current)), len(entries) - 1
    # The lines beside it are seen too where there is room for them.
    for seen in (min(place + 1, last), max(place - 1, 0), place):
        top = window(seen, top, 1, rows, len(entries))
    return Sheet(width, height, entries, top, rows, above, below)


@lru_cache(64)
def help_rows(width: int, more: tuple[str, ...]) -> int:
    """How many rows the longest text below the form takes, so that what is above stays where it is."""
    texts = list(more)
    for name, spec in SPECS.items():
        lines = [spec.help, *(f"{word}: {meaning}" for word, meaning in meanings(name).items() if choices(name))]
        texts += [SAID + text for text in lines]
        texts.append(f"! expected {spec.kind.accepts}")
    rows = 0
    for text in sorted(texts, key=len, reverse=True):
        if _most_rows(text, width) > rows:
            rows = max(rows, len(wrapped(text, width, "")))
    return rows


def _most_rows(text: str, width: int) -> int:
    """As many rows as a text may take: of each but the last, less than the longest word is left free."""
    cells = 1 if text.isascii() else 2
    longest = max(map(len, text.split()), default=0)
    return 1 + cells * len(text) // max(1, width - cells * longest)


def _entries(headings: bool) -> Iterator[Entry]:
    yield Entry(PRESET)
    group = ""
    for spec in SPECS.values():
        if headings and spec.group != group:
            yield Entry(heading=spec.group)
        group = spec.group
        yield Entry(spec.name)
