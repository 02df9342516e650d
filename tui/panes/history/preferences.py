"""How the user likes the history laid out, kept in the home from one console to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.home import Home
from engine.query.columns import ColumnError, Order, column, parse_orders
from tui.panes.history.table import CHANGED, CREATED, NAME, STANDARD, first_order
from tui.workers.preference_file import read_part, write_part

PART = "history"
MOST = 100
NEWEST_FIRST = Order(column(CREATED), descending=True)


@dataclass(frozen=True)
class Preferences:
    """The names of the columns in their order, none for those that the width has room for; the order of the runs, None
    for the newest first; whether the runs of a group are one line."""

    columns: tuple[str, ...] = ()
    order: Order | None = None
    folded: bool = False

    @property
    def sorted_by(self) -> Order:
        """The order of the runs."""
        return self.order or NEWEST_FIRST

    @property
    def sortable(self) -> tuple[str, ...]:
        """The columns to go through when sorting: those that are shown where there is room, and the usual one."""
        names = self.columns or tuple(name for name in STANDARD if name != CHANGED)
        return names if CREATED in names else (CREATED, *names)

    def possible(self) -> Preferences:
        """With a column for the name, and an order by a column that is shown."""
        columns = self.columns if NAME in self.columns or not self.columns else (NAME, *self.columns)
        shown = replace(self, columns=columns)
        kept = (
            self.order != NEWEST_FIRST
            and self.order is not None
            and self.order.column.name in (*shown.sortable, CHANGED)
        )
        return shown if kept else replace(shown, order=None)

    def sort(self, order: Order) -> Preferences:
        """In this order."""
        return replace(self, order=order if order != NEWEST_FIRST else None)

    def sort_beside(self, by: int) -> Preferences:
        """Sorted by the column so many places to the right; beyond the last one comes the first."""
        names = self.sortable
        place = names.index(self.sorted_by.column.name) if self.sorted_by.column.name in names else 0
        return self.sort(first_order(names[(place + by) % len(names)]))

    def sort_by(self, name: str) -> Preferences:
        """Sorted by this column, the other way round where it is sorted by it already."""
        return self.turn() if name == self.sorted_by.column.name else self.sort(first_order(name))

    def turn(self) -> Preferences:
        """Sorted the other way round."""
        return self.sort(replace(self.sorted_by, descending=not self.sorted_by.descending))


def read_preferences(home: Home) -> Preferences:
    """What is kept in the home; what cannot be read, or no longer exists, is as if it had never been chosen."""
    values = read_part(home, PART)
    if not isinstance(values, dict):
        return Preferences()
    preferences = Preferences(folded=values.get("folded") is True)
    return replace(preferences, columns=_columns(values.get("columns")), order=_order(values.get("sort", "")))


def write_preferences(home: Home, preferences: Preferences) -> None:
    """Keep them in the home. Raises OSError."""
    values = {
        "columns": list(preferences.columns),
        "sort": str(preferences.order or ""),
        "folded": preferences.folded,
    }
    write_part(home, PART, values)


def _columns(names: object) -> tuple[str, ...]:
    """The columns of these names, each once."""
    known: dict[str, None] = {}
    for name in names[:MOST] if isinstance(names, list) else []:
        try:
            known[column(str(name)).name] = None
        except ColumnError:
            continue
    return tuple(known)


def _order(text: object) -> Order | None:
    try:
        return next(iter(parse_orders(str(text))), None)
    except ColumnError:
        return None
