"""How fast training is, next to the loop a tutorial writes, to JAX and to the bare matrix products, in one sitting.

Machines differ and are noisy, so the ways take turns, round after round, and what counts is the median of each and the
ratios between them.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import torch

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.diagnostics import jax_loop
from engine.diagnostics.reference_loop import ReferenceLoop
from engine.runs.events import Epoch
from engine.training.batch_plan import Batching
from engine.training.control import Control
from engine.training.cores import usable_cores
from engine.training.devices import prepare
from engine.training.network import Network
from engine.training.threads import threads_for
from engine.training.trainer import Trainer, TrainerCallbacks

REFERENCE = "reference loop, one thread"
REFERENCE_THREADS = "reference loop, threads left alone"
AUTOGRAD = "autograd, data in memory"
JAX = "JAX, an epoch in one scan"
JAX_ONE = "JAX, one thread"
ENGINE = "this engine"
PRODUCTS = "matrix products alone"
PEAK_SIZES = {"cuda": 8192}
# Enough for a stable figure of the reference loop, few enough that a slow machine does not take minutes.
REFERENCE_IMAGES = 6400
DEFAULT_THREADS = torch.get_num_threads()


@dataclass(frozen=True)
class Timing:
    """One way of training at one batch size: images a second, the median of all rounds and the range.

    `against_reference` and `against_products` are medians, over the rounds, of the ratio to the one-thread reference
    loop and to the bare matrix products of the same round; `against_best` to the fastest other way of training, and
    `against_jax` to JAX on one thread, None where that is not measured.
    `of_peak` is the share that the median is of what the device could do, if it multiplied the network's matrices,
    black pixels and all, as fast as it multiplies large ones.
    """

    way: str
    batch_size: str
    images: int
    threads: int
    median: float
    lowest: float
    highest: float
    against_reference: float
    against_products: float
    against_best: float
    of_peak: float
    against_jax: float | None = None


@dataclass(frozen=True)
class Way:
    """One way of training: a call that trains for a moment and returns images a second."""

    name: str
    threads: int
    samples_per_second: Callable[[], float]


def measure(
    config: RunConfig,
    data: Dataset,
    device: torch.device,
    rounds: int,
    report: Callable[[str, int, int], None] = lambda way, done, total: None,
) -> list[Timing]:
    """Time every way of training `config`, in turns. `report` is told what runs now and how far the bench is."""
    with ExitStack() as held:
        ways = list(_ways(config, data, device, held))
        speeds: dict[str, list[float]] = {way.name: [] for way in ways}
        total = (rounds + 1) * len(ways)
        for turn in range(rounds + 1):
            for index, way in enumerate(ways):
                report(way.name, turn * len(ways) + index, total)
                prepare(device, way.threads)
                speed = way.samples_per_second()
                if turn:  # The first round warms up.
                    speeds[way.name].append(speed)
    peaks = {threads: peak(device, threads) for threads in {way.threads for way in ways}}
    images = config.images_used(len(data.train_labels))
    return [_timing(way, config, images, speeds, peaks[way.threads]) for way in ways]


def _timing(way: Way, config: RunConfig, images: int, speeds: dict[str, list[float]], most: float) -> Timing:
    mine = speeds[way.name]

    def against(other: str) -> float:
        return statistics.median(a / b for a, b in zip(mine, speeds[other], strict=True))

    return Timing(
        way.name,
        config.text("batch_size"),
        images,
        way.threads,
        statistics.median(mine),
        min(mine),
        max(mine),
        against(REFERENCE),
        against(PRODUCTS),
        min(against(other) for other in speeds if other not in (way.name, PRODUCTS)),
        statistics.median(mine) * operations(config) / most,
        against(JAX_ONE) if JAX_ONE in speeds else None,
    )


def operations(config: RunConfig) -> int:
    """Multiplications and additions an image takes: three products a layer, but nothing lies below the first."""
    first, *rest = [inputs * outputs for inputs, outputs in config.layer_sizes()]
    return 2 * (2 * first + 3 * sum(rest))


def peak(device: torch.device, threads: int) -> float:
    """Multiplications and additions a second in the best of some large products."""
    prepare(device, threads)
    size, best = PEAK_SIZES.get(device.type, 1024), float("inf")
    left, right, out = (torch.rand(size, size, device=device) for _ in range(3))
    for _ in range(8):
        _wait(device)
        began = time.perf_counter()
        torch.mm(left, right, out=out)
        _wait(device)
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best


def _ways(config: RunConfig, data: Dataset, device: torch.device, held: ExitStack) -> Iterable[Way]:
    size = config.images_used(len(data.train_labels))
    images, labels = data.train_images[:size], data.train_labels[:size]
    batch = config.images_a_batch(size)
    reference = ReferenceLoop(config, images, labels, device)
    batches = max(1, min(REFERENCE_IMAGES // batch, 400))
    threads = threads_for(config, size)
    yield Way(REFERENCE, 1, lambda: reference.samples_per_second(batches))
    if DEFAULT_THREADS > 1:
        few = max(1, batches // 4)
        yield Way(REFERENCE_THREADS, DEFAULT_THREADS, lambda: reference.samples_per_second(few))
    yield Way(AUTOGRAD, threads, lambda: _train(config.replace({"gradients": "autograd"}), data, device))
    if jax_loop.is_installed():
        with suppress(RuntimeError):  # It may be built for other devices.
            jax = jax_loop.JaxLoop(config, images, labels, device.type)
            yield Way(JAX, usable_cores().count, jax.samples_per_second)
        if device.type == "cpu" and hasattr(os, "sched_setaffinity"):
            alone = jax_loop.JaxOnOneThread(config, images, labels)
            held.callback(alone.close)
            yield Way(JAX_ONE, 1, alone.samples_per_second)
    yield Way(ENGINE, threads, lambda: _train(config, data, device))
    yield Way(PRODUCTS, threads, lambda: _products(config, batch, size, device))


def _train(config: RunConfig, data: Dataset, device: torch.device) -> float:
    """Train with the engine; images a second in all epochs but the first, which warms up, and without evaluation."""
    epochs: list[Epoch] = []
    callbacks = TrainerCallbacks(
        emit=lambda event: epochs.append(event) if isinstance(event, Epoch) else None,
        save=lambda saved: None,
        tested=lambda *tested: None,
        poll=lambda: None,
    )
    trainer = Trainer(config.replace({"epochs": 3}), data, device, callbacks, Control())
    trainer.train()
    return 2 * trainer.buffers.size / sum(epoch.seconds for epoch in epochs[1:])


def _products(config: RunConfig, batch: int, size: int, device: torch.device) -> float:
    """The products of forward and backward pass on random matrices, one epoch of them: images a second."""
    sizes = config.layer_sizes()
    network = Network(config, device)
    weights, gradients = network.weights, network.like(torch.empty_like(network.vector)).weights
    inputs = [torch.rand(batch, width, device=device) for width, _ in sizes]
    deltas = [torch.rand(batch, width, device=device) for _, width in sizes]
    outputs = [torch.empty_like(delta) for delta in deltas]
    below = [torch.empty_like(x) for x in inputs]

    def step() -> None:
        for layer, weight in enumerate(weights):
            torch.mm(inputs[layer], weight.t(), out=outputs[layer])
        for layer in range(len(weights) - 1, -1, -1):
            torch.mm(deltas[layer].t(), inputs[layer], out=gradients[layer])
            if layer:
                torch.mm(deltas[layer], weights[layer], out=below[layer])

    # On CUDA as many steps a launch as the engine's.
    steps = Batching.of(config, size, device.type).batches_a_chunk if device.type == "cuda" else 1
    run = _graphed(step, steps) if device.type == "cuda" else step
    launches = max(1, size // (batch * steps))
    _wait(device)
    began = time.perf_counter()
    for _ in range(launches):
        run()
    _wait(device)
    return launches * steps * batch / (time.perf_counter() - began)


def _graphed(step: Callable[[], None], steps: int) -> Callable[[], None]:
    step()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(steps):
            step()
    return graph.replay


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
