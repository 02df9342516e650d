"""What the units of a trained network look for in an image, and how much they matter."""

from __future__ import annotations

import numpy as np

from engine.inference.network import Array, TrainedNetwork
from engine.inference.units import UnitFigures

SIDE = 28


def influence(network: TrainedNetwork, layer: int, figures: UnitFigures) -> Array:
    """How much each unit of a hidden layer moves the next layer, (units,): the Euclidean norm of its outgoing weights
    times the standard deviation of its activation."""
    result: Array = np.linalg.norm(network.weights[layer + 1], axis=0) * figures.spread
    return result


def pattern(network: TrainedNetwork, layer: int, unit: int) -> Array:
    """The input that excites a unit of a layer, (28, 28), one weight a pixel.

    Of the first layer these are its weights. Of a deeper one they are the weights of all layers up to it multiplied
    through, as if there were no activations between them: a rough picture of what the unit adds up."""
    weights = network.weights[layer][unit]
    for before in reversed(network.weights[:layer]):
        weights = weights @ before
    result: Array = weights.reshape(SIDE, SIDE)
    return result


def evidence(network: TrainedNetwork, inputs: Array, output: int) -> Array:
    """What each input of the last layer, of which some image has `inputs` (units,), adds to the logit of an output:
    its weight times its activation, (units,)."""
    result: Array = network.weights[-1][output] * inputs
    return result
