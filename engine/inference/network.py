"""A trained network computed with numpy alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.config.run_config import PIXELS, RunConfig
from engine.datasets.catalogue import Spec

Array = npt.NDArray[np.float32]
# What `nn.BatchNorm1d` adds to a variance.
EPSILON = 1e-5


def _gelu(values: Array) -> Array:
    erf = np.vectorize(math.erf, otypes=[np.float32])
    found: Array = values * (1 + erf(values / math.sqrt(2))) / 2
    return found


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


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """The network of a run after an `epoch`, by the `arrays` of its `state_dict`, float32 (outputs, inputs) and
    (outputs,), named as in an `nn.Sequential` of its layers; it was trained on the data set `spec`."""

    config: RunConfig
    spec: Spec
    epoch: int
    arrays: Mapping[str, Array]

    def probabilities(self, images: npt.NDArray[np.uint8]) -> Array:
        """The probabilities, (N, 10), of the classes of images (N, 28, 28)."""
        hidden: Array = images.reshape(-1, PIXELS).astype(np.float32) / np.float32(255)
        if self.config.scaling == "standard":
            hidden = (hidden - np.float32(self.spec.mean)) / np.float32(self.spec.std)
        number = 0
        for activation in self.config.layer_activations():
            hidden = hidden @ self.arrays[f"{number}.weight"].T
            if self.config.batch_norm:
                number += 1
                deviation = np.sqrt(self.arrays[f"{number}.running_var"] + np.float32(EPSILON))
                scale = self.arrays[f"{number}.weight"] / deviation
                hidden = (hidden - self.arrays[f"{number}.running_mean"]) * scale
            hidden = ACTIVATIONS[activation](hidden + self.arrays[f"{number}.bias"])
            number += 1
        logits = hidden @ self.arrays[f"{number}.weight"].T + self.arrays[f"{number}.bias"]
        shares = np.exp(logits - logits.max(1, keepdims=True))
        found: Array = shares / shares.sum(1, keepdims=True)
        return found
