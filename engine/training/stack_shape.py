"""Which runs can take their steps together."""

from __future__ import annotations

from functools import lru_cache

from engine.config.run_config import RunConfig
from engine.config.schedule import varies

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
