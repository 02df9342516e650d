"""The order in which the pixels of an image are kept and fed to the network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config.run_config import PIXELS

# Widths are rounded up to this many pixels, so that there are few different ones and rows stay aligned.
BLOCK = 16


class PixelOrder:
    """Four fifths of the pixels of handwriting are black. With `by_use`, pixels are kept in the order of how often they
    are lit, so that all that is not zero in a batch lies in front, and products need not go further. Otherwise pixels
    stay as they are.
    """

    def __init__(self, images: npt.NDArray[np.uint8], by_use: bool) -> None:
        self.by_use = by_use
        uses = np.count_nonzero(images.reshape(-1, PIXELS), axis=0) if by_use else np.zeros(PIXELS)
        self.order = torch.from_numpy(np.argsort(-uses, kind="stable"))

    def arranged(self, images: npt.NDArray[np.uint8]) -> Tensor:
        """The images, (N, 28, 28) bytes, as a tensor (N, 784) with its pixels in this order."""
        pixels = torch.from_numpy(images.reshape(-1, PIXELS))
        return pixels.index_select(1, self.order) if self.by_use else pixels

    def widths(self, arranged: Tensor) -> Tensor:
        """For each arranged image, how many leading pixels hold all that are lit; in blocks of
        16; uint8 of shape (N,)."""
        blocks = arranged.view(-1, PIXELS // BLOCK, BLOCK).amax(2) > 0
        return (blocks * torch.arange(1, PIXELS // BLOCK + 1, dtype=torch.uint8)).amax(1)
