"""Training with the gradients of a multi-layer perceptron in closed form, into buffers made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from engine.config.run_config import CLASSES, RunConfig
from engine.training.batch_buffers import Batch, BatchBuffers
from engine.training.l2_penalty import L2Penalty
from engine.training.network import EPSILON, MOMENTUM, Network
from engine.training.optimisers import SGD, Optimiser
from engine.training.products import Call, choose

# Batches of one place differ in their widths; this many recorded steps take some fifty megabytes.
MOST_RECORDED = 4096

aten = torch.ops.aten

Interrupted = Callable[[], bool]

# Each activation in place, and its backward, which multiplies the gradient g by the derivative, given the activation's
# output y; GELU works from its input z. These are the kernels of autograd, so both ways agree as closely as floats do.
FORWARD: dict[str, Callable[[Tensor, Tensor], Call]] = {
    "relu": lambda z, y: y.relu_,
    "tanh": lambda z, y: y.tanh_,
    "sigmoid": lambda z, y: y.sigmoid_,
    "leaky-relu": lambda z, y: partial(aten.leaky_relu_, y, 0.01),
    "elu": lambda z, y: partial(aten.elu_, y, 1.0, 1, 1),
    "gelu": lambda z, y: partial(aten.gelu.out, z, out=y),
}
BACKWARD: dict[str, Callable[[Tensor, Tensor], Call]] = {
    "relu": lambda g, y: partial(aten.threshold_backward.grad_input, g, y, 0, grad_input=g),
    "tanh": lambda g, y: partial(aten.tanh_backward.grad_input, g, y, grad_input=g),
    "sigmoid": lambda g, y: partial(aten.sigmoid_backward.grad_input, g, y, grad_input=g),
    "leaky-relu": lambda g, y: partial(aten.leaky_relu_backward.grad_input, g, y, 0.01, True, grad_input=g),
    "elu": lambda g, y: partial(aten.elu_backward.grad_input, g, 1.0, 1, 1, True, y, grad_input=g),
    "gelu": lambda g, z: partial(aten.gelu_backward.grad_input, g, z, grad_input=g),
}


class Workspace:
    """The buffers of a batch: for each hidden layer its output and the gradient there, for the logits their gradient;
    with batch normalisation also its `products`, and the `mean` and inverse deviation `spread` of each unit.

    A layer's `above` is the gradient at its output, transposed to (outputs, images). The gradient at the logits has
    classes before images, like the logits.
    """

    def __init__(self, config: RunConfig, size: int, device: torch.device) -> None:
        def buffers(needed_by_layer: Iterable[bool]) -> list[Tensor]:
            pairs = zip(config.hidden, needed_by_layer, strict=True)
            return [torch.empty(size if needed else 0, width, device=device) for width, needed in pairs]

        every = [True] * len(config.hidden)
        self.hidden = buffers(every)
        self.deltas = buffers(every)
        self.before = buffers(name == "gelu" for name in config.layer_activations())
        self.dropped = buffers(bool(config.dropout) for _ in every)
        self.products = buffers(config.batch_norm for _ in every)
        self.mean, self.spread = ([torch.empty(width, device=device) for width in config.hidden] for _ in range(2))
        self.error = torch.empty(CLASSES, size, device=device)
        self.above = [*(delta.t() for delta in self.deltas), self.error]
        self.ones = torch.ones(size, device=device)


class ClosedForm:
    """The gradients written out layer by layer, as operations that are recorded once for each batch of the buffers.

    With one-hot targets t and softmax p, the gradient of the cross-entropy at the logits is (p - t)/batch; the layer
    below gets it times the weights times its activation's derivative; a weight's gradient is its product with the
    layer's inputs. For plain SGD of one learning rate, without clipping or batch normalisation, that product and the
    update are one call, W <- (1 - lr s) W - (lr/batch) delta' x, with s the L2 gradient coefficient.
    """

    name = "recorded operations"
    inference = True

    def __init__(
        self, config: RunConfig, network: Network, buffers: BatchBuffers, penalty: L2Penalty, optimiser: Optimiser
    ) -> None:
        self._config, self._network, self._buffers = config, network, buffers
        self._penalty, self._optimiser = penalty, optimiser
        self._activations = config.layer_activations()
        self._products = choose(buffers.images.device, buffers.batch_size, torch.get_num_threads())
        if self._products.name:
            self.name = f"{self.name}, {self._products.name}"
        self._workspaces: dict[int, Workspace] = {}
        self._recorded: dict[Batch, list[Call]] = {}
        plain = isinstance(optimiser, SGD) and not (optimiser.momentum or optimiser.varies or optimiser.clip)
        self._fused = plain and not config.batch_norm
        if not self._fused:
            self._gradient = torch.zeros_like(network.vector)
            self._gradients = network.like(self._gradient)

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        for done, batch in enumerate(batches, start=1):
            for call in self._recorded.get(batch) or self._record(batch):
                call()
            if interrupted():
                return done
        return len(batches)

    def forget(self) -> None:
        self._recorded.clear()

    @torch.inference_mode()
    def _record(self, batch: Batch) -> list[Call]:
        """The calls that train on one batch."""
        recorded = list(self._calls(batch))
        if len(self._recorded) >= MOST_RECORDED:
            self._recorded.clear()
        self._recorded[batch] = recorded
        return recorded

    def _calls(self, batch: Batch) -> Iterator[Call]:
        if batch.size not in self._workspaces:
            self._workspaces[batch.size] = Workspace(self._config, batch.size, self._buffers.images.device)
        view = View(batch, self._buffers, self._network, self._workspaces[batch.size])
        yield from self._forward(view)
        yield from self._descend(view) if self._fused else self._collect(view)

    def _forward(self, view: View) -> Iterator[Call]:
        """Fill the hidden layers and the logits, and the gradient at the logits."""
        space, biases = view.space, self._network.biases
        for layer, name in enumerate(self._activations):
            hidden = space.hidden[layer]
            before, scale = (space.before[layer] if name == "gelu" else hidden), view.input_scales[layer]
            product, added = before, biases[layer]
            if self._config.batch_norm:
                product, added = space.products[layer], torch.zeros_like(added)
            for rows, inputs, weights in view.blocks[layer]:
                yield from self._products.affine(inputs, weights.t(), added, scale, out=product[rows])
            if self._config.batch_norm:
                yield self._normalise(space, layer, out=before)
            yield FORWARD[name](before, hidden)
            if view.masks:
                yield partial(torch.mul, hidden, view.masks[layer], out=view.inputs[layer + 1])
        for rows, inputs, weights in view.blocks[-1]:
            out, scale = view.logits[:, rows], view.input_scales[-1]
            yield from self._products.affine(weights, inputs.t(), biases[-1].unsqueeze(1), scale, out=out)
        yield partial(torch.softmax, view.logits, 0, out=space.error)
        yield partial(space.error.sub_, view.targets)

    def _back(self, view: View, layer: int) -> Iterator[Call]:
        """The gradient at hidden layer `layer`, before its activation, from that of the layer above."""
        space, name = view.space, self._activations[layer]
        delta = space.deltas[layer]
        yield from self._products.plain(space.above[layer + 1].t(), self._network.weights[layer + 1], out=delta)
        if view.masks:
            yield partial(delta.mul_, view.masks[layer])
        yield BACKWARD[name](delta, space.before[layer] if name == "gelu" else space.hidden[layer])
        if self._config.batch_norm:
            yield self._back_through_norm(space, layer)

    def _normalise(self, space: Workspace, layer: int, out: Tensor) -> Call:
        """Batch normalisation of a layer's product, with the kernel that `functional.batch_norm` calls in training."""
        network = self._network
        running = network.means[layer], network.variances[layer]
        return partial(
            aten.native_batch_norm.out, space.products[layer], network.scales[layer], network.biases[layer], *running,
            True, MOMENTUM, EPSILON, out=out, save_mean=space.mean[layer], save_invstd=space.spread[layer],
        )  # fmt: skip

    def _back_through_norm(self, space: Workspace, layer: int) -> Call:
        """Its backward: the gradient, in place, to that at the product; those of scales and biases on the way."""
        network, delta, scales = self._network, space.deltas[layer], self._gradients.scales
        return partial(
            aten.native_batch_norm_backward.out, delta, space.products[layer], network.scales[layer],
            network.means[layer], network.variances[layer], space.mean[layer], space.spread[layer],
            True, EPSILON, [True] * 3, out0=delta, out1=scales[layer], out2=self._gradients.biases[layer],
        )  # fmt: skip

    def _descend(self, view: View) -> Iterator[Call]:
        """Plain SGD: update each layer as soon as the layer below has its gradient."""
        rate, decay, space = self._optimiser.learning_rate, self._optimiser.decay, view.space
        keep_weights = 1 - rate * (self._penalty.gradient_coefficient(biases=False) + decay)
        keep_biases = 1 - rate * (self._penalty.gradient_coefficient(biases=True) + decay)
        scale = -rate / len(space.ones)
        if keep_weights != 1:
            yield partial(self._network.weights[0][:, view.unused].mul_, keep_weights)
        for layer in range(len(view.blocks) - 1, -1, -1):
            if layer:
                yield from self._back(view, layer - 1)
            above, alpha = space.above[layer], scale * view.input_scales[layer]
            for number, (rows, inputs, weights) in enumerate(view.blocks[layer]):
                keep = 1 if number else keep_weights
                yield from self._products.accumulate(above[:, rows], inputs, keep, alpha, out=weights)
            yield partial(self._network.biases[layer].addmv_, above, space.ones, beta=keep_biases, alpha=scale)

    def _collect(self, view: View) -> Iterator[Call]:
        """Every gradient, into the gradient vector, then the penalty's and the optimiser's step."""
        space = view.space
        yield partial(space.error.div_, len(space.ones))
        yield self._gradients.weights[0][:, view.unused].zero_
        for layer in range(len(view.blocks) - 1, -1, -1):
            if layer:
                yield from self._back(view, layer - 1)
            above, scale = space.above[layer], view.input_scales[layer]
            for number, (rows, inputs, weights) in enumerate(view.blocks[layer]):
                gradient = self._gradients.weights[layer][:, : weights.shape[1]]
                keep = 1 if number else 0
                yield from self._products.accumulate(above[:, rows], inputs, keep, scale, out=gradient)
            if layer >= len(self._gradients.scales):
                yield partial(torch.mv, above, space.ones, out=self._gradients.biases[layer])
        yield from self._update(view.place)

    def _update(self, place: int) -> Iterator[Call]:
        """From the gradient vector, the step of a batch at a place."""
        yield partial(self._penalty.add_gradient, self._network, self._gradient)
        if self._optimiser.varies:
            yield partial(self._optimiser.take_rate, place)
        yield partial(self._optimiser.update, self._network.vector, self._gradient)


