"""Which columns a list of runs has, as they are chosen and ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.query.columns import COLUMNS
from tui.panes.history.table import NAME, STANDARD


@dataclass(frozen=True)
class ColumnChoice:
    """All columns by name in their order, those that are chosen, and the place of the cursor; the name always is."""

    names: tuple[str, ...]
    chosen: frozenset[str]
    cursor: int = 0
    standard: tuple[str, ...] = STANDARD

    @classmethod
    def of(cls, columns: tuple[str, ...], standard: tuple[str, ...] = STANDARD) -> ColumnChoice:
        """These columns before all others; none are the standard ones, of which there is room for `standard`."""
        first, chosen = columns or STANDARD, columns or standard
        if NAME not in first:
            first = (NAME, *first)
        names = dict.fromkeys((*first, *(column.name for column in COLUMNS)))
        return cls(tuple(names), frozenset((NAME, *chosen)), 0, standard)

    @property
    def columns(self) -> tuple[str, ...]:
        """The chosen ones in their order; none where they are the standard ones."""
        columns = tuple(name for name in self.names if name in self.chosen)
        return () if columns in (STANDARD, self.standard) else columns

    def go(self, by: int) -> ColumnChoice:
        """With the cursor elsewhere."""
        return replace(self, cursor=max(0, min(self.cursor + by, len(self.names) - 1)))

    def toggle(self) -> ColumnChoice:
        """With the column under the cursor chosen, or not."""
        return replace(self, chosen=self.chosen ^ ({self.names[self.cursor]} - {NAME}))

    def move(self, by: int) -> ColumnChoice:
        """With the column under the cursor, and the cursor, in another place."""
        moved = self.go(by)
        names = list(self.names)
        names.insert(moved.cursor, names.pop(self.cursor))
        return replace(moved, names=tuple(names))
