"""Predictions by a run's latest checkpoint."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from engine.config.run_config import PIXELS, RunConfig
from engine.datasets import Dataset
from engine.datasets.catalogue import AUTO, SPECS
from engine.datasets.memory_cache import DatasetCache
from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.service.protocol import Predict, Predicted
from engine.training import checkpoint
from engine.training.batch_buffers import Scaling
from engine.training.checkpoint import Checkpoint, CheckpointError
from engine.training.network import Network

CPU = torch.device("cpu")


class PredictionError(UserError):
    """Something cannot be predicted; the message says why."""


class Predictor:
    """Predicts on the CPU, which is quick for a few images and leaves the devices to those who train."""

    def __init__(self, home: Home, shelf: DatasetCache) -> None:
        self._home, self._shelf = home, shelf

    @torch.inference_mode()
    def predict(self, wanted: Predict) -> Predicted:
        """Raises PredictionError, CheckpointError or DatasetError."""
        run = Run(self._home.runs / wanted.run)
        saved = checkpoint.load(run.checkpoint_path, run.record().config)
        if saved is None:
            raise PredictionError(f"{run.id} has no checkpoint yet; the first epoch makes one")
        torch.set_num_threads(1)
        config, network = _restored(saved)
        pixels = self._pixels(wanted, config.dataset, saved)
        spec = SPECS[config.dataset]
        scaling = Scaling(config, spec.mean, spec.std)
        inputs = scaling.apply(torch.from_numpy(pixels), torch.empty(len(pixels), PIXELS))
        probabilities = torch.softmax(network.forward(inputs), 1)
        return Predicted(
            run=run.id,
            epoch=saved.position.epoch - 1,
            step=(saved.position.epoch - 1) * len(saved.loss) + saved.position.batch,
            probabilities=tuple(tuple(row) for row in probabilities.tolist()),
        )

    def _pixels(self, wanted: Predict, dataset: str, saved: Checkpoint) -> npt.NDArray[np.uint8]:
        """The images asked about, bytes of shape (images, 784)."""
        if wanted.images:
            return np.frombuffer(b"".join(wanted.images), np.uint8).reshape(-1, PIXELS).copy()
        data: Dataset = self._shelf.at_hand(dataset, self._home)
        if data.fingerprint != saved.data:
            raise PredictionError(f"{data.name} is no longer what the run was trained on")
        if max(wanted.indices) >= len(data.test_images):
            raise PredictionError(f"there are {len(data.test_images):,} test images, from index 0")
        return data.test_images[list(wanted.indices)].reshape(-1, PIXELS)


def _restored(saved: Checkpoint) -> tuple[RunConfig, Network]:
    try:
        config = RunConfig.parse(saved.config)
        if config.dataset == AUTO:
            raise ValueError("a trainer knows its data set")
        network = Network(config, CPU)
        network.load_state_dict(saved.parameters)
    except ValueError:
        raise CheckpointError("the checkpoint is of another network; start the run again instead") from None
    return config, network
