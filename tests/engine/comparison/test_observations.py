"""What the figures of a run say: each rule where it applies and where it just does not, and which comes first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.comparison.observations import RULES, observe
from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, Layers, RunFinished, RunStarted, Steps
from engine.runs.layers import Histogram, Layer
from engine.runs.state import RunState
from tests.builders.strategies import events

BARS = Histogram(0.0, 1.0, (1,) * 32)
CHANCE = math.log(10)
IMAGES = 10_000
# The longest figures of real runs; a line of 80 cells begins with a blank.
LONGEST = {
    "loss": "1.0e+03", "norm": "0.99", "layer": 33, "dead": 8192, "saturated": 8192, "units": 8192, "share": "100 %",
    "ratio": "1,000,000", "epochs": 10_000, "fall": "24.31 %", "updates": "10 updates", "before": "1.0e+03",
    "after": "1.0e+03", "since": 9_999, "part": "validation", "rise": "100 %", "test": "98.76 %", "train": "98.76 %",
    "gap": "12.34", "penalty": "1.0e+03", "change": "-9.99", "margin": "0.98",
}  # fmt: skip


def layer(
    units: int, activation: str = "relu", gradient: float = 1.0, dead: float = 0.0, saturated: float = 0.0
) -> Layer:
    return Layer(units, activation, 1.0, gradient, 0.1, 0.5, 0.5, dead, saturated, BARS, BARS)


def run(
    *epochs: tuple[float, float] | dict[str, Any],
    layers: Sequence[Layer] = (),
    ended: bool = False,
    jump: float = 2.4,
    an_epoch: int = 100,
    **settings: object,
) -> RunState:
    """A run that had these test losses and accuracies, on 10,000 images, in its epochs, or what else is told of them.

    Unless told, training has the same accuracy and a loss that falls by a tenth an epoch."""
    config = RunConfig(epochs=100, **settings)  # type: ignore[arg-type]
    sizes = {"parameters": 1, "train_size": IMAGES, "test_size": IMAGES, "steps_per_epoch": an_epoch}
    happened: list[Event] = [RunStarted(time=1.0, id="x", run_name="x", config=config, device="cpu", **sizes)]
    figures: dict[str, Any] = {"accuracy": 0.1, "min_loss": 1.0, "learning_rate": 0.1, "samples_per_second": 1.0}
    happened.append(Steps(time=1.0, step=1, epoch=1, loss=2.3, max_loss=jump, **figures))
    for number, told in enumerate(epochs, 1):
        known = told if isinstance(told, dict) else {"test_loss": told[0], "test_accuracy": told[1]}
        known = {"test_loss": known.get("train_loss", 1.0), "test_accuracy": 0.9, "train_loss": 0.9**number, **known}
        times = {"time": 1.0 + number, "seconds": 1.0, "evaluation_seconds": 0.1}
        values = {"train_accuracy": known["test_accuracy"], "penalty": 0.0, **times, **known}
        if layers:
            happened.append(Layers(time=1.0, epoch=number, step=number * an_epoch, layers=tuple(layers)))
        happened.append(Epoch(epoch=number, step=number * an_epoch, **values))
    if ended:
        number = len(epochs)
        end = RunFinished(time=200, epoch=number, step=1, test_loss=1.0, test_accuracy=0.9, seconds=1.0)
        happened.append(end)
    return RunState.of(happened)


def losses(*training: float) -> list[dict[str, Any]]:
    """Epochs of these losses, of which those on test images are as high, without a right answer more or less."""
    return [{"train_loss": value, "test_accuracy": 0.5} for value in training]


STUCK = losses(CHANCE, CHANCE)
SIGMOID = [layer(64, "sigmoid", 0.001), layer(64, "sigmoid", 0.01), layer(10, "", 0.2)]
OVERFIT = [(0.10, 0.9), (0.11, 0.9), (0.12, 0.9), (0.13, 0.9)]
RISES = [{"train_loss": 1.0, "test_accuracy": 0.7}, {"train_loss": 1.06, "test_accuracy": 0.6}]
LEVEL = [{"train_loss": 0.300 - number / 1000, "test_accuracy": 0.92} for number in range(4)]
# Of each rule a run that it applies to and its sentence, and one that it just does not apply to.
CASES: dict[str, tuple[RunState, str, RunState]] = {
    "worse than chance": (
        run(*losses(2.4)),
        "A loss of 2.4000 is worse than chance, 2.30 = ln 10: lower the learning rate.",
        run({"train_loss": 2.4, "test_loss": 2.2}),
    ),
    "symmetry": (
        run(*losses(CHANCE), initialisation="zeros"),
        "Nothing is learnt: weights that begin at 0 stay alike; initialise otherwise.",
        run(*losses(CHANCE), initialisation="zeros", hidden=()),
    ),
    "shrunk weights": (
        run({"train_loss": CHANCE, "penalty": 0.001}, l2=0.1),
        "The L2 penalty has shrunk all weights to a norm of 0.10: lower lambda.",
        run({"train_loss": CHANCE, "penalty": 0.11}, l2=0.1),
    ),
    "dead layer": (
        run((1.0, 0.9), layers=[layer(128), layer(64, dead=0.95), layer(10, "")]),
        "Layer 2 is dead: 61 of 64 units are above zero for no test image.",
        run((1.0, 0.9), layers=[layer(128), layer(64, dead=0.89), layer(10, "", dead=math.nan)]),
    ),
    "vanishing gradients": (
        run((1.0, 0.9), layers=SIGMOID),
        "Gradients vanish: at layer 1 their norm is 1/200 of that at the output.",
        run((1.0, 0.9), layers=[replace(SIGMOID[0], gradient_norm=0.021), *SIGMOID[1:]]),
    ),
    "stuck after a jump": (
        run(*STUCK, jump=5.0),
        "Loss stuck at 2.30 = ln 10, chance, for 2 epochs: lower the learning rate.",
        run(*STUCK, jump=4.0),
    ),
    "stuck": (
        run(*losses(2.0, CHANCE, CHANCE, CHANCE)),
        "Loss stuck at 2.30 = ln 10, chance, for 3 epochs: raise the learning rate.",
        run(*losses(CHANCE, CHANCE - 0.003)),
    ),
    "few updates": (
        run(*losses(2.30, 2.295), an_epoch=1),
        "The loss falls by 0.22 % an epoch of 1 update: smaller batches make more.",
        run(*losses(2.30, 2.295), an_epoch=11),
    ),
    "slow": (
        run(*losses(2.30, 2.295)),
        "The loss falls by 0.22 % an epoch: raise the learning rate.",
        run(*losses(2.30, 2.27)),
    ),
    "rising loss": (
        run(*RISES),
        "Training loss rose from 1.0000 to 1.0600: lower the learning rate.",
        run(RISES[0], {"train_loss": 1.04, "test_accuracy": 0.6}),
    ),
    "overfitting": (
        run((0.2, 0.9), *OVERFIT),
        "Overfitting since epoch 3: training loss falls, test loss is up 30 %.",
        run((0.2, 0.9), *OVERFIT[:3]),
    ),
    "unsteady": (
        run((1.0, 0.9), (1.0, 0.89)),
        "Test accuracy fell by 1.00 points, beyond noise: let the learning rate fall.",
        run((1.0, 0.9), (1.0, 0.895)),
    ),
    "dead units": (
        run((1.0, 0.9), layers=[layer(128), layer(64, dead=1 / 3), layer(10, "")]),
        "Of layer 2, 33 % are dead: 21 of 64 units, zero for all test images.",
        run((1.0, 0.9), layers=[layer(128), layer(64, dead=0.2), layer(10, "")]),
    ),
    "saturated units": (
        run((1.0, 0.9), layers=[layer(64, "tanh", saturated=0.5), layer(10, "", saturated=math.nan)]),
        "Of layer 1, 50 % are saturated: 32 of 64 units hardly have a slope.",
        run((1.0, 0.9), layers=[layer(64, "tanh", saturated=0.3), layer(10, "", saturated=math.nan)]),
    ),
    "dropout": (
        run({"test_accuracy": 0.95, "train_accuracy": 0.9}, dropout=0.5),
        "Test, 95.00 %, is above training, 90.00 %: dropout is off in testing.",
        run({"test_accuracy": 0.905, "train_accuracy": 0.9}, dropout=0.5),
    ),
    "augmentation": (
        run({"test_accuracy": 0.95, "train_accuracy": 0.9}, rotation=10.0),
        "Test, 95.00 %, is above training, 90.00 %: only training images are moved.",
        run({"test_accuracy": 0.95, "train_accuracy": 0.9}),
    ),
    "mean over the epoch": (
        run({"test_accuracy": 0.95, "train_accuracy": 0.9}),
        "Test, 95.00 %, is above training, 90.00 %, which is a mean over the epoch.",
        run({"test_accuracy": 0.905, "train_accuracy": 0.9}),
    ),
    "gap": (
        run((1.0, 0.9), {"test_accuracy": 0.9, "train_accuracy": 0.92}),
        "Training is 2.00 points above test, more than noise: a sign of overfitting.",
        run((1.0, 0.9), {"test_accuracy": 0.9, "train_accuracy": 0.905}),
    ),
    "penalty": (
        run({"train_loss": 0.1, "penalty": 0.13}, l2=0.001),
        "The L2 penalty, 0.1300, is more than the training loss, 0.1000.",
        run({"train_loss": 0.1, "penalty": 0.09}, l2=0.001),
    ),
    "levelled off": (
        run(*LEVEL),
        "Levelled off: loss fell by 1.00 % in 3 epochs, accuracy within noise.",
        run({"train_loss": 0.310, "test_accuracy": 0.92}, *LEVEL[1:]),
    ),
    "unfinished": (
        run((1.0, 0.5), (0.9, 0.6), ended=True),
        "Still learning at the end: test loss fell by 10 % in the last epoch.",
        run((1.0, 0.5), (0.96, 0.6), ended=True),
    ),
    "within noise": (
        run((1.0, 0.97), (0.9, 0.974)),
        "The last epoch's +0.40 points of test accuracy are within noise, 0.46 each way.",
        run((1.0, 0.97), (0.9, 0.975)),
    ),
    "too early": (
        run((1.0, 0.9)),
        "Too early to tell: figures of two epochs make the first trend.",
        run((1.0, 0.9), ended=True),
    ),
}


def test_every_rule_has_a_case() -> None:
    assert list(CASES) == [rule.name for rule in RULES]


@pytest.mark.parametrize("name", CASES)
def test_a_rule_speaks_where_its_sign_is_seen_and_only_there(name: str) -> None:
    shows_it, sentence, does_not = CASES[name]
    said, otherwise = observe(shows_it), observe(does_not)
    assert said is not None and (said.rule, said.sentence) == (name, sentence)
    assert otherwise is None or otherwise.rule != name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_sentence_fits_a_line_and_its_reason_is_whole_sentences(rule: Any) -> None:
    assert len(rule.sentence.format(**LONGEST)) <= 79
    assert rule.reason.endswith(".") and "{" not in rule.reason


def test_a_run_that_does_well_is_left_in_peace() -> None:
    assert observe(run((1.0, 0.8), (0.9, 0.85))) is None
    assert observe(RunState()) is None


def test_validation_is_what_overfitting_is_seen_by_where_there_is_one() -> None:
    worse = [{"validation_loss": loss, "test_loss": 1.0} for loss, _ in OVERFIT]
    said = observe(run(*worse, validation=0.1))
    assert said is not None and "since epoch 2: training loss falls, validation loss is up 30 %" in said.sentence


def test_causes_are_told_before_what_they_cause() -> None:
    """You should read of the weights at zero and of gradients that vanish, not that the loss is stuck."""
    for state, cause in (
        (run(*STUCK, initialisation="zeros"), "symmetry"),
        (run(*STUCK, layers=SIGMOID), "vanishing gradients"),
        (run(*STUCK, jump=9.0, layers=[layer(64, dead=1.0), layer(10, "")]), "dead layer"),
    ):
        said = observe(state)
        assert said is not None and said.rule == cause


STARTED = run().started


@settings(max_examples=50)
@given(st.lists(events(Epoch), max_size=5), st.lists(events(Layers), max_size=1))
def test_whatever_was_told_is_observed_without_an_error(epochs: list[Epoch], layers: list[Layers]) -> None:
    observe(RunState(started=STARTED, epochs=epochs, layers=layers))
