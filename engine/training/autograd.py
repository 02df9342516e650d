"""Training on the batches of a chunk: the readable way through autograd.

Every way leaves each batch's logits in the buffers, where the metrics are read later, many batches at once.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch.nn import functional

from engine.config.run_config import RunConfig
from engine.training.batch_buffers import Batch, BatchBuffers
from engine.training.closed_form import Interrupted
from engine.training.l2_penalty import L2Penalty
from engine.training.network import Network
from engine.training.optimisers import Optimiser


class Gradients(Protocol):
    """Trains on batches until they are through or somebody interrupts; returns how many it trained on.

    `name` is what it is called in a run's record; `inference` whether it may run, faster, in PyTorch's inference mode,
    as it asks nothing of autograd."""

    inference: bool

    @property
    def name(self) -> str: ...

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int: ...

    def forget(self) -> None:
        """Keep nothing that was made for another learning rate than the optimiser has now."""


class Parts(NamedTuple):
    """What a way to train works on."""

    config: RunConfig
    network: Network
    buffers: BatchBuffers
    penalty: L2Penalty
    optimiser: Optimiser


class Autograd:
    """The reference: forward, loss plus penalty, backward, optimiser step, as a tutorial writes them."""

    name = "autograd"
    inference = False

    def __init__(self, network: Network, buffers: BatchBuffers, penalty: L2Penalty, optimiser: Optimiser) -> None:
        self._network, self._buffers, self._penalty, self._optimiser = network, buffers, penalty, optimiser
        # Each layer is a leaf that shares the vector's memory, and its gradient shares the gradient vector's.
        self._gradient = torch.zeros_like(network.vector)
        for leaves, gradients in zip(network.parameters, network.like(self._gradient), strict=True):
            for index, gradient in enumerate(gradients):
                leaves[index] = leaves[index].detach().requires_grad_()
                leaves[index].grad = gradient

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        for done, batch in enumerate(batches, start=1):
            self._step(batch)
            if interrupted():
                return done
        return len(batches)

    def forget(self) -> None:
        pass

    def _step(self, batch: Batch) -> None:
        place, size, _ = batch
        buffers = self._buffers
        if self._optimiser.varies:
            self._optimiser.take_rate(place)
        self._gradient.zero_()
        with torch.enable_grad():
            masks = [mask[place, :size] for mask in buffers.masks]
            logits = self._network.forward(buffers.images[place, :size], masks, training=True)
            loss = functional.cross_entropy(logits, buffers.labels[place, :size])
            if self._penalty.in_loss:
                loss = loss + self._penalty.term(self._network)
            loss.backward()
        buffers.logits[place, :, :size] = logits.detach().t()
        self._optimiser.update(self._network.vector, self._gradient)
