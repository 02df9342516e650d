"""Where one is in a list of runs that changes."""

from __future__ import annotations

from collections.abc import Sequence

from tui.panes.history.run_list import Entry, RunList


class Cursor:
    """The `index` of one entry of a list, and `top`, that of the first one that is seen.

    It stays on its run when the list changes, and comes back to one that a filter no longer hides. `run_id` is the run
    it is on, of a group the newest; None where nothing is listed."""

    def __init__(self, runs: RunList) -> None:
        self._runs = runs
        self.index = self.top = 0
        self.run_id: str | None = None
        # The run the user went to, to which the cursor comes back when a filter no longer hides it.
        self._visited: str | None = None

    @property
    def entry(self) -> Entry | None:
        """What the cursor is on."""
        entries = self._runs.entries
        return entries[self.index] if self.index < len(entries) else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The same as none or one."""
        return (self.entry,) if self.entry else ()

    def entries_from(self, run_id: str | None) -> Sequence[Entry]:
        """The entries from that of a run to the cursor, in this order; the cursor's alone where it is not listed."""
        index = self._runs.index_of(run_id)
        start = self.index if index is None else index
        first, last = sorted((start, self.index))
        return self._runs.entries[first : last + 1][:: 1 if start <= self.index else -1]

    def go_to(self, index: int) -> None:
        """Go to this entry, or the last one there is."""
        self._put(index)
        self._visited = self.run_id

    def catch_up(self) -> None:
        """Other entries are listed, or in another order: stay on the same run, and that where it was seen."""
        if self._visited not in self._runs.ids:
            self._visited = self.run_id
        index = self._runs.index_of(self._visited)
        if index is None:
            index = self._runs.index_of(self.run_id)
        if index is not None and self.top:
            self.top += index - self.index
        self._put(self.index if index is None else index)

    def keep_in_sight(self, room: int) -> None:
        """Begin with an entry from which on the cursor is among the `room` that are seen, if need be with another."""
        last = len(self._runs.entries) - room
        self.top = max(0, self.index - room + 1, min(self.top, self.index, last))

    def _put(self, index: int) -> None:
        self.index = max(0, min(index, len(self._runs.entries) - 1))
        self.run_id = self.entry.id if self.entry else None
