"""Training images as one tensor of bytes on the device, handed out shuffled, a chunk of batches at a time.

The random state of a run is its position: the order of an epoch follows from the seed and the epoch, the augmentation
and the dropout masks of a chunk from the seed, the epoch and the chunk. So training continues exactly from any step
without keeping the state of a generator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config.run_config import CLASSES, PIXELS, RunConfig
from engine.training.augmentation import Augmentation
from engine.training.batch_plan import Batching
from engine.training.pixel_order import BLOCK, PixelOrder

# With more batches a chunk than this, all of them have one width: a step is recorded for each place and its widths.
MOST_WIDTHS = 32
# The first makes the moments of an optimiser, the second is trained with them, and the last may be short.
BATCHES_TO_PROVE = 3

Images = npt.NDArray[np.uint8]


def seed_of(seed: int, *words: object) -> int:
    """A seed for one purpose, such as the order of epoch 3, drawn from the seed of the run."""
    text = "/".join(str(word) for word in (seed, *words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


class Split(NamedTuple):
    """Images (N, 28, 28) and labels (N,) to train on, and those held out for validation, of which there may be none."""

    train_images: Images
    train_labels: Images
    validation_images: Images
    validation_labels: Images


def split(config: RunConfig, images: Images, labels: Images) -> Split:
    """The training images a configuration uses, and its validation images, drawn by the seed."""
    size, validation = config.images_used(len(images)), config.images_held_out(len(images))
    if not validation:
        return Split(images[:size], labels[:size], images[:0], labels[:0])
    generator = torch.Generator().manual_seed(seed_of(config.seed, "validation"))
    order = torch.randperm(size, generator=generator).numpy()
    train, held_out = np.sort(order[validation:]), np.sort(order[:validation])
    return Split(images[train], labels[train], images[held_out], labels[held_out])


class Scaling:
    """Turns bytes into the network's inputs: to [0, 1], and from there to mean 0 and standard deviation 1 if wanted."""

    def __init__(self, config: RunConfig, mean: float, std: float) -> None:
        self._standard = (mean, std) if config.scaling == "standard" else None

    def apply(self, pixels: Tensor, out: Tensor) -> Tensor:
        """Write the scaled `pixels`, bytes of shape (images, 784), to `out`, float32 of the same shape."""
        return self.standardise(out.copy_(pixels).div_(255))

    def standardise(self, images: Tensor) -> Tensor:
        """Bring `images` from [0, 1] to what the network takes, in place."""
        if self._standard:
            mean, std = self._standard
            images.sub_(mean).div_(std)
        return images


class Batch(NamedTuple):
    """A batch of the chunk in the buffers: its place, from 0, and how many images it has. Of its inputs, in as many
    equal parts as there are `widths`, only that many pixels from the first can be anything but zero."""

    place: int
    size: int
    widths: tuple[int, ...]


