"""A trained network computed with numpy alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.config.run_config import PIXELS, RunConfig
from engine.datasets.catalogue import SPECS, Spec
from engine.errors import UserError
from engine.runs.snapshot import RunSnapshot

# erf(x) is x P(x²) / Q(x²) up to a few units in the last place of a float32, and 1 beyond: the coefficients, highest
# power first, are those of `erf` for floats in Eigen and XLA (a minimax approximation on [-4, 4]).
NUMERATOR = (
    -2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04,
    -2.95459980854025e-03, -1.60960333262415e-02,
)  # fmt: skip
DENOMINATOR = (
    -1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02,
)  # fmt: skip
REACH = 4.0

Array = npt.NDArray[np.float32]
Images = npt.NDArray[np.uint8]
# What `nn.BatchNorm1d` adds to a variance.
EPSILON = 1e-5


def _gelu(values: Array) -> Array:
    result = erf(values / np.float32(math.sqrt(2)))
    result += 1
    result *= values
    result /= 2
    return result


def _sigmoid(values: Array) -> Array:
    return np.asarray((1 + np.tanh(values / 2)) / 2, np.float32)


# As PyTorch's functions of these names.
ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "relu": lambda values: np.maximum(values, 0),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "leaky-relu": lambda values: np.where(values > 0, values, 0.01 * values),
    "elu": lambda values: np.where(values > 0, values, np.expm1(np.minimum(values, 0))),
    "gelu": _gelu,
}


class NetworkError(UserError):
    """The network of a run cannot be asked; the message says why."""


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """The network of a run after an `epoch`, by the `arrays` of its `state_dict`, float32 (outputs, inputs) and
    (outputs,), named as in an `nn.Sequential` of its layers; it was trained on the data set `spec`.

    Layers are numbered from 0, the last one being that of the logits, which has no activation."""

    config: RunConfig
    spec: Spec
    epoch: int
    arrays: Mapping[str, Array]

    @classmethod
    def of(cls, snapshot: RunSnapshot, epoch: int, arrays: Mapping[str, Array]) -> TrainedNetwork:
        """That of a run. Raises NetworkError where it cannot be told on what the run was trained."""
        if snapshot.dataset not in SPECS:
            raise NetworkError(f"it cannot be told on what {snapshot.id} was trained")
        return cls(snapshot.config, SPECS[snapshot.dataset], epoch, arrays)

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The names of the activations, one a layer, nothing for the last."""
        return (*self.config.layer_activations(), "")

    @cached_property
    def weights(self) -> tuple[Array, ...]:
        """The weights of each layer, (outputs, inputs), times what batch normalisation multiplies by."""
        return tuple(self._folded(layer)[0] for layer in range(len(self.activations)))

    def inputs(self, images: Images) -> Array:
        """What the first layer gets, (N, 784), of images (N, 28, 28)."""
        pixels: Array = images.reshape(-1, PIXELS).astype(np.float32)
        pixels /= np.float32(255)
        if self.config.scaling == "standard":
            pixels = (pixels - np.float32(self.spec.mean)) / np.float32(self.spec.std)
        return pixels

    def outputs(self, layer: int, inputs: Array) -> Array:
        """What a layer says, (N, outputs), to its inputs (N, inputs): after its activation, or the logits."""
        sums = inputs @ self.weights[layer].T
        sums += self._folded(layer)[1]
        activation = self.activations[layer]
        return ACTIVATIONS[activation](sums) if activation else sums

    def probabilities(self, images: Images) -> Array:
        """The probabilities, (N, 10), of the classes of images (N, 28, 28)."""
        hidden = self.inputs(images)
        for layer in range(len(self.activations)):
            hidden = self.outputs(layer, hidden)
        return softmax(hidden)

    def _folded(self, layer: int) -> tuple[Array, Array]:
        """The weights and the biases of a layer, into which its batch normalisation is worked, if it has one."""
        normalised = self.config.batch_norm and bool(self.activations[layer])
        number = layer * 2 if self.config.batch_norm else layer
        weights = self.arrays[f"{number}.weight"]
        if not normalised:
            return weights, self.arrays[f"{number}.bias"]
        own = {name: self.arrays[f"{number + 1}.{name}"] for name in ("weight", "bias", "running_mean", "running_var")}
        scale = own["weight"] / np.sqrt(own["running_var"] + np.float32(EPSILON))
        return weights * scale[:, None], own["bias"] - own["running_mean"] * scale


def softmax(logits: Array) -> Array:
    """The probabilities, (N, classes), that logits of that shape stand for."""
    shares: Array = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    return shares


def erf(values: Array) -> Array:
    """The error function of each value, within 1e-6."""
    within = np.clip(values, -REACH, REACH)
    squares = within * within
    result: Array = within * _polynomial(NUMERATOR, squares) / _polynomial(DENOMINATOR, squares)
    return result


def _polynomial(coefficients: tuple[float, ...], at: Array) -> Array:
    """By Horner's rule, in one array."""
    result = np.full_like(at, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= at
        result += np.float32(coefficient)
    return result
