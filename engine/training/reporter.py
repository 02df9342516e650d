"""What a trainer tells of its steps and epochs: ten times a second, and without asking a device that runs ahead how
far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.interval import Interval
from engine.runs.events import Epoch, Event, Layers, Steps
from engine.training.position import Position

if TYPE_CHECKING:
    from engine.training.batch_metrics import Batches, EpochMetrics
    from engine.training.evaluation import Evaluation
    from engine.training.optimisers import Optimiser

# A little over a tenth of a second leaves room, in ten reports a second, for the one that closes an epoch.
INTERVAL = 0.11
ADVICE = "try a lower learning rate"


class Diverged(UserError):
    """The loss is no longer finite; the message says since which step."""


class ReportTimer:
    """Says when an interval is over.

    Asking a device that queues its work (`queues`) for a figure waits for all of the queue. So the calls of `due` are
    counted as well, and their number is kept to what such a device does in one interval.
    """

    def __init__(self, queues: bool) -> None:
        self._allowance = 1.0 if queues else float("inf")
        self._interval = Interval(INTERVAL)
        self._calls = 0

    def restart(self) -> None:
        self._interval.begin(INTERVAL)
        self._calls = 0

    def due(self) -> bool:
        """Whether to look up now; called after each step, or each launch of steps."""
        self._calls += 1
        return self._calls >= self._allowance or self._interval.is_over()

    def caught_up(self) -> None:
        """To be called when the queue is empty: learn how many calls fill an interval."""
        rate = self._calls / max(self._interval.passed, 1e-6)
        if self._allowance < float("inf"):
            self._allowance = max(1.0, min(2 * self._allowance, rate * INTERVAL))


class Reporter:
    """Makes the `steps` and `epoch` events of a run, and counts its seconds of training.

    Every report raises Diverged, once it is made, when a loss in it is not finite."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        position: Position,
        metrics: EpochMetrics,
        optimiser: Optimiser,
        queues: bool,
    ) -> None:
        self._emit, self._position, self._metrics, self._optimiser = emit, position, metrics, optimiser
        self.timer = ReportTimer(queues)
        self._reported = 0
        self._clock = time.perf_counter()

    def restart(self) -> None:
        """Count seconds of training, and those to the next report, from now."""
        self._clock = time.perf_counter()
        self.timer.restart()

    def begin_epoch(self) -> None:
        """What is trained from now on has not been reported."""
        self._reported = self._position.batch
        self._clock = time.perf_counter()

    def report_in_time(self) -> bool:
        """Report, unless less than an interval has passed or is left: the end of the epoch reports what is left.

        Whether all that was trained is reported."""
        batch = self._position.batch
        recent = self._metrics.read(self._reported, batch)
        self.timer.caught_up()
        passed = time.perf_counter() - self._clock
        left = passed * (self._position.batches - batch) / max(1, batch - self._reported)
        if min(passed, left) >= INTERVAL:
            self._report(recent)
        self.timer.restart()
        return self._reported == batch

    def report_steps(self) -> None:
        """One `steps` event of the batches since the last one, if there are any."""
        if self._position.batch > self._reported:
            self._report(self._metrics.read(self._reported, self._position.batch))

    def _report(self, recent: Batches) -> None:
        now = time.perf_counter()
        passed, self._clock = now - self._clock, now
        position = self._position
        position.pass_time(passed)
        first, self._reported = position.step_of(self._reported), position.batch
        self._emit(
            Steps(
                step=position.step,
                epoch=position.epoch,
                loss=recent.mean_loss,
                accuracy=recent.accuracy,
                min_loss=float(recent.loss.min()),
                max_loss=float(recent.loss.max()),
                learning_rate=self._optimiser.learning_rate,
                samples_per_second=float(recent.size.sum()) / max(passed, 1e-9),
                elapsed=position.seconds,
            )
        )
        if (diverged := recent.first_not_finite) is not None:
            raise Diverged(f"diverged: the loss is not a finite number at step {first + 1 + diverged:,}; {ADVICE}")

    def report_epoch(
        self, penalty: float, layers: Layers, test: Evaluation, validation: Evaluation | None, seconds: float
    ) -> None:
        """The `epoch` event of an epoch whose evaluation took `seconds`, after that of its `layers`."""
        position = self._position
        position.test_loss, position.test_accuracy = test.loss, test.accuracy
        train = self._metrics.read(0, position.batches)
        self._emit(layers)
        self._emit(
            Epoch(
                epoch=position.epoch,
                step=position.step,
                train_loss=train.mean_loss,
                train_accuracy=train.accuracy,
                penalty=penalty,
                test_loss=test.loss,
                test_accuracy=test.accuracy,
                seconds=position.epoch_seconds,
                evaluation_seconds=seconds,
                validation_loss=validation.loss if validation else None,
                validation_accuracy=validation.accuracy if validation else None,
                elapsed=position.seconds,
            )
        )
        if not math.isfinite(test.loss):
            raise Diverged(f"diverged: the test loss is not a finite number after step {position.step:,}; {ADVICE}")
