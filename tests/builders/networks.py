"""Networks that read one shape, in place of those that training and PyTorch would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import SPECS
from engine.handwriting.size_normalisation import image_of
from engine.inference.network import TrainedNetwork
from engine.runs.directory import Run
from engine.runs.events import Layers
from engine.runs.layers import BINS, Histogram, Layer
from tests.builders.consoles import NOW
from tests.builders.handwriting import brightness


def reads_sevens_as(digit: int, epoch: int = 5) -> TrainedNetwork:
    """A network without hidden layers that sees a digit wherever a seven is, and is not sure otherwise."""
    seven = image_of(brightness())
    assert seven is not None
    weights = np.zeros((10, 784), np.float32)
    weights[digit] = seven.reshape(-1) / 255 / 10
    arrays = {"0.weight": weights, "0.bias": np.zeros(10, np.float32)}
    return TrainedNetwork(RunConfig.parse("hidden=none"), SPECS["mnist"], epoch, arrays)


def drawn_network(settings: str, epoch: int = 1) -> TrainedNetwork:
    """A network with these settings whose parameters are drawn at random, the same ones each time."""
    config, generator = RunConfig.parse(settings), np.random.default_rng(2)
    arrays: dict[str, npt.NDArray[np.float32]] = {}
    number = 0
    for layer, (inputs, outputs) in enumerate(config.layer_sizes()):
        arrays[f"{number}.weight"] = generator.normal(0, inputs**-0.5, (outputs, inputs)).astype(np.float32)
        if config.batch_norm and layer < len(config.hidden):
            number += 1
            for name in ("weight", "running_mean", "running_var"):
                arrays[f"{number}.{name}"] = generator.uniform(0.5, 1.5, outputs).astype(np.float32)
        arrays[f"{number}.bias"] = generator.normal(0, 0.1, outputs).astype(np.float32)
        number += 1
    return TrainedNetwork(config, SPECS["synthetic"], epoch, arrays)


def give(monkeypatch: pytest.MonkeyPatch, networks: Mapping[str, TrainedNetwork]) -> None:
    """Have the runs of these ids found to have these networks."""

    def read(runs: Sequence[Run], epoch: int | None = None) -> list[TrainedNetwork]:
        return [networks[run.id] for run in runs]

    monkeypatch.setattr("engine.inference.cache.read_networks", read)


def keep_weights(run: Run, network: TrainedNetwork, *epochs: int) -> None:
    """Keep these weights as those of some epochs of a run."""
    run.weights_path.mkdir(exist_ok=True)
    for epoch in epochs:
        arrays: dict[str, npt.NDArray[np.float32]] = dict(network.arrays)
        np.savez(run.weights_path / f"epoch-{epoch:04d}.npz", allow_pickle=False, **arrays)


def layers_after(epoch: int, *gradients: float) -> Layers:
    """What is told of layers with these norms of gradients, the last that of the output."""
    histogram = Histogram(-1.0, 3.0, tuple(range(BINS)))
    return Layers(
        time=NOW, epoch=epoch, step=epoch,
        layers=tuple(
            Layer(
                units=8, activation="" if place == len(gradients) - 1 else "sigmoid", weight_norm=1.0,
                gradient_norm=gradient, update_norm=0.1, mean=0.5, spread=0.1, dead=float("nan"), saturated=0.0,
                weights=histogram, activations=histogram,
            )
            for place, gradient in enumerate(gradients)
        ),
    )  # fmt: skip
