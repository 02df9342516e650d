"""What tests of training in their own thread start from."""

from __future__ import annotations

import pytest
import torch

from engine.training import devices


@pytest.fixture(autouse=True)
def small_numbers() -> None:
    """Numbers too small for a normal float are not taken as 0, whatever this thread was made ready for before."""
    torch.set_flush_denormal(False)


@pytest.fixture
def prepared(small_numbers: None) -> None:
    """This thread, ready to train on the processor."""
    devices.prepare(torch.device("cpu"), 1)