class Block(NamedTuple):
    """Some rows of a batch, their inputs, and the weights that meet them: only as many as the inputs are wide."""

    rows: slice
    inputs: Tensor
    weights: Tensor


class View:
    """One batch of the buffers.

    `blocks` are the parts of each layer's matrix product, whose inputs count times its `input_scales`; the first part
    is the widest, and `unused` are the first layer's weights beyond it.
    """

    def __init__(self, batch: Batch, buffers: BatchBuffers, network: Network, space: Workspace) -> None:
        place, size, widths = batch
        self.space, self.place = space, place
        self.inputs = [buffers.images[place, :size], *(space.dropped if buffers.masks else space.hidden)]
        every = slice(0, size)
        self.blocks = [[Block(every, i, w)] for i, w in zip(self.inputs, network.weights, strict=True)]
        part = size // len(widths)
        parts = [(slice(number * part, (number + 1) * part), width) for number, width in enumerate(widths)]
        parts.sort(key=lambda part: -part[1])
        images, weights = self.inputs[0], network.weights[0]
        self.unused = slice(max(widths), None)
        self.blocks[0] = [Block(rows, images[rows, :width], weights[:, :width]) for rows, width in parts]
        self.input_scales = [buffers.input_scale] + [1.0] * len(space.hidden)
        self.targets = buffers.targets[place, :, :size]
        self.logits = buffers.logits[place, :, :size]
        self.masks = [mask[place, :size] for mask in buffers.masks]
