"""Training images as one tensor of bytes on the device, handed out shuffled, a chunk of batches at a time.

The random state of a run is its position: the order of an epoch follows from the seed and the epoch, the dropout masks
of a chunk from the seed, the epoch and the chunk. So training continues exactly from any step without keeping the state
of a generator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config import CLASSES, PIXELS, RunConfig

SAMPLES_A_CHUNK = 1024
BATCHES_A_CHUNK = 128


def seed_of(seed: int, *words: object) -> int:
    """A seed for one purpose, such as the order of epoch 3, drawn from the seed of the run."""
    text = "/".join(str(word) for word in (seed, *words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


class Scaling:
    """Turns bytes into the network's inputs: to [0, 1], and from there to mean 0 and standard deviation 1 if wanted."""

    def __init__(self, config: RunConfig, mean: float, std: float) -> None:
        self._standard = (mean, std) if config.scaling == "standard" else None

    def apply(self, pixels: Tensor, out: Tensor) -> Tensor:
        """Write the scaled `pixels`, bytes of shape (images, 784), to `out`, float32 of the same shape."""
        out.copy_(pixels).div_(255)
        if self._standard:
            mean, std = self._standard
            out.sub_(mean).div_(std)
        return out


class Batch(NamedTuple):
    """A batch of the chunk in the buffers: its place, from 0, and how many images it has."""

    place: int
    size: int


class Feed:
    """The chunks of an epoch. One set of buffers, refilled by `draw`, serves them all; the first axis is the batch:

    `images` (batches, images, 784), `labels` (batches, images), `targets` (batches, 10, images; one-hot), `logits`
    (batches, 10, images; a step fills them), and `masks`, one (batches, images, width) for each hidden layer when there
    is dropout. Classes come before images because a softmax over ten neighbouring numbers is slow.
    """

    def __init__(
        self,
        config: RunConfig,
        images: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        scaling: Scaling,
        device: torch.device,
    ) -> None:
        self.size = len(images)
        self.batch_size = self.size if config.batch_size == "full" else min(int(config.batch_size), self.size)
        self.batches = -(-self.size // self.batch_size)
        most = max(1, min(SAMPLES_A_CHUNK // self.batch_size, BATCHES_A_CHUNK))
        self.batches_a_chunk = min(self.batches, most)
        self._seed, self._keep, self._scaling = config.seed, 1 - config.dropout, scaling
        self._pixels = torch.from_numpy(images.reshape(-1, PIXELS)).to(device)
        self._classes = torch.from_numpy(labels.astype(np.int64)).to(device)
        self._generator = torch.Generator(device)
        self._order: tuple[int, Tensor] | None = None
        shape = (self.batches_a_chunk, self.batch_size)
        classes_first = (self.batches_a_chunk, CLASSES, self.batch_size)
        self._bytes = torch.empty(*shape, PIXELS, dtype=torch.uint8, device=device)
        self.images = torch.zeros(*shape, PIXELS, device=device)
        self.labels = torch.zeros(shape, dtype=torch.int64, device=device)
        self.targets = torch.zeros(classes_first, device=device)
        self.logits = torch.zeros(classes_first, device=device)
        widths: Sequence[int] = config.hidden if config.dropout else ()
        self.masks = [torch.empty(*shape, width, device=device) for width in widths]

    def draw(self, epoch: int, chunk: int) -> list[Batch]:
        """Fill the buffers with a chunk (from 0) of an epoch (from 1), and say which batches they hold."""
        start = chunk * self.batches_a_chunk * self.batch_size
        chosen = self._order_of(epoch)[start : start + self.labels.numel()]
        count = len(chosen)
        torch.index_select(self._pixels, 0, chosen, out=self._bytes.view(-1, PIXELS)[:count])
        self._scaling.apply(self._bytes.view(-1, PIXELS)[:count], self.images.view(-1, PIXELS)[:count])
        torch.index_select(self._classes, 0, chosen, out=self.labels.view(-1)[:count])
        self.targets.zero_().scatter_(1, self.labels.unsqueeze(1), 1.0)
        if self.masks:
            self._generator.manual_seed(seed_of(self._seed, "dropout", epoch, chunk))
        for mask in self.masks:
            mask.bernoulli_(self._keep, generator=self._generator).div_(self._keep)
        whole, rest = divmod(count, self.batch_size)
        return [Batch(index, self.batch_size) for index in range(whole)] + ([Batch(whole, rest)] if rest else [])

    def _order_of(self, epoch: int) -> Tensor:
        if self._order is None or self._order[0] != epoch:
            self._generator.manual_seed(seed_of(self._seed, "order", epoch))
            order = torch.randperm(self.size, generator=self._generator, device=self._pixels.device)
            self._order = (epoch, order)
        return self._order[1]
