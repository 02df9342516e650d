"""Loss and accuracy of batches, gathered on the device and read a few times a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from engine.training.batch_buffers import Batch, BatchBuffers


@dataclass(frozen=True)
class Batches:
    """Some batches of an epoch: mean loss of each, correct answers of each, images of each."""

    loss: npt.NDArray[np.float64]
    correct: npt.NDArray[np.float64]
    size: npt.NDArray[np.float64]

    @property
    def mean_loss(self) -> float:
        """Mean loss of an image: each batch's mean weighted by its size."""
        return float((self.loss * self.size).sum() / self.size.sum())

    @property
    def accuracy(self) -> float:
        """Share of correct answers."""
        return float(self.correct.sum() / self.size.sum())

    @property
    def first_not_finite(self) -> int | None:
        """The first batch, from 0, whose loss is not finite."""
        finite = np.isfinite(self.loss)
        return None if finite.all() else int(finite.argmin())


class EpochMetrics:
    """The figures of each batch of an epoch, float32 tensors of shape (batches,).

    Each batch's figures depend on that batch alone, so an epoch's figures are the same to the last bit however often
    they are read and wherever the epoch was interrupted.
    """

    def __init__(self, buffers: BatchBuffers) -> None:
        device = buffers.images.device
        self._buffers = buffers
        self.loss = torch.zeros(buffers.batches, device=device)
        self.correct = torch.zeros(buffers.batches, device=device)
        self._sizes = np.full(buffers.batches, buffers.batch_size, dtype=np.float64)
        self._sizes[-1] = buffers.size - buffers.batch_size * (buffers.batches - 1)

    def take(self, first: int, batches: list[Batch]) -> None:
        """Work out the figures of batches in the buffers, of which the first is `first` of the epoch, from 0."""
        short = batches[-1].size < self._buffers.batch_size
        whole = len(batches) - short
        start = batches[0].place
        self._take(first, slice(start, start + whole), self._buffers.batch_size)
        if short:
            self._take(first + whole, slice(start + whole, start + whole + 1), batches[-1].size)

    def _take(self, first: int, batches: slice, size: int) -> None:
        logits, labels = self._buffers.logits[batches, :, :size], self._buffers.labels[batches, :size]
        losses, correct = figures_of(logits, labels)
        self.loss[first : first + len(losses)] = losses.mean(1)
        self.correct[first : first + len(losses)] = correct.sum(1)

    def read(self, first: int, last: int) -> Batches:
        """The figures of batches `first` to `last` (from 0, `last` not included); waits for the device."""
        both = torch.stack((self.loss[first:last], self.correct[first:last])).cpu().numpy().astype(np.float64)
        return Batches(both[0], both[1], self._sizes[first:last])


def figures_of(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy in nats and correctness (1 or 0) of each image, in the shape of `labels`.

    `labels` is (images,) and `logits` (images, 10), or (batches, images) and (batches, 10, images)."""
    losses = functional.cross_entropy(logits, labels, reduction="none")
    return losses, (logits.max(1).indices == labels).to(torch.float32)
