"""Training with the gradients of a batch in one compiled call, on a processor whose machine has a C compiler."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref
from functools import cache, partial

import torch

from engine.config.run_config import PIXELS, RunConfig
from engine.training.batch_buffers import Batch, BatchBuffers
from engine.training.batch_plan import Batching, profits_from_pixel_order
from engine.training.closed_form import ClosedForm
from engine.training.l2_penalty import L2Penalty
from engine.training.native import ACTIVATIONS, Layer, NativeBatch, compiled
from engine.training.network import Network
from engine.training.optimisers import Optimiser
from engine.training.products import CPUINFO, INTEL, Call, has_wide
from engine.training.threads import threads_for

# A run that compiling would shorten by less than it takes is over sooner without. The savings were measured.
SAVED_A_STEP, SAVED_AN_IMAGE = 1e-4, 3e-6
LEAST_SAVED = 0.5
# A library's products have no zeros to leave out: they are faster beyond these many weights above the first layer, and
# for batches of more than a few images also where that layer is narrow, as measured up to the most images given here.
MOST_WEIGHTS_ABOVE, MOST_UNITS = 1 << 15, 784
FEW_IMAGES, MOST_IMAGES = 32, 1024
MOST_WEIGHTS_ABOVE_OF_MANY, LEAST_UNITS_OF_MANY = 1 << 14, 100
# Intel's processors with 512-bit instructions are worth more to these steps. Measured there: up to what share of the
# first layer's weights there may be above it, by the most images a batch, and how many units that layer may have. For
# batches of more than a few images PyTorch's tanh, of many numbers at once, counts for more.
MOST_SHARES = {4: 1, FEW_IMAGES: 1 / 2, 128: 1 / 4, MOST_IMAGES: 1 / 8}
LEAST_UNITS_OF_MANY_ON_INTEL, MOST_UNITS_ON_INTEL = 16, 2048


def suit(config: RunConfig, size: int) -> bool:
    """Whether compiled steps are the faster way to train on `size` images on a processor.

    Depends on the configuration and the machine alone, so that figures repeat bit for bit."""
    saved = config.epochs * (SAVED_A_STEP * Batching.of(config, size).batches + SAVED_AN_IMAGE * size)
    return (
        config.gradients == "auto"
        and profits_from_pixel_order(config, "cpu")
        and saved >= LEAST_SAVED
        and threads_for(config, size) == 1
        and _gains_by_zeros(config, config.images_a_batch(size))
        and set(config.layer_activations()) <= set(ACTIVATIONS)
        and not config.batch_norm
        and compiled().add_gradients is not None
    )


def _gains_by_zeros(config: RunConfig, images: int) -> bool:
    """Whether the products left out count for more than the speed of a library's, at so many images a batch."""
    (_, units), *above = config.layer_sizes()
    weights_above = sum(inputs * outputs for inputs, outputs in above)
    if has_wide_intel():
        return _gains_on_intel(config, images, units, weights_above)
    if images <= FEW_IMAGES:
        return weights_above <= MOST_WEIGHTS_ABOVE and max(config.hidden, default=0) <= MOST_UNITS
    fits = images <= MOST_IMAGES and LEAST_UNITS_OF_MANY <= units <= MOST_UNITS
    return fits and weights_above <= MOST_WEIGHTS_ABOVE_OF_MANY


def _gains_on_intel(config: RunConfig, images: int, units: int, weights_above: int) -> bool:
    """The same on Intel's processors with 512-bit instructions."""
    many = images > FEW_IMAGES
    share = next((share for most, share in MOST_SHARES.items() if images <= most), 0)
    fits = (LEAST_UNITS_OF_MANY_ON_INTEL if many else 0) <= units <= MOST_UNITS_ON_INTEL
    return fits and weights_above <= share * PIXELS * units and not (many and "tanh" in config.layer_activations())


@cache
def has_wide_intel() -> bool:
    """Whether this machine's processors are Intel's with 512-bit instructions."""
    return has_wide(INTEL, CPUINFO)


class CompiledSteps(ClosedForm):
    """The recorded operations of a step, all but an optimiser's own in one call.

    For plain SGD without a penalty the gradients are added to the parameters themselves."""

    name = "compiled steps"

    def __init__(
        self, config: RunConfig, network: Network, buffers: BatchBuffers, penalty: L2Penalty, optimiser: Optimiser
    ) -> None:
        super().__init__(config, network, buffers, penalty, optimiser)
        self.name = CompiledSteps.name
        self._in_place = self._fused and not config.l2
        if self._fused and not self._in_place:
            self._gradient = torch.zeros_like(network.vector)
        self._targets = network.like(network.vector if self._in_place else self._gradient)
        self._space = [torch.empty(3, buffers.batch_size, outputs) for _, outputs in config.layer_sizes()]

    def _calls(self, batch: Batch) -> Iterator[Call]:
        add_gradients = compiled().add_gradients
        assert add_gradients
        if not self._in_place:
            yield self._gradient.zero_
        yield partial(add_gradients, byref(self._native(batch)))
        if not self._in_place:
            yield from self._update(batch.place)

    def _native(self, batch: Batch) -> NativeBatch:
        """A batch of the buffers, by the addresses of its tensors."""
        buffers, place = self._buffers, batch.place
        layers = [self._layer(number, place) for number in range(len(self._space))]
        return NativeBatch(
            layers=(Layer * len(layers))(*layers),
            count=len(layers),
            images=batch.size,
            pixels=buffers.bytes[place].data_ptr(),
            labels=buffers.labels[place].data_ptr(),
            logits=buffers.logits[place].data_ptr(),
            stride=buffers.batch_size,
            input_scale=1 / 255,
            gradient_scale=(-self._optimiser.learning_rate if self._in_place else 1) / batch.size,
        )

    def _layer(self, number: int, place: int) -> Layer:
        weights, biases = self._network.weights[number], self._network.biases[number]
        values, slopes, deltas = self._space[number]
        hidden = number < len(self._activations)
        return Layer(
            inputs=weights.shape[1],
            outputs=weights.shape[0],
            activation=ACTIVATIONS.index(self._activations[number]) if hidden else 0,
            weights=weights.data_ptr(),
            biases=biases.data_ptr(),
            weight_gradients=self._targets.weights[number].data_ptr(),
            bias_gradients=self._targets.biases[number].data_ptr(),
            values=values.data_ptr(),
            slopes=slopes.data_ptr(),
            deltas=deltas.data_ptr(),
            mask=self._buffers.masks[number][place].data_ptr() if hidden and self._buffers.masks else None,
        )
