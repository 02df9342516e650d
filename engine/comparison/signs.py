"""Signs of how training goes that the figures of a run show: each gives the figures that say so, or None without it.

Each asks for a run that has started and for as many ended epochs as its rule names. Sources: a loss on held-out images
that is above its lowest, by how much and how long, as the sign of overfitting: L. Prechelt, "Early Stopping - But
When?", in Neural Networks: Tricks of the Trade (1998). Vanishing gradients and saturation: X. Glorot and Y. Bengio,
"Understanding the difficulty of training deep feedforward neural networks", AISTATS (2010). Symmetry: I. Goodfellow, Y.
Bengio and A. Courville, Deep Learning (2016), section 8.4. Thresholds without a source were set by what the presets
show on MNIST.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.comparison.significance import accuracy_margin
from engine.config.run_config import CLASSES, RunConfig
from engine.quantities import loss, percent
from engine.runs.status import FINISHED, LIVE

if TYPE_CHECKING:
    from engine.runs.events import Epoch, RunStarted
    from engine.runs.layers import Layer
    from engine.runs.state import RunState

Figures = Mapping[str, object] | None

# The loss in nats of a network that holds all classes equally likely, and how near to it is no better.
CHANCE = math.log(CLASSES)
NEAR_CHANCE = 0.01
# The share by which a loss that differs has changed clearly: Prechelt's threshold of 5 %.
CLEARLY = 0.05
# The shares of a loss that it falls by in an epoch in which it stands, or hardly moves.
STANDING, HARDLY = 0.001, 0.01
# Updates an epoch that are so few that a smaller batch is the first thing to try.
FEW_UPDATES = 10
# Shares of units: hardly any is left to carry a signal, and more than the presets ever have that learn well.
DEAD_LAYER, DEAD_UNITS, SATURATED_UNITS = 0.9, 0.25, 1 / 3
# The share of the gradient's norm at the output that the first layer of four sigmoid layers does not reach.
VANISHING = 0.1
# Epochs after the lowest loss until there is no doubt that it was the lowest, and over which a run levels off.
STRIP = 3
# A point: what is less is noticed by a test on enough images and by nobody else.
LEAST_GAP = 0.01


def too_early(run: RunState) -> Figures:
    return {} if len(run.epochs) < 2 and run.phase in LIVE else None


def worse_than_chance(run: RunState) -> Figures:
    last = run.epochs[-1]
    worse = min(last.train_loss, last.test_loss) > CHANCE * (1 + NEAR_CHANCE)
    return {"loss": loss(last.test_loss)} if worse else None


def symmetric(run: RunState) -> Figures:
    config = _config(run)
    return {} if config.initialisation == "zeros" and config.hidden and _epochs_at_chance(run) else None


def shrunk(run: RunState) -> Figures:
    """Parameters whose norm is too small for an image to make a difference."""
    strength, penalty = _config(run).l2, run.epochs[-1].penalty
    is_small = 0 <= penalty < strength and _epochs_at_chance(run)
    return {"norm": f"{math.sqrt(penalty / strength):.2f}"} if is_small else None


def dead_layer(run: RunState) -> Figures:
    return _worst_layer(run, "dead", DEAD_LAYER)


def dead_units(run: RunState) -> Figures:
    return _worst_layer(run, "dead", DEAD_UNITS)


def saturated_units(run: RunState) -> Figures:
    return _worst_layer(run, "saturated", SATURATED_UNITS)


def vanishing(run: RunState) -> Figures:
    layers = _layers(run)
    if not layers:
        return None
    first, last = layers[0].gradient_norm, layers[-1].gradient_norm
    return {"ratio": f"{last / first:,.0f}"} if 0 < first < VANISHING * last else None


def stuck_after_jump(run: RunState) -> Figures:
    return _stuck(run) if _has_jumped(run) else None


def stuck(run: RunState) -> Figures:
    return None if _has_jumped(run) else _stuck(run)


def few_updates(run: RunState) -> Figures:
    updates = _started(run).steps_per_epoch
    fall = slow(run) if updates <= FEW_UPDATES else None
    return fall and {**fall, "updates": f"{updates} update{'s' * (updates > 1)}"}


def slow(run: RunState) -> Figures:
    """A loss that falls steadily and hardly, and is not far below chance."""
    before, last = run.epochs[-2:]
    falls = STANDING * before.train_loss < before.train_loss - last.train_loss < HARDLY * before.train_loss
    is_slow = falls and last.train_loss > CHANCE * 0.9 and not _has_jumped(run)
    return {"fall": percent(_fall(before.train_loss, last.train_loss))} if is_slow else None


def rising(run: RunState) -> Figures:
    before, last = run.epochs[-2:]
    is_worse = before.train_accuracy - last.train_accuracy > _margin(run, "train", before, last)
    rises = is_worse and last.train_loss > before.train_loss * (1 + CLEARLY)
    return {"before": loss(before.train_loss), "after": loss(last.train_loss)} if rises else None


def overfitting(run: RunState) -> Figures:
    part, held_out = _held_out(run)
    lowest = min(run.epochs, key=held_out)
    least, (before, last) = held_out(lowest), run.epochs[-2:]
    is_over = last.epoch - lowest.epoch >= STRIP and last.train_loss < lowest.train_loss
    if not is_over or min(held_out(before), held_out(last)) <= least * (1 + CLEARLY):
        return None
    return {"since": lowest.epoch + 1, "part": part, "rise": percent(-_fall(least, held_out(last)), digits=0)}


def unsteady(run: RunState) -> Figures:
    before, last = run.epochs[-2:]
    fall = before.test_accuracy - last.test_accuracy
    return {"fall": f"{100 * fall:.2f}"} if fall > _margin(run, "test", before, last) else None


def dropout(run: RunState) -> Figures:
    return _test_above_training(run) if _config(run).dropout else None


def augmentation(run: RunState) -> Figures:
    config = _config(run)
    return _test_above_training(run) if config.shift or config.rotation else None


def mean_over_epoch(run: RunState) -> Figures:
    return _test_above_training(run)


def gap(run: RunState) -> Figures:
    before, last = run.epochs[-2:]
    gap = last.train_accuracy - last.test_accuracy
    is_clear = gap >= LEAST_GAP and gap > _gap_margin(run) and last.train_loss < before.train_loss
    return {"gap": f"{100 * gap:.2f}"} if is_clear else None


def penalty(run: RunState) -> Figures:
    last = run.epochs[-1]
    return {"penalty": loss(last.penalty), "loss": loss(last.train_loss)} if last.penalty > last.train_loss else None


def levelled_off(run: RunState) -> Figures:
    before, last = run.epochs[-1 - STRIP], run.epochs[-1]
    fall = _fall(before.train_loss, last.train_loss)
    change = abs(last.test_accuracy - before.test_accuracy)
    level = abs(fall) < HARDLY * STRIP and change <= _margin(run, "test", before, last)
    return {"epochs": STRIP, "fall": percent(fall)} if level else None


def unfinished(run: RunState) -> Figures:
    part, held_out = _held_out(run)
    before, last = run.epochs[-2:]
    if run.phase != FINISHED or last is not min(run.epochs, key=held_out):
        return None
    falls = held_out(last) < held_out(before) * (1 - CLEARLY) and last.train_loss < before.train_loss
    return {"part": part, "fall": percent(_fall(held_out(before), held_out(last)), digits=0)} if falls else None


def within_noise(run: RunState) -> Figures:
    before, last = run.epochs[-2:]
    change, margin = last.test_accuracy - before.test_accuracy, _margin(run, "test", before, last)
    return {"change": f"{100 * change:+z.2f}", "margin": f"{100 * margin:.2f}"} if abs(change) <= margin else None


def _started(run: RunState) -> RunStarted:
    assert run.started is not None
    return run.started


def _config(run: RunState) -> RunConfig:
    return _started(run).config


def _layers(run: RunState) -> Sequence[Layer]:
    """The layers at the end of the last epoch, as far as that was told."""
    return run.layers[-1].layers if run.layers else ()


def _worst_layer(run: RunState, kind: str, least: float) -> Figures:
    """The layer in which the largest share of the units is dead or saturated, where that is so much."""
    shares = [(getattr(layer, kind), number, layer.units) for number, layer in enumerate(_layers(run), 1)]
    share, number, units = max(((0.0 if math.isnan(s) else s, -n, u) for s, n, u in shares), default=(0.0, 0, 0))
    if share < least:
        return None
    return {"layer": -number, "share": percent(share, digits=0), "units": units, kind: round(share * units)}


def _epochs_at_chance(run: RunState) -> int:
    """How many epochs the training loss has stood at that of chance, up to now."""
    near = (abs(epoch.train_loss / CHANCE - 1) < NEAR_CHANCE for epoch in reversed(run.epochs))
    return next((number for number, is_near in enumerate(near) if not is_near), len(run.epochs))


def _stuck(run: RunState) -> Figures:
    before, last = run.epochs[-2:]
    epochs = _epochs_at_chance(run)
    stands = abs(before.train_loss - last.train_loss) < STANDING * CHANCE
    return {"epochs": epochs} if epochs >= 2 and stands else None


def _has_jumped(run: RunState) -> bool:
    """Whether the loss of a batch was ever twice that of chance."""
    return max(max(run.series.max_loss, default=0.0), run.epochs[0].train_loss) > 2 * CHANCE


def _held_out(run: RunState) -> tuple[str, Callable[[Epoch], float]]:
    """The loss on images that it was not trained on: validation where there is one, else test."""
    if run.epochs[-1].validation_loss is None:
        return "test", lambda epoch: epoch.test_loss
    return "validation", lambda epoch: math.inf if epoch.validation_loss is None else epoch.validation_loss


def _fall(before: float, after: float) -> float:
    """The share of a loss that it has fallen by; NaN of none."""
    return 1 - after / before if before else math.nan


def _margin(run: RunState, part: str, a: Epoch, b: Epoch) -> float:
    """The difference of two epochs in an accuracy up to which it is within noise."""
    images = getattr(_started(run), f"{part}_size")
    return accuracy_margin(*((getattr(epoch, f"{part}_accuracy"), images) for epoch in (a, b)))


def _gap_margin(run: RunState) -> float:
    started, last = _started(run), run.epochs[-1]
    return accuracy_margin((last.train_accuracy, started.train_size), (last.test_accuracy, started.test_size))


def _test_above_training(run: RunState) -> Figures:
    last = run.epochs[-1]
    above = last.test_accuracy - last.train_accuracy > _gap_margin(run)
    return {"test": percent(last.test_accuracy), "train": percent(last.train_accuracy)} if above else None
