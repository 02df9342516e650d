"""The L2 term of a loss, written by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.training.network import Network


class L2Penalty:
    """The L2 term of a configuration, lambda times the sum of squared parameters, written by hand.

    In the loss over all parameters, or over the weights alone; as the optimiser's weight decay it is no part of the
    gradient here, and the decay is 2 lambda because the derivative of lambda w^2 is 2 lambda w.
    """

    def __init__(self, config: RunConfig) -> None:
        self._lambda = config.l2
        self._weights_only = config.l2_mode == "loss-weights"
        self._in_loss = config.l2_mode != "weight-decay"

    @property
    def decay(self) -> float:
        """The weight decay the optimiser is to apply."""
        return 0.0 if self._in_loss else 2 * self._lambda

    def gradient_coefficient(self, biases: bool) -> float:
        """What multiplies a parameter in the gradient of the term in the loss: 2 lambda, or 0."""
        applies = self._in_loss and not (biases and self._weights_only)
        return 2 * self._lambda if applies else 0.0

    def value(self, network: Network) -> float:
        if not self._lambda:
            return 0.0
        penalised = network.vector[: network.weight_count] if self._weights_only else network.vector
        return self._lambda * float(penalised.square().sum())

    def term(self, network: Network) -> Tensor:
        """The term in the loss as autograd can follow it."""
        weights, biases, scales = network.parameters
        penalised = weights if self._weights_only else [*weights, *biases, *scales]
        return self._lambda * torch.stack([parameter.square().sum() for parameter in penalised]).sum()

    @property
    def in_loss(self) -> bool:
        """Whether there is a term in the loss."""
        return self._in_loss and self._lambda > 0

    def add_gradient(self, network: Network, gradient: Tensor) -> None:
        """Add the term's gradient to `gradient`, a vector laid out like the network's."""
        count = network.weight_count
        for biases, part in ((False, slice(0, count)), (True, slice(count, None))):
            if coefficient := self.gradient_coefficient(biases):
                gradient[part].add_(network.vector[part], alpha=coefficient)
