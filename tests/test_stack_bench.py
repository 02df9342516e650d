"""How fast stacks are is measured as one run alone is."""

from __future__ import annotations

import pytest
import torch

from engine.config.run_config import RunConfig
from tests.builders.blobs import blobs
from tests.stack_bench import stacked_speed


@pytest.mark.parametrize("size", [1, 3])
def test_the_images_a_second_of_all_networks_are_told(size: int) -> None:
    config = RunConfig(hidden=(8,), device="cpu")
    assert 0 < stacked_speed(config, blobs(train=640, test=100), torch.device("cpu"), size) < float("inf")
