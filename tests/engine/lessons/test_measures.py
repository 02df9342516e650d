"""What is looked at in a run."""

from __future__ import annotations

import math

import pytest

from engine.config.run_config import RunConfig
from engine.lessons.measures import MEASURES, Measured
from engine.runs.events import Layers
from engine.runs.layers import BINS, Histogram, Layer
from tests.builders.snapshots import epoch, snapshot, started, steps

RUN = snapshot(
    started(), steps(10), epoch(1, test_accuracy=0.8), steps(20), epoch(2, penalty=0.5, seconds=2.0),
    config=RunConfig(l2=0.1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ("test_accuracy", 0.9, "90.00 %"),
        ("test_accuracy@1", 0.8, "80.00 %"),
        ("gap", -0.025, "-2.50 points"),
        ("seconds", 2.0, "2.00 s"),
        ("updates", 10, "10"),
        ("batch_spread", 1.75, "1.7500"),
    ],
)
def test_a_figure_of_an_epoch(text: str, value: float, written: str) -> None:
    measured = Measured.read(text)
    found = measured(RUN)
    assert found == pytest.approx(value)
    assert measured.measure.write(found or 0.0) == written


def test_what_an_epoch_does_not_tell_is_missing() -> None:
    assert Measured.read("test_accuracy@3")(RUN) is None
    assert Measured.read("validation_accuracy")(RUN) is None
    nothing = snapshot(epoch(1))
    assert [Measured.read(name)(nothing) for name in ("updates", "batch_spread", "squared_weights")] == [None] * 3


def test_layers_are_told_of_by_the_epoch_that_they_ended() -> None:
    nothing = Histogram(0.0, 0.0, (0,) * BINS)

    def layer(activation: str, gradient_norm: float, dead: float) -> Layer:
        return Layer(4, activation, 1.0, gradient_norm, 1.0, 0.0, 1.0, dead, math.nan, nothing, nothing)

    hidden, output = layer("relu", 0.5, 0.25), layer("", 2.0, math.nan)
    told = Layers(epoch=1, step=10, layers=(hidden, hidden, output))
    run = snapshot(started(), told, epoch(1), epoch(2))
    assert Measured.read("gradient_ratio@1")(run) == 0.25 and Measured.read("dead@1")(run) == 0.25
    assert Measured.read("saturated@1")(run) is None and Measured.read("dead")(run) is None


def test_squared_weights_are_the_penalty_over_its_lambda() -> None:
    run = snapshot(started(l2=0.1), epoch(1, penalty=0.5))
    assert Measured.read("squared_weights")(run) == pytest.approx(5.0)


def test_a_distance_of_shares_is_in_points() -> None:
    assert MEASURES["test_accuracy"].apart(0.0123) == "1.23 points"
    assert MEASURES["test_loss"].apart(0.0123) == "0.0123"
