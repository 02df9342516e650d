"""Training with the gradients of a multi-layer perceptron in closed form, into buffers made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.config import CLASSES, RunConfig
from engine.feed import Batch, Feed
from engine.network import Network, Penalty
from engine.optimisers import SGD, Optimiser

aten = torch.ops.aten

Interrupted = Callable[[], bool]


def _gelu(z: Tensor, out: Tensor) -> None:
    aten.gelu.out(z, out=out)


def _gelu_slope(gradient: Tensor, z: Tensor) -> None:
    aten.gelu_backward.grad_input(gradient, z, grad_input=gradient)


@dataclass(frozen=True)
class Slope:
    """An activation in place, and its backward: `backward(g, y)` multiplies g by the derivative, given the output y."""

    forward: Callable[[Tensor], object]
    backward: Callable[[Tensor, Tensor], object]


# The same kernels that autograd calls, so that both ways agree as closely as floats allow.
SLOPES: dict[str, Slope] = {
    "relu": Slope(torch.relu_, lambda g, y: aten.threshold_backward.grad_input(g, y, 0, grad_input=g)),
    "tanh": Slope(torch.tanh_, lambda g, y: aten.tanh_backward.grad_input(g, y, grad_input=g)),
    "sigmoid": Slope(torch.sigmoid_, lambda g, y: aten.sigmoid_backward.grad_input(g, y, grad_input=g)),
    "leaky-relu": Slope(
        lambda z: aten.leaky_relu_(z, 0.01),
        lambda g, y: aten.leaky_relu_backward.grad_input(g, y, 0.01, True, grad_input=g),
    ),
    "elu": Slope(
        lambda z: aten.elu_(z, 1.0, 1, 1),
        lambda g, y: aten.elu_backward.grad_input(g, 1.0, 1, 1, True, y, grad_input=g),
    ),
}


class Workspace:
    """The buffers of a batch: for each hidden layer its output and the gradient there, for the logits their gradient.

    A layer's `above` is the gradient at its output, transposed to (outputs, images). The gradient at the logits has
    classes before images, like the logits.
    """

    def __init__(self, config: RunConfig, size: int, device: torch.device) -> None:
        def buffers(wanted: Iterable[bool]) -> list[Tensor]:
            pairs = zip(config.hidden, wanted, strict=True)
            return [torch.empty(size if needed else 0, width, device=device) for width, needed in pairs]

        every = [True] * len(config.hidden)
        self.hidden = buffers(every)
        self.deltas = buffers(every)
        self.before = buffers(name == "gelu" for name in config.layer_activations())
        self.dropped = buffers(bool(config.dropout) for _ in every)
        self.error = torch.empty(CLASSES, size, device=device)
        self.above = [*(delta.t() for delta in self.deltas), self.error]
        self.ones = torch.ones(size, device=device)


@dataclass(frozen=True)
class View:
    """One batch of the feed's buffers, and the workspace for a batch of its size. `inputs` are those of each layer."""

    space: Workspace
    inputs: list[Tensor]
    targets: Tensor
    logits: Tensor
    masks: list[Tensor]


