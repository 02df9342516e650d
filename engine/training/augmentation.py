"""Training images turned and moved a little, at random."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from engine.config.run_config import RunConfig
from engine.datasets.catalogue import SIDE


class Augmentation:
    """Turns each image about its middle by up to `rotation` degrees, either way, then moves it by up to `shift` whole
    pixels in each direction. What comes in from outside is black. Everything is uniform and drawn on the device."""

    def __init__(self, config: RunConfig) -> None:
        self._shift, self._rotation = config.shift, math.radians(config.rotation)

    @property
    def is_wanted(self) -> bool:
        """Whether anything is done."""
        return self._shift > 0 or self._rotation > 0

    def apply(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Images like `images`, (N, 784) in [0, 1], as the generator has them turned and moved."""
        augmented = images.view(-1, 1, SIDE, SIDE)
        if self._rotation:
            augmented = self._turned(augmented, generator)
        if self._shift:
            augmented = self._moved(augmented, generator)
        return augmented.reshape(images.shape)

    def _turned(self, images: Tensor, generator: torch.Generator) -> Tensor:
        angles = torch.empty(len(images), device=images.device)
        angles.uniform_(-self._rotation, self._rotation, generator=generator)
        cos, sin, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
        turns = torch.stack([cos, -sin, zero, sin, cos, zero], 1).view(-1, 2, 3)
        grid = functional.affine_grid(turns, list(images.shape), align_corners=False)
        return functional.grid_sample(images, grid, align_corners=False)

    def _moved(self, images: Tensor, generator: torch.Generator) -> Tensor:
        count, shift, device = len(images), self._shift, images.device
        starts = torch.randint(2 * shift + 1, (2, count, 1), generator=generator, device=device)
        rows, columns = starts + torch.arange(SIDE, device=device)
        padded = functional.pad(images, [shift] * 4)
        every = torch.arange(count, device=device).view(-1, 1, 1)
        return padded[every, 0, rows.unsqueeze(2), columns.unsqueeze(1)]
