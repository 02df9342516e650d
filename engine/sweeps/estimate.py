"""What a sweep will take: seconds on the slots there are, and bytes on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import AUTO, MNIST, SPECS
from engine.sweeps.plan import Plan

# Bytes of a run's record and lock, of an `epoch` line, and of a `steps` line, of which there are at most ten a second.
RECORD, EPOCH_LINE, STEPS_LINE, STEPS_A_SECOND = 4096, 400, 230, 10
# Bytes of an image's class and confidence, kept of the best and the last epoch, and of its ten probabilities.
GUESSES, PROBABILITIES = 2 * 5, 40
CHECKPOINT_BESIDE = 16_384
# Copies of the parameters that an optimiser keeps beside them.
MOMENTS = {"adam": 2, "adamw": 2, "rmsprop": 1}


@dataclass(frozen=True)
class Estimate:
    """`seconds` of the whole sweep, None where earlier runs do not tell of every cell; `disk` in bytes."""

    seconds: float | None
    disk: int


def estimate(plan: Plan, epoch_seconds: Callable[[RunConfig], float | None], slots: int) -> Estimate:
    """What a plan takes on so many slots, where `epoch_seconds` says how long an epoch of a configuration takes."""
    configs = plan.configs or (plan.record.base,)
    repeats = plan.runs / len(configs)
    each = [(config, run_seconds(config, epoch_seconds)) for config in configs]
    known = [seconds for _, seconds in each if seconds is not None]
    total = sum(known) * repeats / max(1, min(slots, plan.runs)) if len(known) == len(each) else None
    return Estimate(total, round(sum(disk_bytes(config, seconds or 0.0) for config, seconds in each) * repeats))


def run_seconds(config: RunConfig, epoch_seconds: Callable[[RunConfig], float | None]) -> float | None:
    """How long a run takes; None where an epoch's time is not known."""
    seconds = epoch_seconds(config)
    return None if seconds is None else seconds * config.epochs


def disk_bytes(config: RunConfig, seconds: float) -> int:
    """About what a run of a sweep that takes so many seconds leaves on the disk."""
    copies = 1 + MOMENTS.get(config.optimiser, 1 if config.momentum else 0) + (1 if config.patience else 0)
    images = SPECS[MNIST if config.dataset == AUTO else config.dataset].test_size
    events = EPOCH_LINE * config.epochs + STEPS_LINE * (config.epochs + STEPS_A_SECOND * seconds)
    checkpoint = 4 * copies * config.parameters() + CHECKPOINT_BESIDE
    return round(RECORD + checkpoint + events + (GUESSES + PROBABILITIES) * images)
