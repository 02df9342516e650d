"""What tests of training in their own thread start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from engine.training import devices


@pytest.fixture
def prepared() -> Iterator[None]:
    """This thread, ready to train on the processor; later tests have numbers too small for a normal float again."""
    devices.prepare(torch.device("cpu"), 1)
    yield
    torch.set_flush_denormal(False)
