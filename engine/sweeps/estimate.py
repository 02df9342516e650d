"""What a sweep will take: seconds on the slots there are, and bytes on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import AUTO, MNIST, SPECS
from engine.runs.kept_epochs import most_asked
from engine.sweeps.plan import Plan

# Bytes of a run's record and lock, of an `epoch` line, of each layer in a line of `layers`, and of a `steps` line, of
# which there are at most ten a second.
RECORD, EPOCH_LINE, LAYER, STEPS_LINE, STEPS_A_SECOND = 4096, 400, 700, 230, 10
# Bytes of an image's class and confidence, kept of the best and the last epoch, and of its ten probabilities.
GUESSES, PROBABILITIES = 2 * 5, 40
# Bytes of a checkpoint besides its parameters: positions, generators and the metrics of an epoch.
CHECKPOINT_BESIDE = 16_384
# Of how many epochs a run of a sweep keeps weights, where nothing else is asked: the best and the last.
WEIGHTS_KEPT = 2
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
    bytes_of = partial(disk_bytes, keep_weights=plan.record.keep_weights)
    total = sum(known) * repeats / max(1, min(slots, plan.runs)) if len(known) == len(each) else None
    return Estimate(total, round(sum(bytes_of(*one) for one in each) * repeats))


def run_seconds(config: RunConfig, epoch_seconds: Callable[[RunConfig], float | None]) -> float | None:
    """How long a run takes; None where an epoch's time is not known."""
    seconds = epoch_seconds(config)
    return None if seconds is None else seconds * config.epochs


def disk_bytes(config: RunConfig, seconds: float | None, keep_weights: str = "") -> int:
    """About what a run of a sweep that takes so many seconds, as far as that is known, leaves on the disk."""
    copies = 1 + MOMENTS.get(config.optimiser, 1 if config.momentum else 0) + (1 if config.patience else 0)
    images = SPECS[MNIST if config.dataset == AUTO else config.dataset].test_size
    events = EPOCH_LINE * config.epochs + STEPS_LINE * (config.epochs + STEPS_A_SECOND * (seconds or 0.0))
    events += LAYER * len(config.layer_sizes()) * config.epochs
    weights = 4 * config.parameters() * most_asked(keep_weights, config.epochs, WEIGHTS_KEPT)
    checkpoint = 4 * copies * config.parameters() + CHECKPOINT_BESIDE
    return round(RECORD + checkpoint + weights + events + (GUESSES + PROBABILITIES) * images)
