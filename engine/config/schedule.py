"""The learning rate of every step, which follows from the configuration, and from what was set in training."""

from __future__ import annotations

import math

from engine.config.run_config import RunConfig

# From each share of the run on, the learning rate is divided by so much; as is done for ResNets (He et al., 2015).
DROPS = ((0.75, 100), (0.5, 10), (0.0, 1))


class Schedule:
    """The learning rates of a run whose epochs have so many steps, all counted from 0 over the whole run.

    With warm-up the rate grows in equal parts, of which the last is all of it; the schedule covers what is left."""

    def __init__(self, config: RunConfig, steps_per_epoch: int) -> None:
        self._bases, self._name = [(0, config.learning_rate)], config.schedule
        self._warmup = round(config.warmup * steps_per_epoch)
        self._left = max(1, config.epochs * steps_per_epoch - self._warmup)

    def change(self, step: int, rate: float) -> None:
        """Start from another learning rate from a step on; what was set from there on no longer counts."""
        self._bases = [base for base in self._bases if base[0] < step] + [(step, rate)]

    def base(self, step: int) -> float:
        """The learning rate that is set at a step."""
        return next(rate for first, rate in reversed(self._bases) if first <= step)

    def steps_to_change(self, step: int) -> int | None:
        """After how many steps from this one on another learning rate is set; None where none is."""
        return next((first - step for first, _ in self._bases if first > step), None)

    def rate(self, step: int) -> float:
        base = self.base(step)
        if step < self._warmup:
            return base * (step + 1) / self._warmup
        done = (step - self._warmup) / self._left
        if self._name == "step":
            return base / next(divisor for share, divisor in DROPS if done >= share)
        if self._name == "cosine":
            return base * (1 + math.cos(math.pi * done)) / 2
        return base * (1 - done) if self._name == "linear" else base


def varies(config: RunConfig) -> bool:
    """Whether the learning rate is not the same for every step."""
    return config.schedule != "constant" or config.warmup > 0
