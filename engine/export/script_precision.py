"""How closely a script with autograd comes to the figures of a run.

Both do the same arithmetic, in 32 bits. Where the order of its operations differs, so do the last bits, and training
magnifies that: with hidden layers, losses on MNIST differed by less than a millionth after 600 steps, by a thousandth
after 1,200 to 3,800, and after 5,600 by as much as those of two seeds. Without hidden layers the difference stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from engine.config.run_config import RunConfig
from engine.runs.state import RunState

CALM_STEPS = 300
SPREAD = 5e-6
MOST_DIGITS = 4


def repeats_exactly(config: RunConfig) -> bool:
    """Whether the run did every operation as the script does. Adam's bias correction is kept in other precision."""
    return config.gradients == "autograd" and config.device == "cpu" and config.optimiser in ("sgd", "rmsprop")


def is_calm(config: RunConfig, state: RunState) -> bool:
    """Whether rounding has not been magnified by the end of the run."""
    return not config.hidden or state.total_steps <= CALM_STEPS


def steady_digits(values: Iterable[float], spread: float = SPREAD) -> int:
    """The most decimals, at most four, to which each of `values` rounds as does all that is within `spread` of it."""
    known = [value for value in values if math.isfinite(value)]
    for digits in range(MOST_DIGITS, 0, -1):
        if all(f"{value - spread:.{digits}f}" == f"{value + spread:.{digits}f}" for value in known):
            return digits
    return 0
