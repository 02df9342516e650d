"""What a trained network would say with some of its units off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import accuracy, confusion
from engine.inference.network import Array, softmax
from engine.inference.units import Activations

Labels = npt.NDArray[np.uint8]
# Of some hidden layers, by their numbers, what each unit's activation is multiplied by, (units,); 0 is off.
Gains = Mapping[int, Array]


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network says of N images: `probabilities` (N, 10), the share that is right, and the `confusion`, counts
    (10, 10) with true classes in rows."""

    probabilities: Array
    accuracy: float
    confusion: npt.NDArray[np.intp]


def ask(activations: Activations, labels: Labels, gains: Gains) -> Answer:
    """What the network says of the images that its activations are of, true classes `labels` (N,), with these gains.

    Only the layers after the first one with a gain are computed again."""
    network, first = activations.network, min(gains, default=len(activations.layers) - 1)
    outputs = activations.layers[first]
    for layer in range(first, len(activations.layers)):
        outputs = outputs if layer == first else network.outputs(layer, outputs)
        outputs = outputs * gains[layer] if layer in gains else outputs
    probabilities = softmax(outputs)
    classes = probabilities.argmax(1).astype(np.uint8)
    return Answer(probabilities, accuracy(labels, classes), confusion(labels, classes))


def switched(gains: Gains, layer: int, unit: int, units: int) -> dict[int, Array]:
    """The same gains with a unit of a layer of so many switched off, or on again."""
    own = gains[layer].copy() if layer in gains else np.ones(units, np.float32)
    on = own.max() or np.float32(1)
    own[unit] = 0 if own[unit] else on
    others = {place: array for place, array in gains.items() if place != layer}
    return {**others, layer: own} if (own != 1).any() else others


def dropped(units: int, share: float, seed: int) -> Array:
    """Gains of a layer as inverted dropout makes them in training: a random share is off, and the others are divided by
    what is left. Here the same units are off for all images."""
    off = np.random.default_rng(seed).permutation(units) < round(share * units)
    left = 1 - off.mean()
    return np.where(off, 0, 1 / left if left else 0).astype(np.float32)
