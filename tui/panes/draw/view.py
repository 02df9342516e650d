"""What the Draw view shows beside the canvas: the picture as networks get it, and what they read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.quantities import percent


class Answer(NamedTuple):
    """What a run's network after an epoch says: a probability a class or, where it cannot be asked, the `problem`.

    `classes` are what its classes are called."""

    run: str
    epoch: int
    classes: tuple[str, ...]
    probabilities: tuple[float, ...] = ()
    problem: str = ""

    @property
    def predicted(self) -> int | None:
        """The most probable class; None without an answer."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__) if self.probabilities else None

    @property
    def words(self) -> str:
        """The most probable class and how probable it is."""
        if self.predicted is None:
            return self.problem
        return f"{self.classes[self.predicted]}  {percent(self.probabilities[self.predicted])}"


@dataclass(frozen=True, eq=False)
class Reading:
    """The `image` (28, 28) as networks get it, None of an empty canvas; the answer of the run that is shown, if there
    is one; those of the marked runs."""

    image: npt.NDArray[np.uint8] | None = None
    shown: Answer | None = None
    votes: tuple[Answer, ...] = ()


def tally(votes: Sequence[Answer]) -> str:
    """How many votes each class has, most first: `7 ×3, 1 ×1`; the least certain go by what there is of them."""
    counts = Counter(vote.classes[vote.predicted] for vote in votes if vote.predicted is not None)
    return ", ".join(f"{name} ×{count}" for name, count in counts.most_common())
