"""What stands in the cells of a terminal, and what becomes of it when Textual writes a frame."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import get_character_cell_size

from tui.driver.pen import PLAIN, Look, Palette, blank

# Sure to be one cell wide each in any terminal.
NARROW = re.compile(r"[ -~¡-¬®-˿‐-‧←-↙─-◼★✓✗⠀-⣿]*").fullmatch
# What acts on a terminal, and is no symbol.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
TOKEN = re.compile(
    r"(?:\x1b\[(?P<look>[\d;]*)m)?(?P<text>[^\x00-\x1f\x7f]+)(?P<plain>\x1b\[0m)?"
    r"|\x1b\[(?P<row>\d*)(?:;(?P<column>\d*))?H"
    r"|\x1b\[(?P<right>\d*)C|\x1b\[(?P<place>\d*)G|\x1b\[(?P<erased>\d*)X"
    r"|\x1b\[(?P<pen>[\d;]*)m"
    r"|(?P<line>[\r\n])"
    r"|(?P<sync>\x1b\[\?2026[hl])"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X].*?(?:\x07|\x1b\\)|\x1b.|[\x00-\x1f\x7f])",
    re.DOTALL,
)


class Row:
    """The cells of a line: their texts, empty in the second cell of a wide character, and their looks."""

    __slots__ = ("looks", "texts")

    def __init__(self, width: int) -> None:
        self.texts = [" "] * width
        self.looks = [blank(PLAIN)] * width

    def take(self, other: Row) -> None:
        """Hold what the other holds, as far as it fits."""
        width = len(self.texts)
        other._part(width)
        self.texts[: len(other.texts)] = other.texts[:width]
        self.looks[: len(other.looks)] = other.looks[:width]

    def equals(self, other: Row) -> bool:
        """Whether the cells look the same."""
        return self.looks == other.looks and self.texts == other.texts

    def put(self, x: int, text: str, look: Look) -> int:
        """Write text from column `x` on, what is beyond the last column cut off; the column after it."""
        if not NARROW(text):
            for character in CONTROL.sub("", text):
                x = self._put_one(x, character, look)
            return x
        end = min(len(self.texts), x + len(text))
        if end <= x:
            return x + len(text)
        self._part(x)
        self._part(end)
        text = text[: end - x]
        self.texts[x:end] = text
        if " " not in text:
            self.looks[x:end] = [look] * (end - x)
        elif text.isspace():
            self.looks[x:end] = [blank(look)] * (end - x)
        else:
            space = blank(look)
            self.looks[x:end] = [space if character == " " else look for character in text]
        return end

    def _put_one(self, x: int, character: str, look: Look) -> int:
        width = get_character_cell_size(character)
        if not width:
            # What joins a character stands in its cell.
            lead = x - 1 if 0 < x <= len(self.texts) and self.texts[x - 1] else x - 2
            if 0 <= lead < len(self.texts):
                self.texts[lead] += character
            return x
        if x + width > len(self.texts):
            return x + width
        self._part(x)
        self._part(x + width)
        look = blank(look) if character == " " else look
        self.texts[x : x + width] = [character, *[""] * (width - 1)]
        self.looks[x : x + width] = [look] * width
        return x + width

    def _part(self, x: int) -> None:
        """Leave no half of a wide character on either side of column `x`: a terminal shows spaces then."""
        if 0 < x < len(self.texts) and not self.texts[x]:
            for column in (x - 1, x):
                look = self.looks[column]
                self.texts[column], self.looks[column] = " ", blank(look)


class Cells:
    """The picture that Textual wants, from what it writes. `touched` are the rows written to since that was emptied."""

    def __init__(self, width: int, height: int, palette: Palette | None = None) -> None:
        self.rows = [Row(width) for _ in range(height)]
        self.touched: set[int] = set()
        self.cursor = (0, 0)
        self.synchronised = False
        self.palette = palette or Palette()
        self._look = PLAIN

    def clear(self) -> None:
        """Leave every cell blank."""
        self.rows = [Row(len(row.texts)) for row in self.rows]

    def resize(self, width: int, height: int) -> None:
        """Take another size; what fits stays."""
        before, self.rows = self.rows, [Row(width) for _ in range(height)]
        for row, old in zip(self.rows, before, strict=False):
            row.take(old)

    def put(self, y: int, x: int, texts: Iterable[tuple[str, str]]) -> None:
        """Write texts in row `y` from column `x` on, each in the look that the parameters before it give."""
        if y < len(self.rows):
            row, after = self.rows[y], self.palette.after
            for parameters, text in texts:
                x = row.put(x, text, after(PLAIN, parameters))
            self.touched.add(y)

    def write(self, text: str) -> str:
        """Take in text and the codes for looks and places in it; what else it holds, in its order."""
        after, (y, x), look = self.palette.after, self.cursor, self._look
        rows, touched = self.rows, self.touched
        others: list[str] = []
        for token in TOKEN.finditer(text):
            kind = token.lastgroup
            if kind in ("text", "plain"):
                parameters, piece, plain = token.group(1, 2, 3)
                if parameters is not None:
                    look = after(look, parameters)
                if y < len(rows):
                    x = rows[y].put(x, piece, look)
                    touched.add(y)
                if plain:
                    look = PLAIN
            elif kind in ("row", "column"):
                y, x = max(0, int(token["row"] or 1) - 1), max(0, int(token["column"] or 1) - 1)
            elif kind == "right":
                x += int(token["right"] or 1)
            elif kind == "place":
                x = max(0, int(token["place"] or 1) - 1)
            elif kind == "erased" and y < len(rows):
                rows[y].put(x, " " * int(token["erased"] or 1), look)
            elif kind == "pen":
                look = after(look, token["pen"])
            elif kind == "line":
                y, x = (y + 1, 0) if token["line"] == "\n" else (y, 0)
            elif kind == "sync":
                self.synchronised = True
            else:
                others.append(token.group())
        self.cursor, self._look = (y, x), look
        return "".join(others)
