"""What a lesson looks at in a run: the metrics of an epoch, and what else follows from its events."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from engine.quantities import Measure as Unit
from engine.quantities import duration, percent, points, quantity
from engine.runs.events import Epoch
from engine.runs.layers import Layer
from engine.runs.metrics import METRIC, METRICS, Metric
from engine.runs.snapshot import RunSnapshot

Value = Callable[[RunSnapshot, Epoch], float | None]


@dataclass(frozen=True)
class Measure:
    """What it is called in a sentence, how it is taken at an epoch of a run and written, and why it may be missing.

    `better` is 1 where higher is better, -1 where lower is, 0 where neither is."""

    title: str
    value: Value
    write: Callable[[float], str]
    better: int = 0
    missing: str = "its epochs do not tell"
    is_share: bool = False

    def apart(self, difference: float) -> str:
        """How far two values are apart, without a sign."""
        return f"{100 * difference:.2f} points" if self.is_share else self.write(difference)


@dataclass(frozen=True)
class Measured:
    """A measure at an epoch: at the last, or the one whose network is kept, where `at` is 0."""

    measure: Measure
    at: int = 0

    @classmethod
    def read(cls, text: str) -> Measured:
        """What a text such as `test_accuracy` or `test_accuracy@1` stands for. Raises ValueError."""
        name, _, epoch = text.partition("@")
        if name not in MEASURES:
            raise ValueError(f"{name!r} is no measure; one of {', '.join(MEASURES)}")
        return cls(MEASURES[name], int(epoch) if epoch else 0)

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        return f"{self.measure.title} after epoch {self.at}" if self.at else self.measure.title

    def epoch(self, run: RunSnapshot) -> Epoch | None:
        """The epoch that is meant, where the run has it."""
        if not self.at:
            return run.state.last
        return next((epoch for epoch in run.state.epochs if epoch.epoch == self.at), None)

    def __call__(self, run: RunSnapshot) -> float | None:
        epoch = self.epoch(run)
        return self.measure.value(run, epoch) if epoch else None


def _metric(metric: Metric) -> Measure:
    return Measure(
        metric.title.lower(),
        lambda _, epoch: metric.value(epoch),
        lambda value: quantity(value, metric.measure),
        metric.better,
        "no images were held out" if metric.name.startswith("validation") else Measure.missing,
        metric.measure is Unit.SHARE,
    )


def _updates(run: RunSnapshot, _: Epoch) -> float | None:
    return run.state.started.steps_per_epoch if run.state.started else None


def _batch_spread(run: RunSnapshot, epoch: Epoch) -> float | None:
    """How far the losses of the best and the worst batch of an epoch are apart, in nats."""
    series = run.state.series
    if not (started := run.state.started):
        return None
    first = epoch.step - started.steps_per_epoch
    own = [place for place, step in enumerate(series.step) if first < step <= epoch.step]
    if not own:
        return None
    return max(series.max_loss[place] for place in own) - min(series.min_loss[place] for place in own)


def _squared_weights(run: RunSnapshot, epoch: Epoch) -> float | None:
    """The sum of the squares that the penalty weighs: the penalty over its lambda."""
    return epoch.penalty / run.config.l2 if run.config.l2 else None


def _layers(run: RunSnapshot, epoch: Epoch) -> tuple[Layer, ...]:
    """What the layers were like at the end of an epoch; nothing where its events do not tell."""
    return next((event.layers for event in run.state.layers if event.epoch == epoch.epoch), ())


def _gradient_ratio(run: RunSnapshot, epoch: Epoch) -> float | None:
    layers = _layers(run, epoch)
    last = layers[-1].gradient_norm if layers else 0.0
    return layers[0].gradient_norm / last if last > 0 else None


def _largest(share: Callable[[Layer], float]) -> Value:
    """The largest of a share over the hidden layers that know it."""

    def value(run: RunSnapshot, epoch: Epoch) -> float | None:
        return max(filter(math.isfinite, map(share, _layers(run, epoch))), default=None)

    return value


UNTOLD = "its events do not tell of layers, as those of an earlier version do not; train the lesson once more"
MEASURES: dict[str, Measure] = {
    **{metric.name: _metric(metric) for metric in METRICS if metric.name != "gap"},
    "gap": Measure(
        "training less test accuracy", lambda _, epoch: METRIC["gap"].value(epoch), points, -1, is_share=True
    ),
    "seconds": Measure("training time of an epoch", lambda _, epoch: epoch.seconds, duration, -1),
    "updates": Measure("number of updates an epoch", _updates, lambda value: quantity(value, Unit.NUMBER)),
    "batch_spread": Measure(
        "distance between the losses of the best and the worst batch of the last epoch",
        _batch_spread, lambda value: quantity(value, Unit.LOSS), missing="its batches are not in its events",
    ),
    "gradient_ratio": Measure(
        "gradient norm of the first layer's weights over that of the last's",
        _gradient_ratio, lambda value: f"{value:.2g}", missing=UNTOLD,
    ),
    "dead": Measure(
        "share of dead units in the layer with most of them", _largest(attrgetter("dead")), percent, -1, UNTOLD, True
    ),
    "saturated": Measure(
        "share of saturated units in the layer with most of them",
        _largest(attrgetter("saturated")), percent, -1, UNTOLD, True,
    ),
    "squared_weights": Measure(
        "sum of squared parameters", _squared_weights, lambda value: f"{value:.3g}", missing="it has no L2 penalty"
    ),
}  # fmt: skip
