"""A data set in memory, and what is told while it is being had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import UserError
from engine.interval import Interval
from engine.runs.events import Event, Progress

Bytes = npt.NDArray[np.uint8]
Report = Callable[[Event], None]
INTERVAL = 0.25


class DatasetError(UserError):
    """A data set cannot be had; the message says why and what to do."""


class ProgressReporter:
    """Reports how far a task is: at once, then four times a second, and when all is done.

    That is often enough to be watched and seldom enough to be kept."""

    def __init__(self, report: Report, task: str) -> None:
        self._report, self._task = report, task
        self._pause = Interval.ended()

    def __call__(self, done: int, total: int, task: str = "") -> None:
        """`done` of `total` units, of another task where one is given; `total` 0 when not known."""
        if self._pause.is_over() or (total and done >= total):
            self._pause.begin(INTERVAL)
            self._report(Progress(task=task or self._task, done=done, total=total))


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
