"""A sheet of cells to draw on, each a symbol one cell wide and the name of its style."""

from __future__ import annotations

from itertools import groupby

from tui.lines import Line, Span


class Canvas:
    """`width` by `height` blank cells; what is drawn beyond them is left out."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells = [[(" ", "")] * width for _ in range(height)]

    def put(self, column: int, row: int, text: str, style: str) -> None:
        """Write `text`, of symbols one cell wide, from a cell on."""
        if 0 <= row < self.height:
            cells = self._cells[row]
            for place, symbol in enumerate(text, column):
                if 0 <= place < self.width:
                    cells[place] = (symbol, style)

    def put_behind(self, column: int, row: int, symbol: str, style: str) -> None:
        """Write one symbol where nothing is drawn yet."""
        if 0 <= row < self.height and 0 <= column < self.width and self._cells[row][column][0] == " ":
            self._cells[row][column] = (symbol, style)

    def lines(self) -> list[Line]:
        """The sheet, a line a row."""
        return [_spans(row) for row in self._cells]


def _spans(row: list[tuple[str, str]]) -> Line:
    return tuple(("".join(symbol for symbol, _ in run), style) for style, run in groupby(row, key=lambda cell: cell[1]))


def joined(line: Line) -> Line:
    """The line in fewer spans: a blank looks the same in any colour, and every span costs bytes to paint."""
    spans: list[Span] = []
    for text, style in line:
        if spans and (style == spans[-1][1] or (not style and text.isspace())):
            spans[-1] = (spans[-1][0] + text, spans[-1][1])
        else:
            spans.append((text, style))
    return tuple(spans)
