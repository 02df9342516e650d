"""The same network in plain JAX, a whole epoch in one jitted scan: what one who wants speed writes in thirty lines."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.service.subprocesses import environment, module


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


class JaxOnOneThread:
    """The same loop in a process of its own, which may use one core: JAX takes its threads when it is first used."""

    def __init__(self, config: RunConfig, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mnist-tui-")
        path = Path(self._folder.name) / "images.npz"
        np.savez(path, images=images, labels=labels)
        command = [*module("engine.diagnostics.jax_loop"), str(path), *config.changes().split()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )

    def samples_per_second(self) -> float:
        """As of the loop. Raises UserError where the process has ended."""
        assert self._process.stdin and self._process.stdout
        with suppress(OSError):
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            _, errors = self._process.communicate()
            raise UserError(f"JAX on one thread has ended: {(errors.strip().splitlines() or ['without a word'])[-1]}")
        return float(line)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


def main(path: str, *settings: str) -> None:
    """Train an epoch for every line that is read, and print images a second."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    data = np.load(path)
    loop = JaxLoop(RunConfig.parse(" ".join(settings)), data["images"], data["labels"], "cpu")
    for _ in sys.stdin:
        print(loop.samples_per_second(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
