"""The learning rate over a training, drawn as a line of columns."""

from __future__ import annotations

from engine.config.run_config import RunConfig
from engine.config.schedule import Schedule, varies

COLUMNS = "▁▂▃▄▅▆▇█"
CELLS = 12
# So fine that a warm-up of a hundredth of an epoch is one.
STEPS_PER_EPOCH = 100


def rate_line(config: RunConfig) -> str:
    """The rate from the first step to the last, as `▁▅█▇▇▆▅▄▃▂▁▁` of the one that is set; nothing where it stays."""
    if not varies(config):
        return ""
    schedule, last = Schedule(config, STEPS_PER_EPOCH), config.epochs * STEPS_PER_EPOCH - 1
    rates = (schedule.rate(cell * last // (CELLS - 1)) for cell in range(CELLS))
    return "".join(COLUMNS[round(rate / config.learning_rate * (len(COLUMNS) - 1))] for rate in rates)
