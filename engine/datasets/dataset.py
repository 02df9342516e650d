"""A data set in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import UserError
from engine.runs.events import Event

Bytes = npt.NDArray[np.uint8]
Report = Callable[[Event], None]


class DatasetError(UserError):
    """A data set cannot be had; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images (N, 28, 28) and labels (N,), both uint8, for training and for testing.

    `fingerprint` is a short digest of the content; `mean` and `std` are of the training pixels scaled to [0, 1].
    """

    name: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    class_names: tuple[str, ...]
    fingerprint: str
    mean: float
    std: float
