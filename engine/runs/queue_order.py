"""The order of the runs that wait for their turn, for all who list them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.home import Home
from engine.json_text import read_file, write_file

FILE = "queue.json"
LARGEST = 1 << 16


def write_order(home: Home, ids: Sequence[str]) -> None:
    """Keep the order in which these runs wait; those queued from now on come after them. Raises OSError."""
    write_file(home.path / FILE, list(ids), 0o600)


def read_order(home: Home) -> list[str]:
    """The order that was kept last, in which runs may stand that wait no longer; empty where there is none."""
    try:
        ids = read_file(home.path / FILE, LARGEST)
    except (OSError, ValueError):
        return []
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []
