"""How the user likes the history laid out, kept in the home from one console to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from engine.files import open_regular, write_whole
from engine.home import Home
from engine.query.columns import ColumnError, Order, column, parse_orders

FILE = "console.json"
LARGEST = 1 << 16
MOST = 100


@dataclass(frozen=True)
class Preferences:
    """The names of the columns in their order, none for those that the width has room for; the order of the runs, None
    for the newest first; whether the runs of a group are one line."""

    columns: tuple[str, ...] = ()
    order: Order | None = None
    folded: bool = False


def read_preferences(home: Home) -> Preferences:
    """What is kept in the home; what cannot be read, or no longer exists, is as if it had never been chosen."""
    try:
        with open_regular(home.path / FILE) as file:
            values = json.loads(file.read(LARGEST))["history"]
        kept = Preferences(folded=values["folded"] is True)
        return replace(kept, columns=_columns(values["columns"]), order=_order(values["sort"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return Preferences()


def write_preferences(home: Home, preferences: Preferences) -> None:
    """Keep them in the home. Raises OSError."""
    values = {
        "columns": list(preferences.columns),
        "sort": str(preferences.order or ""),
        "folded": preferences.folded,
    }
    write_whole(home.path / FILE, json.dumps({"history": values}, indent=2).encode() + b"\n", 0o600)


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