class ClosedForm:
    """The gradients written out layer by layer.

    With one-hot targets t and softmax p, the gradient of the cross-entropy at the logits is (p - t)/batch; the layer
    below gets it times the weights times its activation's derivative; a weight's gradient is its product with the
    layer's inputs. For plain SGD that product and the update are one call, W <- (1 - lr s) W - (lr/batch) delta' x,
    with s the shrinkage of the penalty.
    """

    inference = True

    def __init__(self, config: RunConfig, network: Network, feed: Feed, penalty: Penalty, optimiser: Optimiser) -> None:
        self._config, self._network, self._feed = config, network, feed
        self._penalty, self._optimiser = penalty, optimiser
        self._slopes = [SLOPES.get(name) for name in config.layer_activations()]
        self._transposed = [weight.t() for weight in network.weights]
        self._output_bias = network.biases[-1].unsqueeze(1)
        self._workspaces: dict[int, Workspace] = {}
        self._views: dict[Batch, View] = {}
        self._fused = isinstance(optimiser, SGD) and not optimiser.momentum
        if not self._fused:
            self._gradient = torch.zeros_like(network.vector)
            self._weight_gradients, self._bias_gradients = network.like(self._gradient)

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        step = self.step
        for done, batch in enumerate(batches, start=1):
            step(batch)
            if interrupted():
                return done
        return len(batches)

    def step(self, batch: Batch) -> None:
        """Train on one batch."""
        view = self._views.get(batch) or self._view(batch)
        self._forward(view)
        torch.softmax(view.logits, 0, out=view.space.error)
        view.space.error.sub_(view.targets)
        if self._fused:
            self._descend(view)
        else:
            self._collect(view)
            self._penalty.add_gradient(self._network, self._gradient)
            self._optimiser.step(self._network.vector, self._gradient)

    def _view(self, batch: Batch) -> View:
        feed, (place, size) = self._feed, batch
        if size not in self._workspaces:
            self._workspaces[size] = Workspace(self._config, size, feed.images.device)
        space = self._workspaces[size]
        self._views[batch] = View(
            space,
            [feed.images[place, :size], *(space.dropped if feed.masks else space.hidden)],
            feed.targets[place, :, :size],
            feed.logits[place, :, :size],
            [mask[place, :size] for mask in feed.masks],
        )
        return self._views[batch]

    def _forward(self, view: View) -> None:
        """Fill the hidden layers and the logits."""
        space, inputs, biases = view.space, view.inputs, self._network.biases
        for layer, slope in enumerate(self._slopes):
            hidden = space.hidden[layer]
            if slope:
                torch.addmm(biases[layer], inputs[layer], self._transposed[layer], out=hidden)
                slope.forward(hidden)
            else:
                torch.addmm(biases[layer], inputs[layer], self._transposed[layer], out=space.before[layer])
                _gelu(space.before[layer], hidden)
            if view.masks:
                torch.mul(hidden, view.masks[layer], out=inputs[layer + 1])
        torch.addmm(self._output_bias, self._network.weights[-1], inputs[-1].t(), out=view.logits)

    def _back(self, view: View, layer: int) -> None:
        """The gradient at hidden layer `layer`, before its activation, from that of the layer above."""
        space = view.space
        delta = torch.mm(space.above[layer + 1].t(), self._network.weights[layer + 1], out=space.deltas[layer])
        if view.masks:
            delta.mul_(view.masks[layer])
        slope = self._slopes[layer]
        if slope:
            slope.backward(delta, space.hidden[layer])
        else:
            _gelu_slope(delta, space.before[layer])

    def _descend(self, view: View) -> None:
        """Plain SGD: update each layer as soon as the layer below has its gradient."""
        rate, decay, space = self._optimiser.learning_rate, self._optimiser.decay, view.space
        keep_weights = 1 - rate * (self._penalty.shrinkage(biases=False) + decay)
        keep_biases = 1 - rate * (self._penalty.shrinkage(biases=True) + decay)
        scale = -rate / len(space.ones)
        for layer in range(len(view.inputs) - 1, -1, -1):
            if layer:
                self._back(view, layer - 1)
            above = space.above[layer]
            self._network.weights[layer].addmm_(above, view.inputs[layer], beta=keep_weights, alpha=scale)
            self._network.biases[layer].addmv_(above, space.ones, beta=keep_biases, alpha=scale)

    def _collect(self, view: View) -> None:
        """Every gradient, into the gradient vector."""
        space = view.space
        space.error.div_(len(space.ones))
        for layer in range(len(view.inputs) - 1, -1, -1):
            if layer:
                self._back(view, layer - 1)
            torch.mm(space.above[layer], view.inputs[layer], out=self._weight_gradients[layer])
            torch.mv(space.above[layer], space.ones, out=self._bias_gradients[layer])