class BatchBuffers:
    """The chunks of an epoch. One set of buffers, refilled by `draw`, serves them all; the first axis is the batch:

    `bytes` and `images` (batches, images, 784), `labels` (batches, images), `targets` (batches, 10, images; one-hot),
    `logits` (batches, 10, images; a step fills them), and `masks`, one (batches, images, width) for each hidden layer
    when there is dropout; `drawn` is the epoch and the chunk they hold. Classes come before images because a softmax
    over ten neighbouring numbers is slow.

    The network's inputs are `images` times `input_scale`. When pixels are in the order of use, `images` beyond the
    widths of a batch are not filled, and the images of a large batch are in the order of their widths. Who reads
    `bytes` alone unsets `fills_images`.
    """

    def __init__(
        self,
        config: RunConfig,
        images: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        scaling: Scaling,
        pixels: PixelOrder,
        device: torch.device,
    ) -> None:
        self.size = len(images)
        batching = Batching.of(config, self.size, device.type)
        self.batch_size, self.batches = batching.batch_size, batching.batches
        self.batches_a_chunk = batching.batches_a_chunk
        self._seed, self._keep, self._scaling = config.seed, 1 - config.dropout, scaling
        self._augmentation = Augmentation(config)
        arranged = pixels.arranged(images)
        self._widths = pixels.widths(arranged) if pixels.by_use else None
        self.fills_images = True
        self.input_scale = 1 / 255 if pixels.by_use else 1.0
        self._pixels = arranged.to(device)
        self._classes = torch.from_numpy(labels.astype(np.int64)).to(device)
        self._generator = torch.Generator(device)
        self._parts = batching.parts
        self._batch_widths: list[tuple[int, ...]] = [(PIXELS,)] * self.batches
        self._arranged = 0
        shape = (self.batches_a_chunk, self.batch_size)
        classes_first = (self.batches_a_chunk, CLASSES, self.batch_size)
        self.bytes = torch.empty(*shape, PIXELS, dtype=torch.uint8, device=device)
        self.images = torch.zeros(*shape, PIXELS, device=device)
        self.labels = torch.zeros(shape, dtype=torch.int64, device=device)
        self.targets = torch.zeros(classes_first, device=device)
        self.logits = torch.zeros(classes_first, device=device)
        widths: Sequence[int] = config.hidden if config.dropout else ()
        self.masks = [torch.empty(*shape, width, device=device) for width in widths]
        self.drawn = (1, 0)

    def draw(self, epoch: int, chunk: int) -> list[Batch]:
        """Fill the buffers with a chunk (from 0) of an epoch (from 1), and say which batches they hold."""
        self.drawn = (epoch, chunk)
        start = chunk * self.batches_a_chunk * self.batch_size
        self._arrange(epoch)
        chosen = self._order[start : start + self.labels.numel()]
        count = len(chosen)
        widths = self._fill(chosen, epoch, chunk)
        torch.index_select(self._classes, 0, chosen, out=self.labels.view(-1)[:count])
        self.targets.zero_().scatter_(1, self.labels.unsqueeze(1), 1.0)
        if self.masks:
            self._generator.manual_seed(seed_of(self._seed, "dropout", epoch, chunk))
        for mask in self.masks:
            mask.bernoulli_(self._keep, generator=self._generator).div_(self._keep)
        whole, rest = divmod(count, self.batch_size)
        sizes = [self.batch_size] * whole + ([rest] if rest else [])
        return [Batch(index, size, width) for index, (size, width) in enumerate(zip(sizes, widths, strict=True))]

    def draw_last(self, epoch: int) -> list[Batch]:
        """Fill the buffers with the last chunk of an epoch; its last batches, among them a short one if there is any,
        for a proof."""
        return self.draw(epoch, (self.batches - 1) // self.batches_a_chunk)[-BATCHES_TO_PROVE:]

    def inputs(self, place: int, some: slice) -> Tensor:
        """The network's inputs of some images of a batch in the buffers, float32 (images, 784), whatever `images` holds
        of them."""
        if self._augmentation.is_wanted:
            return self.images[place, some].clone()
        pixels = self.bytes[place, some]
        return self._scaling.apply(pixels, torch.empty(pixels.shape, device=pixels.device))

    def _fill(self, chosen: Tensor, epoch: int, chunk: int) -> list[tuple[int, ...]]:
        """Fill `images` with those of a chunk; the widths of each batch."""
        count, first = len(chosen), chunk * self.batches_a_chunk
        pixels, images = self.bytes.view(-1, PIXELS)[:count], self.images.view(-1, PIXELS)[:count]
        torch.index_select(self._pixels, 0, chosen, out=pixels)
        widths = self._batch_widths[first : first + self.batches_a_chunk]
        if not self.fills_images:
            return widths
        if self._augmentation.is_wanted:
            self._generator.manual_seed(seed_of(self._seed, "augmentation", epoch, chunk))
            images.copy_(self._augmentation.apply(images.copy_(pixels).div_(255), self._generator))
            self._scaling.standardise(images)
            return widths
        if self._widths is None:
            self._scaling.apply(pixels, images)
            return widths
        most = max(map(max, widths))
        images[:, :most].copy_(pixels[:, :most])
        return widths if self.batches_a_chunk <= MOST_WIDTHS else [(most,)] * len(widths)

    def _arrange(self, epoch: int) -> None:
        """Draw the order of an epoch's images, unless it is drawn."""
        if self._arranged == epoch:
            return
        self._arranged = epoch
        self._generator.manual_seed(seed_of(self._seed, "order", epoch))
        self._order = torch.randperm(self.size, generator=self._generator, device=self._pixels.device)
        if self._widths is not None:
            self._sort_by_width(self._widths)

    def _sort_by_width(self, widths: Tensor) -> None:
        """Put the images of each whole batch in the order of their widths, and note the widths of its parts."""
        split = self.size // self.batch_size * self.batch_size
        whole = self._order[:split].view(-1, self.batch_size)
        if self._parts > 1:
            whole.copy_(whole.gather(1, widths[whole].sort(dim=1, stable=True).indices))
        most = widths[whole].view(len(whole), self._parts, -1).amax(2).tolist()
        most += [[int(widths[self._order[split:]].max())]] if split < self.size else []
        self._batch_widths = [tuple(BLOCK * blocks for blocks in parts) for parts in most]
