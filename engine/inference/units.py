"""What the units of a trained network say on many images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.inference.network import Array, Images, TrainedNetwork
from engine.runs.layers import BOUNDED, FLAT, MORTAL

Mask = npt.NDArray[np.bool_]


# A unit is saturated that is so on more than this share of the images.
MOST = 0.5


@dataclass(frozen=True, eq=False)
class UnitFigures:
    """Of each unit of a layer, arrays (units,): the mean and the standard deviation of what it says on some images, and
    whether it is `dead` (a ReLU that is never above zero) or `saturated` (a tanh or a sigmoid that is flat, at one of
    its ends, for most of them); both are False where the idea does not apply."""

    mean: Array
    spread: Array
    dead: Mask
    saturated: Mask


@dataclass(frozen=True, eq=False)
class Activations:
    """What each layer of a `network` says on N images: arrays (N, units) after the activation, the last the logits."""

    network: TrainedNetwork
    layers: tuple[Array, ...]

    @classmethod
    def of(cls, network: TrainedNetwork, images: Images) -> Activations:
        """On images (N, 28, 28)."""
        layers = [network.inputs(images)]
        for layer in range(len(network.activations)):
            layers.append(network.outputs(layer, layers[-1]))
        return cls(network, tuple(layers[1:]))

    @cached_property
    def figures(self) -> tuple[UnitFigures, ...]:
        """The figures of the units of each layer, the last one's of the logits."""
        return tuple(map(_figures, self.layers, self.network.activations))


def _figures(outputs: Array, activation: str) -> UnitFigures:
    units = outputs.shape[1]
    dead = outputs.max(0) <= 0 if activation == MORTAL else np.zeros(units, bool)
    saturated = np.zeros(units, bool)
    if activation in BOUNDED:
        middle, reach = BOUNDED[activation]
        saturated = (np.abs(outputs - np.float32(middle)) > FLAT * reach).mean(0) > MOST
    return UnitFigures(outputs.mean(0), outputs.std(0), dead, saturated)
