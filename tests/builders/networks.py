"""Networks that read one shape, in place of those that training and PyTorch would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import SPECS
from engine.handwriting.size_normalisation import image_of
from engine.inference.network import TrainedNetwork
from engine.runs.directory import Run
from tests.builders.handwriting import brightness


def reads_sevens_as(digit: int, epoch: int = 5) -> TrainedNetwork:
    """A network without hidden layers that sees a digit wherever a seven is, and is not sure otherwise."""
    seven = image_of(brightness())
    assert seven is not None
    weights = np.zeros((10, 784), np.float32)
    weights[digit] = seven.reshape(-1) / 255 / 10
    arrays = {"0.weight": weights, "0.bias": np.zeros(10, np.float32)}
    return TrainedNetwork(RunConfig.parse("hidden=none"), SPECS["mnist"], epoch, arrays)


def give(monkeypatch: pytest.MonkeyPatch, networks: Mapping[str, TrainedNetwork]) -> None:
    """Have the runs of these ids found to have these networks."""

    def read(runs: Sequence[Run]) -> list[TrainedNetwork]:
        return [networks[run.id] for run in runs]

    monkeypatch.setattr("engine.inference.cache.read_networks", read)
