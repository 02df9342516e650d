"""How many threads the work on a processor deserves."""

from __future__ import annotations

from engine.config.run_config import RunConfig
from engine.training.batch_plan import Batching
from engine.training.cores import usable_cores

# What is just worth several threads takes one, at 100 GFLOP/s, 20 ms, and eight 2.5: more would save little of a step,
# and take the cores of other slots.
MOST_THREADS = 8


def threads_for(config: RunConfig, train_size: int) -> int:
    """How many threads to train with on the CPU: one, unless a single step is long.

    Depends on the configuration and the machine alone, never on a timing or on what else is trained, so that figures
    repeat bit for bit.
    """
    worth_it = Batching.of(config, train_size).is_worth_threads(config.parameters())
    return max(1, min(usable_cores().count, MOST_THREADS)) if worth_it else 1
