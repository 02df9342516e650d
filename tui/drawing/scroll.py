"""Which part of a list is shown."""

from __future__ import annotations


def window(cursor: int, top: int, columns: int, rows: int, count: int) -> int:
    """The first item to show in a grid of `columns` by `rows` so that `cursor` is seen, as near `top` as may be."""
    if not columns:
        return cursor
    row, last_row = cursor // columns, max(0, (count - 1) // columns)
    first = min(max(top // columns, row - rows + 1), row)
    return max(0, min(first, last_row - rows + 1)) * columns
