"""The networks of a home's runs, kept once they have been read."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from engine.home import Home
from engine.inference.checkpoint_arrays import NetworkError, read_networks
from engine.inference.network import TrainedNetwork
from engine.runs.directory import Run

MOST = 64

Found = TrainedNetwork | NetworkError


class NetworkCache:
    """Gives networks that have been read at once, and reads others, or those that have learned since, when told to.

    Its methods may be called from several threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._kept: dict[str, tuple[int, Found]] = {}

    def known(self, run_id: str) -> Found | None:
        """The network of a run, as it was when it was read; None before."""
        kept = self._kept.get(run_id)
        return kept[1] if kept else None

    def read(self, run_ids: Sequence[str]) -> bool:
        """Read the networks of these runs whose checkpoints are not those that were read; whether there was any."""
        with self._lock:
            runs = [Run(self._home.runs / run_id) for run_id in dict.fromkeys(run_ids)]
            moments = {run.id: _moment(run) for run in runs}
            due = [run for run in runs if run.id not in self._kept or self._kept[run.id][0] != moments[run.id]]
            if not due:
                return False
            found = {run.id: (moments[run.id], one) for run, one in zip(due, read_networks(due), strict=True)}
            kept = {**{id: one for id, one in self._kept.items() if id not in found}, **found}
            self._kept = dict(list(kept.items())[-MOST:])
            return True


def _moment(run: Run) -> int:
    """What tells a checkpoint from an earlier one; 0 for none."""
    try:
        return run.checkpoint_path.stat().st_mtime_ns
    except OSError:
        return 0
