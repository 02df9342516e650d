"""Published figures beside measured ones."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.config.presets import Preset, Published
from engine.runs.events import Epoch

# Points: three and a half standard errors of an accuracy of 97 % on 10,000 images, 0.17 each.
TOLERANCE = 0.6
PER_POINT = 100


@dataclass(frozen=True)
class Comparison:
    """One figure of one experiment: as published, and as measured with several seeds.

    Accuracies are fractions, of which `difference` and `deviation` are in points; losses are in nats. Only test
    accuracies are `judged`: TOLERANCE points apart is close enough.
    """

    experiment: str
    figure: str
    published: float
    measured: tuple[float, ...]
    judged: bool = False

    @property
    def is_accuracy(self) -> bool:
        """Whether the figure is an accuracy, not a loss."""
        return self.figure.endswith("accuracy")

    @property
    def mean(self) -> float:
        return statistics.fmean(self.measured)

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation over the seeds; None with one."""
        if len(self.measured) < 2 or not all(map(math.isfinite, self.measured)):
            return None
        return statistics.stdev(self.measured) * (PER_POINT if self.is_accuracy else 1)

    @property
    def difference(self) -> float:
        """Measured less published."""
        return (self.mean - self.published) * (PER_POINT if self.is_accuracy else 1)

    @property
    def within(self) -> bool | None:
        """Whether the figure is close enough; None for one that is not judged."""
        return abs(self.difference) <= TOLERANCE + 1e-9 if self.judged else None

    def to_json(self) -> dict[str, Any]:
        figures = {"mean": self.mean, "difference": self.difference, "deviation": self.deviation}
        values = {**vars(self), **{name: _finite(value) for name, value in figures.items()}}
        return {**values, "measured": [_finite(value) for value in self.measured], "within": self.within}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def compare(preset: Preset, ends: Sequence[Epoch]) -> Iterator[Comparison]:
    """What was published of a preset beside the last epochs of its runs."""
    if not ends:
        return
    for figure, value, measure in _figures(preset.published or Published()):
        if value is not None:
            judged = figure == "test accuracy"
            yield Comparison(preset.name, figure, value, tuple(measure(end) for end in ends), judged)


def _figures(published: Published) -> Iterator[tuple[str, float | None, Callable[[Epoch], float]]]:
    yield "test accuracy", published.test_accuracy, lambda epoch: epoch.test_accuracy
    yield "test loss", published.test_loss, lambda epoch: epoch.test_loss
    yield "training accuracy", _last(published.train_accuracy), lambda epoch: epoch.train_accuracy
    yield "training loss", _last(published.train_loss), lambda epoch: epoch.train_loss


def _last(values: Sequence[float]) -> float | None:
    return values[-1] if values else None
