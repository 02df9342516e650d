"""Evaluation: loss, accuracy and probabilities on images the network does not train on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config.run_config import CLASSES, PIXELS
from engine.training.batch_buffers import Scaling
from engine.training.batch_metrics import figures_of
from engine.training.network import Network
from engine.training.pixel_order import PixelOrder

# Images that are evaluated at once: scaled they take 6 MB, where the 10,000 of a test set would take 31.
ROWS = 2000


@dataclass(frozen=True)
class Evaluation:
    """Mean loss in nats, accuracy in [0, 1], and the probabilities, float32 of shape (images, 10)."""

    loss: float
    accuracy: float
    probabilities: npt.NDArray[np.float32]


class Evaluator:
    """Evaluates a network on one set of images, in order, without dropout."""

    def __init__(
        self,
        images: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        scaling: Scaling,
        pixels: PixelOrder,
        device: torch.device,
    ) -> None:
        self._pixels = pixels.arranged(images).to(device)
        self._labels = torch.from_numpy(labels.astype(np.int64)).to(device)
        self._scaling = scaling
        self._inputs = torch.empty(min(ROWS, len(images)), PIXELS, device=device)

    @torch.no_grad()
    def evaluate(self, network: Network, see: Callable[[int, Tensor], None] | None = None) -> Evaluation:
        """`see` is given what each layer makes of the images, as by `Network.forward`."""
        size = len(self._labels)
        logits = torch.empty(size, CLASSES, device=self._pixels.device)
        for start in range(0, size, ROWS):
            rows = slice(start, min(start + ROWS, size))
            inputs = self._scaling.apply(self._pixels[rows], self._inputs[: rows.stop - start])
            logits[rows] = network.forward(inputs, see=see)
        losses, correct = figures_of(logits, self._labels)
        return Evaluation(_mean(losses), _mean(correct), torch.softmax(logits, 1).cpu().numpy())


def _mean(values: Tensor) -> float:
    return float(values.cpu().double().mean())
