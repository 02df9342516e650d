"""Which runs can take their steps together, and their places in a stack."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.config.run_config import RunConfig
from engine.config.schedule import varies

if TYPE_CHECKING:
    from engine.training.stack import Seat

# More networks than this gain little from one more, and every one takes memory for its batches.
MOST_STACKED = 128
# What is joined unasked on a card.
STACKED_ON_CARD = 32


@lru_cache(1024)
def shape_of(config: RunConfig) -> RunConfig | None:
    """What is the same for all networks of a stack: a configuration but for seed, learning rate, lambda, momentum and
    dropout rate, each of the last two more than 0 for all or for none. None for what trains alone."""
    covered = config.optimiser == "sgd" and config.gradients == "auto"
    if not covered or config.batch_norm or config.clip or varies(config):
        return None
    return config.replace(
        {
            "seed": 0,
            "learning_rate": 0.1,
            "l2": 0.0,
            "momentum": 0.5 if config.momentum else 0.0,
            "dropout": 0.5 if config.dropout else 0.0,
        }
    )


def seats_for(count: int) -> Sequence[Seat | None]:
    """A place in a stack for each of some runs; none for one alone, and where PyTorch cannot be loaded, as they say."""
    if count > 1:
        with suppress(ImportError, OSError):
            from engine.training.stack import Stack

            return Stack(count).seats
    return [None] * count
