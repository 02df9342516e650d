"""Of which epochs a run in training keeps files: the one rule of predictions and weights."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from engine.runs.events import Epoch

MOST_KEPT = 64
# The first epoch, the best, the newest and the one that a run went back to, whatever their numbers.
ALWAYS_KEPT = 4


def stride(epochs: int, most: int = MOST_KEPT) -> int:
    """Of every how many epochs one is kept in a run of so many: 1, 2, 5, 10, and so on, for at most `most` in all."""
    step = 1
    for factor in itertools.cycle((2, 2.5, 2)):
        if epochs <= most * step:
            break
        step = round(step * factor)
    return step


def stride_within(epochs: int, most: int) -> int:
    """That by which no more than `most` epochs are kept, those included that always are."""
    if epochs <= most:
        return 1
    return stride(epochs, most - ALWAYS_KEPT) if most > ALWAYS_KEPT else epochs


class KeptEpochs:
    """Of every `stride` epochs one, the first, and where the stride is 0 neither; the newest and the last; and, where
    that is wanted, the best.

    It depends on which epochs have ended alone, not on when that is asked, nor on interruptions."""

    def __init__(self, stride: int, ended: Sequence[Epoch] = (), best: bool = True) -> None:
        self._stride, self._with_best = stride, best
        self._newest = self.last = ended[-1].epoch if ended else 0
        found = max(ended, key=lambda epoch: epoch.test_accuracy, default=None)
        self._best, self._accuracy = (found.epoch, found.test_accuracy) if found else (0, -1.0)

    def add(self, epoch: int, accuracy: float) -> None:
        """Take note that an epoch has ended, and of its test accuracy.

        One before the newest is one that the run went back to, and counts as its last."""
        self._newest, self.last = max(epoch, self._newest), epoch
        if accuracy > self._accuracy:
            self._best, self._accuracy = epoch, accuracy

    def __contains__(self, epoch: int) -> bool:
        if epoch in (self._newest, self.last) or (self._with_best and epoch == self._best):
            return True
        return bool(self._stride) and (epoch == 1 or (epoch <= self._newest and epoch % self._stride == 0))


def epochs_in(folder: Path, ending: str) -> list[int]:
    """The epochs of which a folder has a file, `epoch-0003.npy` or another `ending`, in order."""
    found = (re.fullmatch(r"epoch-([0-9]{4,5})" + re.escape(ending), path.name) for path in folder.glob("epoch-*"))
    return sorted(int(match[1]) for match in found if match)
