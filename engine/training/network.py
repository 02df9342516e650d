"""A multi-layer perceptron whose parameters live in one vector, and its readable forward pass."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional, init

from engine.config.run_config import PIXELS, RunConfig
from engine.training.pixel_order import PixelOrder

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "leaky-relu": functional.leaky_relu,
    "elu": functional.elu,
    "gelu": functional.gelu,
}


class Network:
    """Fully connected layers with biases; an activation, then dropout, after each but the last.

    `vector` holds every weight, then every bias, as float32; `weights[i]` of shape (outputs, inputs) and `biases[i]`
    of shape (outputs,) are views of it. The first layer's inputs, and with them the columns of its weights, come in the
    order of `pixels`, or as they are.
    """

    def __init__(self, config: RunConfig, device: torch.device, pixels: PixelOrder | None = None) -> None:
        self._order = (pixels.order if pixels else torch.arange(PIXELS)).to(device)
        sizes = config.layer_sizes()
        self.activations = [ACTIVATIONS[name] for name in config.layer_activations()]
        self.weight_count = sum(inputs * outputs for inputs, outputs in sizes)
        self.vector = torch.zeros(config.parameters(), device=device)
        self.weights, self.biases = self.views(self.vector, sizes)
        self._sizes = sizes
        self._initialise(config)

    @staticmethod
    def views(vector: Tensor, sizes: Sequence[tuple[int, int]]) -> tuple[list[Tensor], list[Tensor]]:
        """The weights and biases that lie in a vector laid out like a network's."""
        counts = [inputs * outputs for inputs, outputs in sizes] + [outputs for _, outputs in sizes]
        ends = list(itertools.accumulate(counts))
        parts = [vector[end - count : end] for count, end in zip(counts, ends, strict=True)]
        weights = [part.view(outputs, inputs) for part, (inputs, outputs) in zip(parts, sizes, strict=False)]
        # The first layer, by far the largest, lies in memory as (inputs, outputs): its forward product is faster so.
        weights[0] = parts[0].view(sizes[0][0], sizes[0][1]).t()
        return weights, parts[len(sizes) :]

    def like(self, vector: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Views of another vector, laid out like this network's."""
        return self.views(vector, self._sizes)

    def _initialise(self, config: RunConfig) -> None:
        """PyTorch's default for `nn.Linear`: uniform within 1/sqrt(inputs) (Kaiming uniform, a = sqrt 5).

        Drawn on the CPU in `nn.Linear`'s order: `torch.manual_seed(seed)` and `nn.Linear` give the same numbers.
        Another initialisation is drawn after it, as where `nn.init` is called on layers that are made.
        """
        generator = torch.Generator().manual_seed(config.seed)
        drawn = {}
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            inputs = weight.shape[1]
            bound = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5) ** 2)) / math.sqrt(inputs))
            drawn[f"{layer}.weight"] = torch.empty(weight.shape).uniform_(-bound, bound, generator=generator)
            bound = 1 / math.sqrt(inputs)
            drawn[f"{layer}.bias"] = torch.empty(bias.shape).uniform_(-bound, bound, generator=generator)
        if config.initialisation != "default":
            for layer in range(len(self.weights)):
                _draw(drawn[f"{layer}.weight"], config, generator)
                drawn[f"{layer}.bias"].zero_()
        self.load_state_dict(drawn)

    def forward(self, images: Tensor, masks: Sequence[Tensor] = ()) -> Tensor:
        """The logits, (images, 10), of images of shape (images, 784).

        In training with dropout, `masks` holds for each hidden layer a tensor (images, width) of 0 and 1/(1 - p)
        (inverted dropout); in evaluation there are none.
        """
        hidden = images
        for layer, activation in enumerate(self.activations):
            hidden = activation(functional.linear(hidden, self.weights[layer], self.biases[layer]))
            if masks:
                hidden = hidden * masks[layer]
        return functional.linear(hidden, self.weights[-1], self.biases[-1])

    def unsorted(self, vector: Tensor) -> Tensor:
        """A copy of a vector laid out like this network's, with the pixels as they are in an image."""
        return self._with_first_layer(vector, lambda kept, copy: copy.index_copy_(1, self._order, kept))

    def sorted(self, vector: Tensor) -> Tensor:
        """The inverse of `unsorted`."""
        return self._with_first_layer(vector, lambda plain, copy: copy.copy_(plain.index_select(1, self._order)))

    def _with_first_layer(self, vector: Tensor, write: Callable[[Tensor, Tensor], object]) -> Tensor:
        copy = vector.clone()
        write(self.like(vector)[0][0], self.like(copy)[0][0])
        return copy

    def state_dict(self) -> dict[str, Tensor]:
        """Copies of the parameters on the CPU, named as in an `nn.Sequential` of `nn.Linear` layers."""
        named = {}
        weights, biases = self.like(self.unsorted(self.vector).cpu())
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            named[f"{layer}.weight"] = weight.clone(memory_format=torch.contiguous_format)
            named[f"{layer}.bias"] = bias.clone()
        return named

    @torch.no_grad()
    def load_state_dict(self, named: dict[str, Tensor]) -> None:
        """Take the parameters from a dictionary that `state_dict` made. Raises ValueError when it does not fit."""
        if not alike(named, self.state_dict()):
            raise ValueError("the parameters are of another network")
        plain = torch.empty_like(self.vector)
        for layer, (weight, bias) in enumerate(zip(*self.like(plain), strict=True)):
            weight.copy_(named[f"{layer}.weight"])
            bias.copy_(named[f"{layer}.bias"])
        self.vector.copy_(self.sorted(plain))


def _draw(weight: Tensor, config: RunConfig, generator: torch.Generator) -> None:
    """Fill the weights of a layer, (outputs, inputs), as a configuration's initialisation says; not for the default."""
    match config.initialisation:
        case "xavier":  # Glorot and Bengio, 2010.
            init.xavier_uniform_(weight, generator=generator)
        case "he":  # He et al., 2015.
            init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
        case "normal":
            init.normal_(weight, std=config.sigma, generator=generator)
        case "zeros":
            init.zeros_(weight)


def alike(kept: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> bool:
    """Whether tensors that were kept on the CPU can be copied over one's own of the same names as they are."""
    return kept.keys() == own.keys() and all(
        (tensor.shape, tensor.dtype, tensor.layout, tensor.device.type) == (mine.shape, mine.dtype, mine.layout, "cpu")
        for tensor, mine in ((kept[name], own[name]) for name in own)
    )
