"""Training many networks of one shape in one step: the gradients in closed form, with a leading axis of networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import torch
from torch import Tensor

from engine.config.run_config import CLASSES, PIXELS
from engine.training.autograd import Parts
from engine.training.batch_buffers import Batch
from engine.training.closed_form import BACKWARD, FORWARD, Interrupted
from engine.training.optimisers import SGD
from engine.training.products import Call


class StackedSpace:
    """The buffers of a batch of every network, (K, ...): `inputs` of each layer (images, width), `hidden` and what is
    `before` the activation, `deltas`, the gradients there, `masks`; classes before images in `logits` and `error`."""

    def __init__(self, parts: Sequence[Parts], size: int, device: torch.device) -> None:
        config, count = parts[0].config, len(parts)

        def buffers(widths: Iterable[int]) -> list[Tensor]:
            return [torch.empty(count, size, width, device=device) for width in widths]

        self.hidden = buffers(config.hidden)
        self.before = [
            torch.empty_like(hidden) if name == "gelu" else hidden
            for hidden, name in zip(self.hidden, config.layer_activations(), strict=True)
        ]
        self.deltas = buffers(config.hidden)
        self.masks = buffers(config.hidden if config.dropout else ())
        dropped = buffers(config.hidden) if config.dropout else self.hidden
        self.inputs = [*buffers([PIXELS]), *dropped]
        self.logits, self.error, self.targets = (torch.empty(count, CLASSES, size, device=device) for _ in range(3))
        self.above = [*(delta.mT for delta in self.deltas), self.error]
        self.ones = torch.ones(size, 1, device=device).expand(count, size, 1)


class StackedSteps:
    """The steps of networks that `shape_of` calls alike, each on its own batches with its own settings.

    Parameters are (K, ...). With one-hot targets t, softmax p and learning rates r of shape (K, 1, 1), plain SGD
    scales the error r (p - t), so that every gradient below carries the rate of its network, and updates by
    W <- (1 - r s) W - delta' x / batch, with s the L2 gradient coefficients. With momentum the gradients are gathered
    first. The networks' own tensors, which are read before and written after some steps, are what counts.
    """

    name = "batched products"
    inference = True

    def __init__(self, parts: Sequence[Parts]) -> None:
        self._parts = parts
        config, network, *_ = parts[0]
        self._activations, self._device = config.layer_activations(), network.vector.device
        rule = parts[0].optimiser
        assert isinstance(rule, SGD)
        self._momentum, self._nesterov = rule.momentum > 0, rule.nesterov
        self._own = [*zip(*([part.network.vector, *part.optimiser.state.values()] for part in parts), strict=True)]
        self._stacked = [torch.stack(tensors) for tensors in self._own]
        self._vectors, self._weight_count = self._stacked[0], network.weight_count
        self._weights, self._biases, _ = network.like(self._vectors)
        self._coefficients = [
            self._column(part.penalty.gradient_coefficient(biases) + part.optimiser.decay for part in parts)
            for biases in (False, True)
        ]
        self._penalised = any(part.config.l2 for part in parts)
        self._rates = torch.empty(len(parts), 1, device=self._device)
        self._keep = [torch.empty_like(self._rates) for _ in self._coefficients]
        if self._momentum:
            self._momenta = self._column(part.config.momentum for part in parts)
            self._gradient = torch.empty_like(self._vectors)
            self._gradients = network.like(self._gradient)
        self._spaces: dict[int, StackedSpace] = {}
        self._recorded: dict[tuple[int, int], list[Call]] = {}
        self.forget()

    @property
    def state(self) -> list[Tensor]:
        """The tensors of all networks that training changes."""
        return [tensor for tensors in self._own for tensor in tensors]

    @torch.inference_mode()
    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        for stacked, own in zip(self._stacked, self._own, strict=True):
            torch.stack(own, out=stacked)
        try:
            for done, batch in enumerate(batches, start=1):
                for call in self._calls(batch):
                    call()
                if interrupted():
                    return done
            return len(batches)
        finally:
            for stacked, own in zip(self._stacked, self._own, strict=True):
                torch._foreach_copy_(own, stacked.unbind())

    @torch.inference_mode()
    def forget(self) -> None:
        """Take over the learning rates that the optimisers have now, which also steps in a captured graph read."""
        self._rates.copy_(self._column(part.optimiser.learning_rate for part in self._parts))
        for keep, coefficients in zip(self._keep, self._coefficients, strict=True):
            torch.mul(self._rates, coefficients, out=keep).neg_().add_(1)

    def _column(self, values: Iterable[float]) -> Tensor:
        return torch.tensor(list(values), device=self._device).unsqueeze(1)

    def _calls(self, batch: Batch) -> list[Call]:
        """The calls that train on one batch of each network."""
        key = batch.place, batch.size
        if key not in self._recorded:
            if batch.size not in self._spaces:
                self._spaces[batch.size] = StackedSpace(self._parts, batch.size, self._device)
            space = self._spaces[batch.size]
            update = self._collect if self._momentum else self._descend
            self._recorded[key] = [*self._gather(batch, space), *self._forward(batch, space), *update(space)]
        return self._recorded[key]

    def _gather(self, batch: Batch, space: StackedSpace) -> Iterator[Call]:
        """Bring together what lies in the buffers of each network."""
        place, size, _ = batch
        buffers = [part.buffers for part in self._parts]
        yield partial(torch.stack, [own.images[place, :size] for own in buffers], out=space.inputs[0])
        yield partial(torch.stack, [own.targets[place, :, :size] for own in buffers], out=space.targets)
        for layer, masks in enumerate(space.masks):
            yield partial(torch.stack, [own.masks[layer][place, :size] for own in buffers], out=masks)

    def _forward(self, batch: Batch, space: StackedSpace) -> Iterator[Call]:
        """Fill the hidden layers and the logits, of which each network gets its own, and the gradient at the logits."""
        for layer, name in enumerate(self._activations):
            before, hidden, bias = space.before[layer], space.hidden[layer], self._biases[layer].unsqueeze(1)
            yield partial(torch.baddbmm, bias, space.inputs[layer], self._weights[layer].mT, out=before)
            yield FORWARD[name](before, hidden)
            if space.masks:
                yield partial(torch.mul, hidden, space.masks[layer], out=space.inputs[layer + 1])
        bias = self._biases[-1].unsqueeze(2)
        yield partial(torch.baddbmm, bias, self._weights[-1], space.inputs[-1].mT, out=space.logits)
        own = [part.buffers.logits[batch.place, :, : batch.size] for part in self._parts]
        yield partial(torch._foreach_copy_, own, list(space.logits.unbind()))
        yield partial(torch.softmax, space.logits, 1, out=space.error)
        yield partial(space.error.sub_, space.targets)

    def _back(self, space: StackedSpace, layer: int) -> Iterator[Call]:
        """The gradient at hidden layer `layer`, before its activation, from that of the layer above."""
        delta = space.deltas[layer]
        yield partial(torch.bmm, space.above[layer + 1].mT, self._weights[layer + 1], out=delta)
        if space.masks:
            yield partial(delta.mul_, space.masks[layer])
        yield BACKWARD[self._activations[layer]](delta, space.before[layer])

    def _descend(self, space: StackedSpace) -> Iterator[Call]:
        """Plain SGD: update each layer as soon as the layer below has its gradient."""
        keep_weights, keep_biases = self._keep
        scale = -1 / space.error.shape[2]
        yield partial(space.error.mul_, self._rates.unsqueeze(2))
        for layer in range(len(self._weights) - 1, -1, -1):
            weights, biases, above = self._weights[layer], self._biases[layer], space.above[layer]
            if layer:
                yield from self._back(space, layer - 1)
            if self._penalised:
                yield partial(weights.mul_, keep_weights.unsqueeze(2))
                yield partial(biases.mul_, keep_biases)
            yield partial(weights.baddbmm_, above, space.inputs[layer], alpha=scale)
            yield partial(biases.unsqueeze(2).baddbmm_, above, space.ones, alpha=scale)

    def _collect(self, space: StackedSpace) -> Iterator[Call]:
        """Every gradient, then the penalty's, and a step with momentum."""
        scale, count = 1 / space.error.shape[2], self._weight_count
        for layer in range(len(self._weights) - 1, -1, -1):
            weights, biases, above = self._gradients.weights[layer], self._gradients.biases[layer], space.above[layer]
            if layer:
                yield from self._back(space, layer - 1)
            yield partial(weights.baddbmm_, above, space.inputs[layer], beta=0, alpha=scale)
            yield partial(biases.unsqueeze(2).baddbmm_, above, space.ones, beta=0, alpha=scale)
        gradient, vectors, velocity = self._gradient, self._vectors, self._stacked[1]
        if self._penalised:
            for part, coefficients in zip((slice(0, count), slice(count, None)), self._coefficients, strict=True):
                yield partial(gradient[:, part].addcmul_, vectors[:, part], coefficients)
        yield partial(velocity.mul_, self._momenta)
        yield partial(velocity.add_, gradient)
        step = velocity
        if self._nesterov:
            yield partial(gradient.addcmul_, velocity, self._momenta)
            step = gradient
        yield partial(vectors.addcmul_, step, self._rates, value=-1)
