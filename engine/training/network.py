"""A multi-layer perceptron whose parameters live in one vector, and its readable forward pass."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
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
# As in `nn.BatchNorm1d`: what is added to a variance, and the share of a batch in the running statistics.
EPSILON, MOMENTUM = 1e-5, 0.1


class Parameters(NamedTuple):
    """Those of each layer: weights (outputs, inputs), biases (outputs,) and, of hidden layers with batch normalisation,
    scales (outputs,)."""

    weights: list[Tensor]
    biases: list[Tensor]
    scales: list[Tensor]


class Network:
    """Fully connected layers with biases; an activation, then dropout, after each but the last.

    `vector` holds every weight, then every bias, then every scale, as float32; `weights`, `biases` and `scales` are
    views of it. The first layer's inputs, and with them the columns of its weights, come in the order of `pixels`, or
    as they are.

    With batch normalisation (Ioffe and Szegedy, 2015) a hidden layer's product is brought to mean 0 and variance 1 over
    the batch, then scaled, and only then the bias is added, as one added before would be taken out with the mean.
    Evaluation takes the running statistics, `means` and `variances`, views of `statistics` (2, units).
    """

    def __init__(self, config: RunConfig, device: torch.device, pixels: PixelOrder | None = None) -> None:
        self._order = (pixels.order if pixels else torch.arange(PIXELS)).to(device)
        sizes = config.layer_sizes()
        self.activations = [ACTIVATIONS[name] for name in config.layer_activations()]
        self.weight_count = sum(inputs * outputs for inputs, outputs in sizes)
        self.vector = torch.zeros(config.parameters(), device=device)
        self._sizes, self._normalised = sizes, config.normalised_widths()
        self.weights, self.biases, self.scales = self.parameters = self.like(self.vector)
        self.statistics = torch.zeros(2, sum(self._normalised), device=device)
        self.means, self.variances = (row.split(self._normalised) for row in self.statistics)
        self._initialise(config)

    @property
    def state(self) -> list[Tensor]:
        """The tensors that training changes."""
        return [self.vector, *([self.statistics] if self._normalised else [])]

    def like(self, vector: Tensor) -> Parameters:
        """Views of another vector, laid out like this network's, or of many, whose axes come before their own."""
        counts = [inputs * outputs for inputs, outputs in self._sizes]
        counts += [outputs for _, outputs in self._sizes] + self._normalised
        parts, layers = vector.split(counts, -1), len(self._sizes)
        sizes = zip(parts, self._sizes, strict=False)
        weights = [part.unflatten(-1, (outputs, inputs)) for part, (inputs, outputs) in sizes]
        # The first layer, by far the largest, lies in memory as (inputs, outputs): its forward product is faster so.
        weights[0] = parts[0].unflatten(-1, self._sizes[0]).mT
        return Parameters(weights, list(parts[layers : 2 * layers]), list(parts[2 * layers :]))

    def _initialise(self, config: RunConfig) -> None:
        """PyTorch's default for `nn.Linear`: uniform within 1/sqrt(inputs) (Kaiming uniform, a = sqrt 5).

        Drawn on the CPU in `nn.Linear`'s order: `torch.manual_seed(seed)` and `nn.Linear` give the same numbers.
        Another initialisation is drawn after it, as where `nn.init` is called on layers that are made.
        """
        generator = torch.Generator().manual_seed(config.seed)
        plain = torch.zeros(self.vector.shape)
        weights, biases, scales = self.like(plain)
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            inputs = weight.shape[1]
            bound = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5) ** 2)) / math.sqrt(inputs))
            weight.copy_(torch.empty(weight.shape).uniform_(-bound, bound, generator=generator))
            if layer >= len(scales):
                bound = 1 / math.sqrt(inputs)
                bias.uniform_(-bound, bound, generator=generator)
        if config.initialisation != "default":
            for weight, bias in zip(weights, biases, strict=True):
                weight.copy_(_drawn(weight.shape, config, generator))
                bias.zero_()
        for scale in scales:
            scale.fill_(1)
        self.vector.copy_(self.sorted(plain.to(self.vector.device)))
        self.statistics[1].fill_(1)

    def forward(
        self,
        images: Tensor,
        masks: Sequence[Tensor] = (),
        training: bool = False,
        see: Callable[[int, Tensor], None] | None = None,
    ) -> Tensor:
        """The logits, (images, 10), of images of shape (images, 784).

        In training with dropout, `masks` holds for each hidden layer a tensor (images, width) of 0 and 1/(1 - p)
        (inverted dropout); in evaluation there are none. In training with batch normalisation the running statistics
        move on. `see` is given each layer's number and what it makes of the images, (images, units).
        """
        hidden = images
        for layer, activation in enumerate(self.activations):
            hidden = activation(self._before_activation(layer, hidden, training))
            if masks:
                hidden = hidden * masks[layer]
            if see:
                see(layer, hidden)
        logits = functional.linear(hidden, self.weights[-1], self.biases[-1])
        if see:
            see(len(self.activations), logits)
        return logits

    def _before_activation(self, layer: int, inputs: Tensor, training: bool) -> Tensor:
        weight, bias = self.weights[layer], self.biases[layer]
        if not self.scales:
            return functional.linear(inputs, weight, bias)
        running, product = (self.means[layer], self.variances[layer]), functional.linear(inputs, weight)
        return functional.batch_norm(product, *running, self.scales[layer], bias, training, MOMENTUM, EPSILON)

    def with_parameters(self, vector: Tensor) -> Network:
        """A network like this with other parameters, which are views of `vector`, and with running statistics of its
        own."""
        other = copy.copy(self)
        other.vector, other.statistics = vector, self.statistics.clone()
        other.weights, other.biases, other.scales = other.parameters = other.like(vector)
        other.means, other.variances = (row.split(self._normalised) for row in other.statistics)
        return other

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

    def _named(self, vector: Tensor, statistics: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Views of a vector and of statistics like this network's, named as in an `nn.Sequential` of its layers."""
        (weights, biases, scales), number = self.like(vector), itertools.count()
        means, variances = (row.split(self._normalised) for row in statistics)
        for layer, weight in enumerate(weights):
            yield f"{(own := next(number))}.weight", weight
            if layer < len(scales):
                own = next(number)
                yield f"{own}.weight", scales[layer]
            yield f"{own}.bias", biases[layer]
            if layer < len(scales):
                yield f"{own}.running_mean", means[layer]
                yield f"{own}.running_var", variances[layer]

    def state_dict(self) -> dict[str, Tensor]:
        """Copies of parameters and running statistics on the CPU, named as in an `nn.Sequential` of `nn.Linear` layers,
        each hidden one followed by its `nn.BatchNorm1d` if there is batch normalisation."""
        named = self._named(self.unsorted(self.vector).cpu(), self.statistics.cpu())
        return {name: tensor.clone(memory_format=torch.contiguous_format) for name, tensor in named}

    def arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        """What `state_dict` has, for numpy."""
        return {name: tensor.numpy() for name, tensor in self.state_dict().items()}

    @torch.no_grad()
    def load_state_dict(self, named: dict[str, Tensor]) -> None:
        """Take over what `state_dict` made. Raises ValueError when it does not fit."""
        if not alike(named, self.state_dict()):
            raise ValueError("the parameters are of another network")
        plain = torch.empty_like(self.vector)
        for name, tensor in self._named(plain, self.statistics):
            tensor.copy_(named[name])
        self.vector.copy_(self.sorted(plain))


def _drawn(shape: torch.Size, config: RunConfig, generator: torch.Generator) -> Tensor:
    """First weights of a layer, (outputs, inputs), as a configuration's initialisation says; not for the default."""
    weight = torch.zeros(shape)
    match config.initialisation:
        case "xavier":  # Glorot and Bengio, 2010.
            init.xavier_uniform_(weight, generator=generator)
        case "he":  # He et al., 2015.
            init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
        case "normal":
            init.normal_(weight, std=config.sigma, generator=generator)
    return weight


def alike(saved: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> bool:
    """Whether tensors that were kept on the CPU can be copied over one's own of the same names as they are."""
    return saved.keys() == own.keys() and all(
        (tensor.shape, tensor.dtype, tensor.layout, tensor.device.type) == (mine.shape, mine.dtype, mine.layout, "cpu")
        for tensor, mine in ((saved[name], own[name]) for name in own)
    )
