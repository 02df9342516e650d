"""A network computed with numpy says what PyTorch's own layers say."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.config.choices import ACTIVATIONS
from engine.config.run_config import RunConfig
from engine.datasets.catalogue import SPECS
from engine.inference.network import TrainedNetwork, erf
from engine.training.batch_buffers import Scaling
from engine.training.network import Network

IMAGES = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)


@pytest.mark.parametrize(
    "settings",
    [
        *(f"hidden=12,8 activation={name}" for name in ACTIVATIONS),
        "hidden=none",
        "hidden=12,8 batch_norm=yes",
        "hidden=9 scaling=standard dropout=0.5",
    ],
)
def test_numpy_and_pytorch_agree(settings: str) -> None:
    config, spec = RunConfig.parse(settings), SPECS["mnist"]
    network = Network(config, torch.device("cpu"))
    generator = torch.Generator().manual_seed(3)
    network.statistics.uniform_(0.5, 1.5, generator=generator)
    network.vector.mul_(3)
    pixels = torch.from_numpy(IMAGES.reshape(-1, 784))
    inputs = Scaling(config, spec.mean, spec.std).apply(pixels, torch.empty(pixels.shape))
    expected = network.forward(inputs).softmax(1).numpy()
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    found = TrainedNetwork(config, spec, 1, arrays).probabilities(IMAGES)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_error_function_is_as_exact_as_single_precision_needs() -> None:
    values = np.concatenate([np.linspace(-9, 9, 5_001), [1e-30, -1e-30, 1e30]]).astype(np.float32)
    expected = np.array([math.erf(value) for value in values.tolist()])
    found = erf(values)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert np.isnan(erf(np.array([np.nan], np.float32))).all()
