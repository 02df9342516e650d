"""The runs that are marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tui.panes.history.run_list import Entry, runs_of


class Selection(Collection[str]):
    """The ids of marked runs in the order in which they were marked; every change tells whether it was one."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def last(self) -> str | None:
        """The run that was marked last."""
        return next(reversed(self._ids), None)

    def mark(self, entries: Iterable[Entry]) -> bool:
        """Mark the runs of these entries."""
        return self._become([*self._ids, *_ids(entries)])

    def toggle(self, entries: Iterable[Entry]) -> bool:
        """Mark the runs of these entries or, where all of them are marked, none of them."""
        ids = _ids(entries)
        if not all(run_id in self._ids for run_id in ids):
            return self._become([*self._ids, *ids])
        fewer = set(ids)
        return self._become(run_id for run_id in self._ids if run_id not in fewer)

    def replace(self, run_ids: Iterable[str], known: Collection[str]) -> bool:
        """Mark these runs and no others, as far as they are `known`."""
        return self._become(run_id for run_id in run_ids if run_id in known)

    def _become(self, run_ids: Iterable[str]) -> bool:
        before, self._ids = self._ids, dict.fromkeys(run_ids)
        return list(before) != list(self._ids)


def _ids(entries: Iterable[Entry]) -> list[str]:
    return [run.id for entry in entries for run in runs_of(entry)]
