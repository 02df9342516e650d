"""Of which epochs a run in training keeps files: the one rule of predictions and weights."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.config.fields import ConfigError, Problem
from engine.runs.events import Epoch

# At 50 kB an epoch a run's predictions take 3 MB at most.
MOST_KEPT = 64
# The first epoch, the best, the newest and the one that a run went back to, whatever their numbers.
ALWAYS_KEPT = 4
NONE, LAST, ALL = "none", "last", "all"
MOST_ASKED = 10_000


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


def kept_weights(text: str) -> str:
    """The word that asks for the weights of no epoch, the last, all, or of at most so many; nothing asks for what is
    kept by default. Raises ConfigError."""
    word = text.strip().lower()
    if word in ("", NONE, LAST, ALL):
        return word
    if word.isascii() and word.isdecimal() and ALWAYS_KEPT <= int(word[:10]) <= MOST_ASKED:
        return str(int(word[:10]))
    accepted = f"{NONE}, {LAST}, {ALL}, or how many epochs at most, from {ALWAYS_KEPT} to {MOST_ASKED:,}"
    raise ConfigError([Problem("keep-weights", text, accepted)])


def most_asked(word: str, epochs: int, unless_asked: int) -> int:
    """Of how many of so many epochs a word of `kept_weights` asks for the weights, at most."""
    known = {"": unless_asked, NONE: 0, LAST: 1, ALL: epochs}
    return min(epochs, known[word] if word in known else int(word))


def kept_weights_in(values: Mapping[str, object]) -> str:
    """The word of some JSON values; nothing where they hold none."""
    word = values.get("keep_weights")
    try:
        return kept_weights(word) if isinstance(word, str) else ""
    except ConfigError:
        return ""


class KeptEpochs:
    """Of every `stride` epochs one, the first, and where the stride is 0 neither; the newest and the last; and, where
    that is wanted, the best.

    It depends on which epochs have ended alone, not on when that is asked, nor on interruptions."""

    def __init__(self, stride: int, ended: Sequence[Epoch] = (), best: bool = True) -> None:
        self._stride, self._with_best = stride, best
        self._newest = self.last = ended[-1].epoch if ended else 0
        epoch = max(ended, key=lambda epoch: epoch.test_accuracy, default=None)
        self._best, self._accuracy = (epoch.epoch, epoch.test_accuracy) if epoch else (0, -1.0)

    def add(self, epoch: int, accuracy: float) -> None:
        """Take note that an epoch has ended, and of its test accuracy.

        One before the newest is one that the run went back to, and counts as its last."""
        self._newest, self.last = max(epoch, self._newest), epoch
        if accuracy > self._accuracy:
            self._best, self._accuracy = epoch, accuracy

    def __contains__(self, epoch: int) -> bool:
        if epoch in (self._newest, self.last) or (self._with_best and epoch == self._best):
            return True
        return bool(self._stride) and epoch <= self._newest and (epoch == 1 or epoch % self._stride == 0)


def epochs_in(folder: Path, ending: str) -> list[int]:
    """The epochs of which a folder has a file, `epoch-0003.npy` or another `ending`, in order."""
    matches = (re.fullmatch(r"epoch-([0-9]{4,5})" + re.escape(ending), path.name) for path in folder.glob("epoch-*"))
    return sorted(int(match[1]) for match in matches if match)
