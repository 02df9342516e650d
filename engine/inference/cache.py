"""The networks of a home's runs, kept once they have been read."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from engine.home import Home
from engine.inference.network import TrainedNetwork
from engine.inference.stored_networks import Found, read_networks
from engine.runs.directory import Run
from engine.runs.kept_epochs import MOST_KEPT
from engine.runs.weights import MOST_BYTES, weight_file

Key = tuple[str, int | None]


class NetworkCache:
    """Gives networks that have been read at once, and reads others, or those that have learned since, when told to.

    Its methods may be called from several threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._entries: dict[Key, tuple[int, Found]] = {}

    def known(self, run_id: str, epoch: int | None = None) -> Found | None:
        """The network of a run after an epoch, or as it was when it was read; None before it was."""
        entry = self._entries.get((run_id, epoch))
        return entry[1] if entry else None

    def read(self, run_ids: Sequence[str], epoch: int | None = None) -> bool:
        """Read the networks of these runs, after an epoch or as they are now, that have not been read as they are;
        whether there was any."""
        with self._lock:
            runs = [Run(self._home.runs / run_id) for run_id in dict.fromkeys(run_ids)]
            moments = {run.id: _moment(run, epoch) for run in runs}
            due = [
                run
                for run in runs
                if (entry := self._entries.get((run.id, epoch))) is None or entry[0] != moments[run.id]
            ]
            if not due:
                return False
            entries: dict[Key, tuple[int, Found]] = {
                (run.id, epoch): (moments[run.id], one) for run, one in zip(due, read_networks(due, epoch), strict=True)
            }
            earlier = {key: one for key, one in self._entries.items() if key not in entries}
            room = MOST_BYTES - sum(_size(one) for _, one in entries.values())
            for key in [*earlier]:
                if len(earlier) + len(entries) <= MOST_KEPT and sum(_size(one) for _, one in earlier.values()) <= room:
                    break
                del earlier[key]
            self._entries = {**earlier, **entries}
            return True


def _size(network: Found) -> int:
    return sum(array.nbytes for array in network.arrays.values()) if isinstance(network, TrainedNetwork) else 0


def _moment(run: Run, epoch: int | None) -> int:
    """What tells what is stored from what was there before: the weights of an epoch or, where none is named, the
    checkpoint, which comes after the weights that belong to it; 0 for nothing."""
    for path in ([weight_file(run, epoch)] if epoch else []) + [run.checkpoint_path]:
        try:
            return path.stat().st_mtime_ns
        except OSError:
            continue
    return 0
