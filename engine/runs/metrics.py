"""The metrics of an epoch, each described once for lists, tables, comparisons, charts and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.quantities import Measure

if TYPE_CHECKING:
    from engine.runs.events import Epoch


@dataclass(frozen=True)
class Metric:
    """A metric by its `name`, and what stands for it in a heading with much room and with little.

    `better` is 1 where higher is better, -1 where lower is, 0 where neither is; `value` is None where there is none."""

    name: str
    title: str
    short: str
    measure: Measure
    better: int
    value: Callable[[Epoch], float | None]


def _own(name: str, title: str, short: str, measure: Measure, better: int) -> Metric:
    return Metric(name, title, short, measure, better, attrgetter(name))


METRICS: tuple[Metric, ...] = (
    _own("test_accuracy", "Test accuracy", "test acc", Measure.SHARE, 1),
    _own("test_loss", "Test loss", "test loss", Measure.LOSS, -1),
    _own("train_accuracy", "Training accuracy", "train acc", Measure.SHARE, 1),
    _own("train_loss", "Training loss", "train loss", Measure.LOSS, -1),
    _own("validation_accuracy", "Validation accuracy", "val acc", Measure.SHARE, 1),
    _own("validation_loss", "Validation loss", "val loss", Measure.LOSS, -1),
    Metric(
        "gap", "Training less test accuracy", "gap", Measure.POINTS, 0,
        lambda epoch: epoch.train_accuracy - epoch.test_accuracy,
    ),
)  # fmt: skip
METRIC: dict[str, Metric] = {metric.name: metric for metric in METRICS}
# As they stand in a table that has a row for each epoch.
OF_AN_EPOCH = tuple(
    METRIC[name] for part in ("train", "validation", "test") for name in (f"{part}_accuracy", f"{part}_loss")
)
