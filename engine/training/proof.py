"""Whether a fast way of training does on this device and these data what autograd does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.training.autograd import Autograd, Gradients, Parts
from engine.training.batch_buffers import Batch, BatchBuffers
from engine.training.l2_penalty import L2Penalty
from engine.training.network import Network
from engine.training.optimisers import make_optimiser

# How far changes may differ, relative to their norm. Where a rule divides by the gradient, rounding counts for more.
TOLERANCE = 1e-3
ADAPTIVE_TOLERANCE = 1e-2


def tolerance_of(config: RunConfig) -> float:
    """How far the changes of two ways of training a configuration may differ, relative to their norm."""
    return TOLERANCE if config.optimiser == "sgd" else ADAPTIVE_TOLERANCE


class ProofFailed(Exception):
    """A way of training does not do what it should; the message names the measured difference."""


class Snapshot:
    """Copies of tensors, to compare with and to put back."""

    def __init__(self, tensors: list[Tensor]) -> None:
        self._originals = tensors
        self.tensors = [tensor.clone() for tensor in tensors]

    @torch.no_grad()
    def put_back(self) -> None:
        for tensor, copy in zip(self._originals, self.tensors, strict=True):
            tensor.copy_(copy)


def prove(steps: Gradients, parts: Parts, batches: list[Batch]) -> None:
    """Train on `batches`, which are in the buffers, by `steps` and by autograd, and put everything back.

    Raises ProofFailed when the two do not change the network alike, or do not give the same logits."""
    if error := faults(steps, [parts], batches)[0]:
        raise ProofFailed(error)


def faults(steps: Gradients, stack: Sequence[Parts], batches: list[Batch]) -> list[str]:
    """What is wrong with the steps of each of some networks that train together, each on its own `batches`, as `prove`
    finds it; empty where they are right."""
    tensors = [[*parts.network.state, *parts.optimiser.state.values()] for parts in stack]
    before = Snapshot([tensor for kept in tensors for tensor in kept])
    expected = [_expected(parts, batches) for parts in stack]
    try:
        with torch.inference_mode(steps.inference):
            steps.run(batches, lambda: False)
        return [
            compare(parts.network.state, states, old, tolerance_of(parts.config))
            or _compare_logits(_logits(parts.buffers, batches), logits)
            for parts, (states, old, logits) in zip(stack, expected, strict=True)
        ]
    finally:
        before.put_back()


def _expected(parts: Parts, batches: list[Batch]) -> tuple[list[Tensor], list[Tensor], Tensor]:
    """What autograd makes of a network's state, what that was before, and the logits on the way, which are unset."""
    config, network, buffers, _, optimiser = parts
    scratch = Network(config, network.vector.device)
    rule = make_optimiser(config, L2Penalty(config).decay, scratch.vector)
    rule.learning_rate = optimiser.learning_rate
    optimiser.rates = rule.rates = [config.learning_rate] * buffers.batches_a_chunk
    state = [*network.state, *optimiser.state.values()]
    for tensor, original in zip([*scratch.state, *rule.state.values()], state, strict=True):
        tensor.copy_(original)
    Autograd(scratch, buffers, L2Penalty(config), rule).run(batches, lambda: False)
    logits = _logits(buffers, batches).clone()
    buffers.logits.zero_()
    return scratch.state, Snapshot(network.state).tensors, logits


def compare(changed: list[Tensor], expected: list[Tensor], before: list[Tensor], tolerance: float) -> str:
    """What is wrong with the change of tensors since `before`, given what they should be now; empty when right."""
    for tensors in zip(changed, expected, before, strict=True):
        mine, other, old = (tensor.cpu().double() for tensor in tensors)  # Not every device has numbers so long.
        change, norm, distance = ((one - two).norm().item() for one, two in ((mine, old), (other, old), (mine, other)))
        if not (norm and math.isfinite(norm)):
            return f"it cannot be checked, as the expected change is {'not finite' if norm else 'zero'}"
        if not math.isfinite(change):
            return "it gives a change that is not finite"
        if not distance <= tolerance * norm:
            return f"it differs by {distance / norm:.1e} of the expected change"
    return ""


def _compare_logits(mine: Tensor, expected: Tensor) -> str:
    worst = ((mine - expected).abs() / expected.abs().clamp(min=1)).max().item()
    return "" if worst <= TOLERANCE else f"its logits differ by {worst:.1e}"


def _logits(buffers: BatchBuffers, batches: list[Batch]) -> Tensor:
    return torch.cat([buffers.logits[batch.place, :, : batch.size].flatten() for batch in batches])
