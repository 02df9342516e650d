"""What the layers of a network are like at the end of an epoch, and the JSON values that say so.

A figure that is not finite is NaN here and null there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from engine.config.choices import ACTIVATIONS
from engine.config.run_config import LARGEST_WIDTH, MOST_HIDDEN
from engine.json_text import LARGEST_WHOLE, read_figure, read_whole, write_figure

# Enough to see the shape of a layer's weights; the figures of a layer take some 700 bytes of a log then.
BINS = 32
# The middle of each bounded activation, and how far its ends are from there.
BOUNDED = {"tanh": (0.0, 1.0), "sigmoid": (0.5, 0.5)}
# Saturated is what lies so far out, of the way from the middle of a bounded activation to its ends, that less than a
# fiftieth of its greatest slope is left: 1 - 0.99^2 for tanh, and for the sigmoid, which is (1 + tanh(x / 2)) / 2.
FLAT = 0.99
# The only activation whose gradient is zero wherever it is not above zero, so that a unit can die.
MORTAL = "relu"
# Figures of a layer are kept to as many digits as 32 bits are sure of.
DIGITS = 6


@dataclass(frozen=True)
class Histogram:
    """How many of some numbers lie in each of 32 bins of one width, from the least, `low`, to the greatest, `high`.

    Of numbers of which some are not finite, `low` and `high` are NaN and the bins empty."""

    low: float
    high: float
    counts: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {"low": _written(self.low), "high": _written(self.high), "counts": list(self.counts)}

    @classmethod
    def from_json(cls, values: object) -> Histogram:
        """Raises ValueError for what is no histogram."""
        if not isinstance(values, dict) or not isinstance(counts := values.get("counts"), list) or len(counts) != BINS:
            raise ValueError(f"not a histogram of {BINS} bins")
        # Looked at as a whole, as there are dozens of them in every line.
        if {*map(type, counts)} != {int} or min(counts) < 0 or max(counts) >= LARGEST_WHOLE:
            raise ValueError("a bin that counts nothing")
        low, high = read_figure(values.get("low")), read_figure(values.get("high"))
        if not (low <= high or (math.isnan(low) and math.isnan(high))):
            raise ValueError("a histogram without a range")
        return cls(low, high, tuple(counts))


@dataclass(frozen=True)
class Layer:
    """A fully connected layer of `units` and its `activation`, which is empty for the output layer.

    Norms are Euclidean: `weight_norm` of its weights without biases, `gradient_norm` of the gradient there of the
    epoch's last whole batch, `update_norm` of the change over the epoch. `mean` and `spread`, a standard deviation,
    are of its activations, of the output layer its logits, on test images. `dead` and `saturated` are shares of its
    units in [0, 1], NaN where the activation knows no such thing."""

    units: int
    activation: str
    weight_norm: float
    gradient_norm: float
    update_norm: float
    mean: float
    spread: float
    dead: float
    saturated: float
    weights: Histogram
    activations: Histogram

    def to_json(self) -> dict[str, Any]:
        histograms = {name: getattr(self, name).to_json() for name in HISTOGRAMS}
        figures = {name: _written(getattr(self, name)) for name in FIGURES}
        return {"units": self.units, "activation": self.activation, **figures, **histograms}

    @classmethod
    def from_json(cls, values: object) -> Layer:
        """Raises ValueError for what is no layer; what a later version says of one is passed over."""
        if not isinstance(values, dict) or not values.keys() >= KEYS:
            raise ValueError("not a layer")
        units, activation = read_whole(values["units"]), values["activation"]
        if not 1 <= units <= LARGEST_WIDTH or activation not in ("", *ACTIVATIONS):
            raise ValueError("a layer that no network has")
        figures = {name: read_figure(values[name]) for name in FIGURES}
        if any(not 0 <= figures[name] <= 1 for name in SHARES if not math.isnan(figures[name])):
            raise ValueError("a share that is none")
        weights, activations = (Histogram.from_json(values[name]) for name in HISTOGRAMS)
        return cls(units, activation, **figures, weights=weights, activations=activations)


HISTOGRAMS = ("weights", "activations")
SHARES = ("dead", "saturated")
FIGURES = ("weight_norm", "gradient_norm", "update_norm", "mean", "spread", *SHARES)
KEYS = {field.name for field in fields(Layer)}


def layer_name(place: int, layers: int) -> str:
    """What the layer at a place, from 0, of so many is called."""
    return "output" if place == layers - 1 else f"layer {place + 1}"


def layers_from_json(values: object) -> tuple[Layer, ...]:
    """The layers of a network, at least its output. Raises ValueError for what is none."""
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_HIDDEN + 1:
        raise ValueError("not the layers of a network")
    return tuple(map(Layer.from_json, values))


def _written(figure: float) -> float | None:
    return write_figure(figure, DIGITS)
