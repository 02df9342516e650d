"""The same network in plain JAX, a whole epoch in one jitted scan: what one who wants speed writes in thirty lines."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.config.run_config import RunConfig


def is_installed() -> bool:
    """Whether JAX can be measured; it is no dependency of this program."""
    return find_spec("jax") is not None


class JaxLoop:
    """Epochs of plain SGD with ReLU, shuffled on the device; a batch that would be short is left out."""

    def __init__(
        self, config: RunConfig, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], platform: str
    ) -> None:
        import jax

        self._jax, self._device = jax, jax.devices(platform)[0]
        batch = config.images_a_batch(len(images))
        self._batches = len(images) // batch
        self._samples = self._batches * batch
        with jax.default_device(self._device):
            self._images = jax.numpy.asarray(images.reshape(len(images), -1), dtype="float32") / 255
            self._labels = jax.numpy.asarray(labels.astype(np.int32))
            self._layers = [self._layer(number, *sizes) for number, sizes in enumerate(config.layer_sizes())]
        self._epoch = jax.jit(lambda layers, x, y, key: self._scan(layers, x, y, key, batch, config.learning_rate))
        self._key = 0

    def _layer(self, number: int, inputs: int, outputs: int) -> Any:
        key, bound = self._jax.random.PRNGKey(number), inputs**-0.5
        weights = self._jax.random.uniform(key, (inputs, outputs), minval=-bound, maxval=bound)
        return weights, self._jax.numpy.zeros(outputs)

    def _loss(self, layers: Any, x: Any, y: Any) -> Any:
        jax = self._jax
        for weights, biases in layers[:-1]:
            x = jax.nn.relu(x @ weights + biases)
        logits = x @ layers[-1][0] + layers[-1][1]
        loss = -jax.numpy.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean()
        return loss, (logits.argmax(1) == y).mean()

    def _scan(self, layers: Any, x: Any, y: Any, key: Any, batch: int, rate: float) -> Any:
        jax = self._jax
        order = jax.random.permutation(key, len(x))[: self._samples]

        def step(layers: Any, data: Any) -> Any:
            figures, gradients = jax.value_and_grad(self._loss, has_aux=True)(layers, *data)
            return jax.tree.map(lambda p, g: p - rate * g, layers, gradients), figures

        data = x[order].reshape(self._batches, batch, -1), y[order].reshape(self._batches, batch)
        layers, (losses, accuracies) = jax.lax.scan(step, layers, data)
        return layers, losses.mean(), accuracies.mean()

    def samples_per_second(self) -> float:
        """Train for an epoch; images a second. The first call compiles."""
        began = time.perf_counter()
        with self._jax.default_device(self._device):
            key = self._jax.random.PRNGKey(self._key)
            self._layers, self.loss, self.accuracy = self._epoch(self._layers, self._images, self._labels, key)
            self.loss.block_until_ready()
        self._key += 1
        return self._samples / (time.perf_counter() - began)
