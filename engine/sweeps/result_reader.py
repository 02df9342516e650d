"""Reads what the runs of a sweep have come to, again and again: of each only what has happened since."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.comparison.results import RunResult
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import RunState
from engine.runs.status import ENDED, LIVE

# Size and time of change, of a file that is there.
Mark = tuple[int, int]


@dataclass
class _Followed:
    """A run as it was last read, and by which marks of its files."""

    snapshot: RunSnapshot
    follower: Follower
    record_mark: Mark
    events_mark: Mark
    result: RunResult | None = None


class ResultReader:
    """Runs of a home by their ids. Not for several threads at once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, _Followed] = {}

    def read(self, id: str) -> RunResult | None:
        """What a run has come to; None where it has no directory, or was not trained as its settings say."""
        run, known = Run(self._home.runs / id), self._known.get(id)
        mark = _mark(run.events_path)
        if known and known.events_mark == mark and known.result and known.result.status in ENDED:
            return known.result
        try:
            known = self._known[id] = self._updated(run, mark, known)
        except StoreError:
            self._known.pop(id, None)
            return None
        snapshot = known.snapshot
        is_wanted = snapshot.record.is_of_its_settings or snapshot.status in LIVE
        known.result = RunResult.of(snapshot) if is_wanted else None
        return known.result

    def _updated(self, run: Run, mark: Mark, known: _Followed | None) -> _Followed:
        """A run with what has happened since, from the beginning where it is another. Raises StoreError."""
        # Asked before the events are read: a run whose lock is free has no event that is still to come.
        locked, record_mark = run.lock.held(), _mark(run.path / "run.json")
        if known is None or mark[0] < known.events_mark[0]:
            follower = Follower(run.events_path, steps=False)
            snapshot = RunSnapshot(run.record(), RunState.of(follower.all()), locked)
            return _Followed(snapshot, follower, record_mark, mark)
        record = known.snapshot.record if record_mark == known.record_mark else run.record()
        is_unchanged = locked and mark == known.events_mark
        news = () if is_unchanged else known.follower.all()
        known.snapshot.update(record, news, locked)
        known.record_mark, known.events_mark = record_mark, mark
        return known


def _mark(path: Path) -> Mark:
    status: os.stat_result | None = None
    with suppress(OSError):
        status = path.stat()
    return (status.st_size, status.st_mtime_ns) if status else (0, 0)
