"""Whether a fast way of training does on this device and these data what autograd does."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.training.autograd import Autograd, Gradients
from engine.training.batch_buffers import Batch, BatchBuffers
from engine.training.l2_penalty import L2Penalty
from engine.training.network import Network
from engine.training.optimisers import Optimiser, make_optimiser

# How far changes may differ, relative to their norm. Where a rule divides by the gradient, rounding counts for more.
TOLERANCE = 1e-3
ADAPTIVE_TOLERANCE = 1e-2


def tolerance_of(config: RunConfig) -> float:
    """How far the changes of two ways of training a configuration may differ, relative to their norm."""
    return TOLERANCE if config.optimiser == "sgd" else ADAPTIVE_TOLERANCE


class Unproved(Exception):
    """A way of training does not do what it should; the message names the measured difference."""


class Snapshot:
    """Copies of tensors, to compare with and to put back."""

    def __init__(self, tensors: list[Tensor]) -> None:
        self._originals = tensors
        self.tensors = [tensor.clone() for tensor in tensors]

    @torch.no_grad()
    def put_back(self) -> None:
        """Make the tensors what they were."""
        for tensor, copy in zip(self._originals, self.tensors, strict=True):
            tensor.copy_(copy)


def prove(
    steps: Gradients, config: RunConfig, network: Network, buffers: BatchBuffers, optimiser: Optimiser,
    batches: list[Batch],
) -> None:  # fmt: skip
    """Train on `batches`, which are in the buffers, by `steps` and by autograd, and put everything back.

    Raises Unproved when the two do not change the network alike, or do not give the same logits."""
    kept = [*network.state, *optimiser.state.values()]
    before = Snapshot(kept)
    scratch = Network(config, network.vector.device)
    rule = make_optimiser(config, L2Penalty(config).decay, scratch.vector)
    optimiser.rates = rule.rates = [config.learning_rate] * buffers.batches_a_chunk
    for tensor, original in zip([*scratch.state, *rule.state.values()], kept, strict=True):
        tensor.copy_(original)
    Autograd(scratch, buffers, L2Penalty(config), rule).run(batches, lambda: False)
    logits = _logits(buffers, batches).clone()
    buffers.logits.zero_()
    try:
        with torch.inference_mode(steps.inference):
            steps.run(batches, lambda: False)
        expected = scratch.state
        count = len(expected)
        error = compare(kept[:count], expected, before.tensors[:count], tolerance_of(config))
        error = error or _compare_logits(_logits(buffers, batches), logits)
    finally:
        before.put_back()
    if error:
        raise Unproved(error)


def compare(changed: list[Tensor], expected: list[Tensor], before: list[Tensor], tolerance: float) -> str:
    """What is wrong with the change of tensors since `before`, given what they should be now; empty when right."""
    for mine, other, old in zip(changed, expected, before, strict=True):
        change, wanted = (mine - old).double().norm().item(), (other - old).double().norm().item()
        distance = (mine - other).double().norm().item()
        if not (wanted and math.isfinite(wanted)):
            return f"it cannot be checked, as the expected change is {'not finite' if wanted else 'zero'}"
        if not math.isfinite(change):
            return "it gives a change that is not finite"
        if not distance <= tolerance * wanted:
            return f"it differs by {distance / wanted:.1e} of the expected change"
    return ""


def _compare_logits(mine: Tensor, expected: Tensor) -> str:
    worst = ((mine - expected).abs() / expected.abs().clamp(min=1)).max().item()
    return "" if worst <= TOLERANCE else f"its logits differ by {worst:.1e}"


def _logits(buffers: BatchBuffers, batches: list[Batch]) -> Tensor:
    return torch.cat([buffers.logits[batch.place, :, : batch.size].flatten() for batch in batches])
