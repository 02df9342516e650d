"""The update rules, written out over one parameter vector.

`torch.optim` is not used: importing it takes as long as training for several epochs. Each rule follows PyTorch's
documentation of the optimiser of the same name, with its defaults; tests compare them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.config.schedule import varies


class Optimiser(ABC):
    """Turns a gradient into a step. `state` names the tensors that a checkpoint keeps.

    Where the learning rate `varies`, `rates` are those of the batches that are in the buffers, by their place."""

    def __init__(self, config: RunConfig, decay: float) -> None:
        self.learning_rate = config.learning_rate
        self.varies = varies(config)
        self.rates: Sequence[float] = ()
        self.clip = config.clip
        self.decay = decay
        self.state: dict[str, Tensor] = {}

    def take_rate(self, place: int) -> None:
        """Go on with the learning rate of the batch at a place."""
        self.learning_rate = self.rates[place]

    def update(self, vector: Tensor, gradient: Tensor) -> None:
        """A step with a gradient no longer than `clip`, where that is set; `gradient` may be overwritten."""
        if self.clip:
            # As `nn.utils.clip_grad_norm_` does, with nothing for the processor to wait for.
            gradient.mul_((self.clip / (gradient.norm() + 1e-6)).clamp(max=1))
        self.step(vector, gradient)

    @abstractmethod
    def step(self, vector: Tensor, gradient: Tensor) -> None:
        """Update `vector` in place; `gradient` may be overwritten."""


class SGD(Optimiser):
    """w ← w - lr g; with momentum m: v ← m v + g and w ← w - lr v, or - lr (g + m v) for Nesterov's."""

    def __init__(self, config: RunConfig, decay: float, vector: Tensor) -> None:
        super().__init__(config, decay)
        self.momentum = config.momentum
        self.nesterov = config.nesterov
        if self.momentum:
            self.state["velocity"] = torch.zeros_like(vector)

    def step(self, vector: Tensor, gradient: Tensor) -> None:
        if self.decay:
            gradient.add_(vector, alpha=self.decay)
        if self.momentum:
            velocity = self.state["velocity"].mul_(self.momentum).add_(gradient)
            gradient = gradient.add_(velocity, alpha=self.momentum) if self.nesterov else velocity
        vector.add_(gradient, alpha=-self.learning_rate)


class Adam(Optimiser):
    """Kingma and Ba, 2015. With `decoupled`, Loshchilov and Hutter's AdamW, 2019.

    The step count is a tensor, so that the rule can be captured in a CUDA graph.
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, config: RunConfig, decay: float, vector: Tensor, decoupled: bool) -> None:
        super().__init__(config, decay)
        self.decoupled = decoupled
        self.state["mean"] = torch.zeros_like(vector)
        self.state["square"] = torch.zeros_like(vector)
        # The powers of beta, kept as 1 - beta^t by recursion: 1 - beta^t = (1 - beta^(t-1)) beta + (1 - beta).
        self.state["corrections"] = torch.zeros(2, device=vector.device)
        self._betas = torch.tensor([self.BETA1, self.BETA2], device=vector.device)

    def step(self, vector: Tensor, gradient: Tensor) -> None:
        if self.decay and self.decoupled:
            vector.mul_(1 - self.learning_rate * self.decay)
        elif self.decay:
            gradient.add_(vector, alpha=self.decay)
        mean, square, corrections = (self.state[name] for name in ("mean", "square", "corrections"))
        corrections.mul_(self._betas).add_(1 - self._betas)
        mean.lerp_(gradient, 1 - self.BETA1)
        square.mul_(self.BETA2).addcmul_(gradient, gradient, value=1 - self.BETA2)
        spread = torch.div(square, corrections[1], out=gradient).sqrt_().add_(self.EPSILON)
        vector.sub_((mean / spread).mul_(self.learning_rate / corrections[0]))


class RMSprop(Optimiser):
    """Tieleman and Hinton, 2012: the gradient divided by a running root mean square."""

    SMOOTHING, EPSILON = 0.99, 1e-8

    def __init__(self, config: RunConfig, decay: float, vector: Tensor) -> None:
        super().__init__(config, decay)
        self.state["square"] = torch.zeros_like(vector)

    def step(self, vector: Tensor, gradient: Tensor) -> None:
        if self.decay:
            gradient.add_(vector, alpha=self.decay)
        square = self.state["square"].mul_(self.SMOOTHING)
        square.addcmul_(gradient, gradient, value=1 - self.SMOOTHING)
        vector.addcdiv_(gradient, square.sqrt().add_(self.EPSILON), value=-self.learning_rate)


def make_optimiser(config: RunConfig, decay: float, vector: Tensor) -> Optimiser:
    """The optimiser a configuration names, for the parameters in `vector`."""
    if config.optimiser == "sgd":
        return SGD(config, decay, vector)
    if config.optimiser == "rmsprop":
        return RMSprop(config, decay, vector)
    return Adam(config, decay, vector, decoupled=config.optimiser == "adamw")
