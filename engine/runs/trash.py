"""Runs that were deleted: kept in the home's `trash/` until it is emptied."""

from __future__ import annotations

from collections.abc import Iterable

from engine.files import remove
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import find_among, recent_ids


def delete(home: Home, run: Run) -> Run:
    """Move a run to the trash. Raises StoreError while it is being trained, or OSError."""
    return run.move_to(home.trash)


def trashed(home: Home) -> list[Run]:
    """The runs in the trash, newest first."""
    return [Run(home.trash / id) for id in recent_ids(home.trash)]


def restore(home: Home, query: str) -> Run:
    """Move a run back out of the trash. Raises StoreError when there is none like it, or OSError."""
    return find_among(home.trash, query, "the trash is empty").move_to(home.runs)


def empty(runs: Iterable[Run]) -> int:
    """Remove runs from the disk for good; how many there were."""
    count = 0
    for run in runs:
        remove(run.path)
        count += 1
    return count
