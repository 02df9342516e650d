"""The learning rate of every step, which follows from the configuration alone."""

from __future__ import annotations

import math

from engine.config.run_config import RunConfig

# From each share of the run on, the learning rate is divided by so much; as is done for ResNets (He et al., 2015).
DROPS = ((0.75, 100), (0.5, 10), (0.0, 1))


class Schedule:
    """The learning rates of a run whose epochs have so many steps.

    With warm-up the rate grows in equal parts, of which the last is all of it; the schedule covers what is left."""

    def __init__(self, config: RunConfig, steps_per_epoch: int) -> None:
        self._rate, self._name = config.learning_rate, config.schedule
        self._warmup = round(config.warmup * steps_per_epoch)
        self._left = max(1, config.epochs * steps_per_epoch - self._warmup)

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0 over the whole run."""
        if step < self._warmup:
            return self._rate * (step + 1) / self._warmup
        done = (step - self._warmup) / self._left
        if self._name == "step":
            return self._rate / next(divisor for share, divisor in DROPS if done >= share)
        if self._name == "cosine":
            return self._rate * (1 + math.cos(math.pi * done)) / 2
        return self._rate * (1 - done) if self._name == "linear" else self._rate


def varies(config: RunConfig) -> bool:
    """Whether the learning rate is not the same for every step."""
    return config.schedule != "constant" or config.warmup > 0
