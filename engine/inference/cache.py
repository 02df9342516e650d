"""The networks of a home's runs, kept once they have been read."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from engine.home import Home
from engine.inference.network import TrainedNetwork
from engine.inference.stored_networks import Found, read_networks
from engine.runs.directory import Run
from engine.runs.weights import weight_file

MOST, MOST_BYTES = 64, 256_000_000

Key = tuple[str, int | None]


class NetworkCache:
    """Gives networks that have been read at once, and reads others, or those that have learned since, when told to.

    Its methods may be called from several threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._kept: dict[Key, tuple[int, Found]] = {}

    def known(self, run_id: str, epoch: int | None = None) -> Found | None:
        """The network of a run after an epoch, or as it was when it was read; None before it was."""
        kept = self._kept.get((run_id, epoch))
        return kept[1] if kept else None

    def read(self, run_ids: Sequence[str], epoch: int | None = None) -> bool:
        """Read the networks of these runs, after an epoch or as they are now, that have not been read as they are;
        whether there was any."""
        with self._lock:
            runs = [Run(self._home.runs / run_id) for run_id in dict.fromkeys(run_ids)]
            moments = {run.id: _moment(run, epoch) for run in runs}
            due = [
                run for run in runs if (kept := self._kept.get((run.id, epoch))) is None or kept[0] != moments[run.id]
            ]
            if not due:
                return False
            found: dict[Key, tuple[int, Found]] = {
                (run.id, epoch): (moments[run.id], one) for run, one in zip(due, read_networks(due, epoch), strict=True)
            }
            earlier = {key: one for key, one in self._kept.items() if key not in found}
            room = MOST_BYTES - sum(_size(one) for _, one in found.values())
            for key in [*earlier]:
                if len(earlier) + len(found) <= MOST and sum(_size(one) for _, one in earlier.values()) <= room:
                    break
                del earlier[key]
            self._kept = {**earlier, **found}
            return True


def _size(found: Found) -> int:
    return sum(array.nbytes for array in found.arrays.values()) if isinstance(found, TrainedNetwork) else 0


def _moment(run: Run, epoch: int | None) -> int:
    """What tells what is stored from what was there before: the weights of an epoch or, where none is named, the
    checkpoint, which comes after the weights that belong to it; 0 for nothing."""
    for path in ([weight_file(run, epoch)] if epoch else []) + [run.checkpoint_path]:
        try:
            return path.stat().st_mtime_ns
        except OSError:
            continue
    return 0
