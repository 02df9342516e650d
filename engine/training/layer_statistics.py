"""What the layers of a network in training are like at the end of an epoch: norms, activations, dead units, saturation.

It looks and changes nothing: a run has the same figures and parameters with it, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.runs.events import Layers
from engine.runs.layers import BINS, BOUNDED, FIGURES, FLAT, MORTAL, Histogram, Layer
from engine.training.autograd import Parts
from engine.training.position import Position

# How many images of a batch, and of the test set, tell enough: the rest would cost time and change little.
IMAGES = 1000


class LayerStatistics:
    """Gathers what `Layers` tells: while the test set is evaluated, `see` is given what each layer makes of it.

    Gradients are those of the loss that is trained on, at the parameters that the epoch ends with, for at most 1,000
    images of its last whole batch with their augmentation and dropout; autograd works them out apart from training. An
    L2 term in the loss is part of them; weight decay, which the optimiser applies, and clipping are not. Updates are
    changes of the weights by whatever made them, and are not known of an epoch that began elsewhere.

    A unit is dead that is above zero for no image of the test set. Means, spreads, histograms of activations, and the
    share of units that are saturated (Glorot and Bengio, 2010), a mean over images, are of the set's first 1,000."""

    def __init__(self, parts: Parts, position: Position) -> None:
        self._network, self._buffers, self._penalty = parts.network, parts.buffers, parts.penalty
        self._position = position
        self._activations = (*parts.config.layer_activations(), "")
        self._begun: Tensor | None = None
        self._samples: dict[int, Tensor] = {}
        self._highest: dict[int, Tensor] = {}

    def begin_epoch(self) -> None:
        """Note the parameters that an epoch begins with, unless part of it was trained elsewhere."""
        self._begun = None if self._position.batch else self._network.vector.clone()

    def see(self, layer: int, activations: Tensor) -> None:
        """Take what a layer makes of some test images, (images, units), the first of the set before the others."""
        self._samples.setdefault(layer, activations[:IMAGES])
        if self._activations[layer] == MORTAL:
            highest = activations.amax(0)
            known = self._highest.get(layer)
            self._highest[layer] = highest if known is None else torch.maximum(known, highest)

    @torch.inference_mode(False)
    @torch.no_grad()
    def event(self) -> Layers:
        """What the layers are like, once the test set was seen."""
        weights, samples = self._network.weights, [*self._samples.values()]
        rows = [*self._norms(), *zip(*map(self._of_activations, range(len(samples))), strict=True)]
        figures = torch.stack([torch.stack([*row]) for row in rows]).t().tolist()
        histograms = _histograms([*weights, *samples])
        both = zip(histograms[: len(weights)], histograms[len(weights) :], strict=True)
        layers = tuple(
            Layer(
                len(weight),
                name,
                **dict(zip(FIGURES, known, strict=True)),
                weights=of_weights,
                activations=of_activations,
            )
            for weight, name, known, (of_weights, of_activations) in zip(
                weights, self._activations, figures, both, strict=True
            )
        )
        self._samples, self._highest = {}, {}
        return Layers(epoch=self._position.epoch, step=self._position.step, layers=layers)

    def _norms(self) -> Iterator[list[Tensor]]:
        """Of each layer the norm of its weights, of their gradient, and of their update."""
        weights = self._network.weights
        yield [weight.norm() for weight in weights]
        yield [gradient.norm() for gradient in self._gradients()]
        if self._begun is None:
            yield [weight.new_tensor(torch.nan) for weight in weights]
        else:
            begun = self._network.like(self._begun).weights
            yield [torch.dist(new, old) for new, old in zip(weights, begun, strict=True)]

    def _gradients(self) -> Sequence[Tensor]:
        """Those of the weights of each layer."""
        buffers = self._buffers
        chunk, place = divmod(buffers.size // buffers.batch_size - 1, buffers.batches_a_chunk)
        if buffers.drawn != (drawn := (self._position.epoch, chunk)):
            buffers.draw(*drawn)
        some = slice(0, min(IMAGES, buffers.batch_size))
        with torch.enable_grad():
            network = self._network.with_parameters(self._network.vector.detach().clone().requires_grad_())
            masks = [mask[place, some] for mask in buffers.masks]
            logits = network.forward(buffers.inputs(place, some), masks, training=True)
            loss = functional.cross_entropy(logits, buffers.labels[place, some])
            if self._penalty.in_loss:
                loss = loss + self._penalty.term(network)
            return torch.autograd.grad(loss, network.weights)

    def _of_activations(self, layer: int) -> Iterator[Tensor]:
        """The mean of a layer's activations, their standard deviation, and the shares of dead and saturated units."""
        name, sample = self._activations[layer], self._samples[layer]
        unknown, mean = sample.new_tensor(torch.nan), sample.mean()
        yield mean
        yield (sample - mean).square_().mean().sqrt()
        yield (self._highest[layer] <= 0).float().mean() if name == MORTAL else unknown
        if name in BOUNDED:
            middle, reach = BOUNDED[name]
            yield torch.count_nonzero((sample - middle).abs_() > FLAT * reach) / sample.numel()
        else:
            yield unknown


def _histograms(several: Sequence[Tensor]) -> list[Histogram]:
    """That of each of some tensors; a device is asked twice for all of them."""
    ends = torch.stack([torch.stack(tensor.aminmax()) for tensor in several]).tolist()
    counts = torch.stack([_counts(tensor, low, high) for tensor, (low, high) in zip(several, ends, strict=True)])
    return [
        Histogram(low, high, tuple(bins)) if math.isfinite(high - low) else Histogram(math.nan, math.nan, (0,) * BINS)
        for (low, high), bins in zip(ends, counts.tolist(), strict=True)
    ]


def _counts(tensor: Tensor, low: float, high: float) -> Tensor:
    """How many numbers of a tensor lie in each bin, (32,); none where the range is not finite, and all in the first
    where they are equal, or nearer than floats can tell. On a processor several times as fast as `torch.histc`."""
    if not math.isfinite(high - low):
        return torch.zeros(BINS, dtype=torch.int64, device=tensor.device)
    # A first layer's weights lie in memory as (inputs, outputs).
    numbers = (tensor.t() if tensor.t().is_contiguous() else tensor).reshape(-1)
    scale = BINS / (high - low) if high - low > BINS / torch.finfo(numbers.dtype).max else 0.0
    return torch.bincount((numbers - low).mul_(scale).clamp_(max=BINS - 1).int(), minlength=BINS)
