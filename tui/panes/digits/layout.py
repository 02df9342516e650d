"""How the digits pane divides its space: the selected digit, what was said of it, and a grid of the others."""

from __future__ import annotations

from dataclasses import dataclass

GAP = 2
LARGE, SMALL = (28, 14), (14, 7)
# A thumbnail, its caption below, and a column between two of them.
CELL_WIDTH, CELL_HEIGHT = 15, 8


@dataclass(frozen=True)
class Detail:
    """The space, in cells, for what was said of the selected digit: widths, and the height of all of it."""

    least: int
    most: int
    height: int


# Two lines of words, an empty one and ten bars; for two networks three lines and their names over the bars.
OF_ONE = Detail(14, 30, 13)
OF_TWO = Detail(22, 46, 14)


@dataclass(frozen=True)
class Layout:
    """Sizes in cells below the counter. `columns` and `rows` are of the grid, which may have none."""

    small: bool
    stacked: bool
    detail_width: int
    block_width: int
    block_height: int
    grid_below: bool
    columns: int
    rows: int


def divide(width: int, height: int, words: Detail = OF_ONE) -> Layout:
    """The layout for a space: the digit large where that leaves room for its ten bars, a grid where any is left."""
    large_width, large_height = LARGE
    if width >= large_width + GAP + CELL_WIDTH and height >= large_height + words.height:
        return _with_grid(width, height, False, True, large_width, large_width, large_height + words.height)
    small = width < large_width + GAP + words.least or height < large_height
    picture_width, picture_height = SMALL if small else LARGE
    detail = max(0, min(words.most, width - picture_width - GAP))
    block_height = min(height, max(picture_height, words.height))
    return _with_grid(width, height, small, False, detail, picture_width + GAP + detail, block_height)


def _with_grid(
    width: int, height: int, small: bool, stacked: bool, detail_width: int, block_width: int, block_height: int
) -> Layout:
    beside = max(0, (width - block_width - GAP + 1) // CELL_WIDTH), height // CELL_HEIGHT
    below = (width + 1) // CELL_WIDTH, max(0, (height - block_height - 1) // CELL_HEIGHT)
    grid_below = below[0] * below[1] > beside[0] * beside[1]
    columns, rows = below if grid_below else beside
    if not columns * rows:
        columns = rows = 0
    return Layout(small, stacked, detail_width, block_width, block_height, grid_below, columns, rows)
