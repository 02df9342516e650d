"""Where a run in training is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAN = float("nan")


@dataclass
class Position:
    """`batch` of the `batches` of epoch `epoch` (from 1) are done; `seconds` of training went into the run,
    `epoch_seconds` into the epoch. The test figures are those of the last epoch that was evaluated, NaN before the
    first. The random state of a run is its position.
    """

    batches: int
    epoch: int = 1
    batch: int = 0
    seconds: float = 0.0
    epoch_seconds: float = 0.0
    test_loss: float = NAN
    test_accuracy: float = NAN

    @property
    def step(self) -> int:
        """Steps done over the whole run."""
        return self.step_of(self.batch)

    def step_of(self, batch: int) -> int:
        """Steps done over the whole run after so many batches of this epoch."""
        return (self.epoch - 1) * self.batches + batch

    @property
    def last_epoch(self) -> int:
        """The epoch of the last step, 0 before the first."""
        return self.epoch - (self.batch == 0)

    @property
    def epochs_ended(self) -> int:
        """How many epochs have ended, evaluation included."""
        return self.epoch - 1

    def pass_time(self, seconds: float) -> None:
        """Count seconds of training."""
        self.seconds += seconds
        self.epoch_seconds += seconds

    def begin_next_epoch(self) -> None:
        """Go to the first batch of the next epoch."""
        self.epoch, self.batch, self.epoch_seconds = self.epoch + 1, 0, 0.0

    def go_to(self, other: Position) -> None:
        vars(self).update(vars(other))

    def ending(self) -> dict[str, Any]:
        """What an event that ends the run says of it."""
        return {
            "epoch": self.last_epoch,
            "step": self.step,
            "test_loss": self.test_loss,
            "test_accuracy": self.test_accuracy,
            "seconds": self.seconds,
        }
