"""A sheet of cells to draw on, each a symbol one cell wide and the name of its style."""

from __future__ import annotations

from tui.drawing.styled_lines import Line, Span

# What styles of shades begin with: they lie behind everything.
SHADE = "shade-"


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
        """Write one symbol where nothing is drawn yet but shades."""
        if 0 <= row < self.height and 0 <= column < self.width:
            there, drawn = self._cells[row][column]
            if there == " " or drawn.startswith(SHADE):
                self._cells[row][column] = (symbol, style)

    def copy(self) -> Canvas:
        twin = Canvas(0, 0)
        twin.width, twin.height, twin._cells = self.width, self.height, [row.copy() for row in self._cells]
        return twin

    def lines(self) -> list[Line]:
        """The sheet, a line a row, in as few spans as `joined` makes."""
        return [_spans(row) for row in self._cells]


def _spans(row: list[tuple[str, str]]) -> Line:
    spans: list[Span] = []
    start, style = 0, row[0][1] if row else ""
    for index, (symbol, own) in enumerate(row):
        if own != style and (own or symbol != " "):
            spans.append(("".join([symbol for symbol, _ in row[start:index]]), style))
            start, style = index, own
    return (*spans, ("".join([symbol for symbol, _ in row[start:]]), style)) if row else ()


def joined(line: Line) -> Line:
    """The line in fewer spans: a blank looks the same in any colour, and every span costs bytes to paint."""
    spans: list[Span] = []
    for text, style in line:
        if spans and (style == spans[-1][1] or (not style and text.isspace())):
            spans[-1] = (spans[-1][0] + text, spans[-1][1])
        else:
            spans.append((text, style))
    return tuple(spans)
