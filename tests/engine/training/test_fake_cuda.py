"""The recorded operations of every configuration run on CUDA tensors that have a shape and a device but no data."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from engine.config.choices import ACTIVATIONS
from engine.config.run_config import PIXELS, RunConfig
from engine.training.autograd import Parts
from engine.training.batch_buffers import Batch, BatchBuffers, Scaling
from engine.training.closed_form import ClosedForm
from engine.training.l2_penalty import L2Penalty
from engine.training.network import Network
from engine.training.optimisers import make_optimiser
from engine.training.pixel_order import PixelOrder
from engine.training.stacked_steps import StackedSteps
from tests.builders.blobs import blobs

DATA = blobs(train=100, test=10)
CUDA = torch.device("cuda:0")
RULES = ("", "momentum=0.9", "momentum=0.9 nesterov=yes", "optimiser=adam", "optimiser=adamw", "optimiser=rmsprop")
PENALTIES = ("", "l2=0.01", "l2=0.01 l2_mode=loss-weights", "l2=0.01 l2_mode=weight-decay")
SETTINGS = [
    *map(" ".join, itertools.product(RULES, PENALTIES)),
    *(f"activation={name} dropout={dropout}" for name in ACTIVATIONS for dropout in (0, 0.5)),
    "batch_norm=yes", "batch_norm=yes activation=gelu optimiser=adam",
    "hidden=none", "hidden=1", "hidden=5,4,3,2 activation=relu,gelu,elu,tanh", "batch_size=1", "batch_size=full",
]  # fmt: skip


class Operators(TorchDispatchMode):
    """Notes every operator that is called."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen: set[Any] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.namespace == "aten":  # Others ask a tensor about itself.
            self.seen.add(func)
        return func(*args, **(kwargs or {}))


class AnywhereGenerator(torch.Generator):
    """CUDA's generator cannot be made without a card; nothing is drawn here."""

    def __new__(cls, device: torch.device | None = None) -> AnywhereGenerator:
        return super().__new__(cls)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tensors without data."""
    monkeypatch.setattr(torch, "Generator", AnywhereGenerator)
    with FakeTensorMode(allow_non_fake_inputs=True):
        yield


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_operator_of_a_step_runs_on_cuda(settings: str, fake: None) -> None:
    config = RunConfig.parse(f"hidden=8,6 {settings}")
    network = Network(config, CUDA)
    pixels = PixelOrder(DATA.train_images, by_use=False)
    buffers = BatchBuffers(config, DATA.train_images, DATA.train_labels, Scaling(config, 0.1, 0.3), pixels, CUDA)
    penalty = L2Penalty(config)
    steps = ClosedForm(config, network, buffers, penalty, make_optimiser(config, penalty.decay, network.vector))
    sizes = [buffers.batch_size, max(1, buffers.batch_size // 3)]
    batches = [Batch(place, size, (PIXELS,)) for place, size in enumerate(sizes[: buffers.batches_a_chunk])]
    with torch.inference_mode(), Operators() as operators:
        assert steps.run(batches, lambda: False) == len(batches)
    assert network.vector.device == buffers.logits.device == CUDA
    assert len(operators.seen) > 4
    if torch.version.cuda:
        assert [operator for operator in operators.seen if not has_cuda_kernel(operator)] == []


@pytest.mark.parametrize(
    "settings", ["l2=0.01", "dropout=0.5 activation=gelu", "l2=0.01 momentum=0.9 nesterov=yes", "hidden=none"]
)
def test_every_operator_of_a_stack_of_networks_runs_on_cuda(settings: str, fake: None) -> None:
    parts = []
    for seed in (1, 2, 3):
        config = RunConfig.parse(f"hidden=8,6 {settings} seed={seed}")
        network, penalty = Network(config, CUDA), L2Penalty(config)
        pixels = PixelOrder(DATA.train_images, by_use=False)
        buffers = BatchBuffers(config, DATA.train_images, DATA.train_labels, Scaling(config, 0.1, 0.3), pixels, CUDA)
        optimiser = make_optimiser(config, penalty.decay, network.vector)
        parts.append(Parts(config, network, buffers, penalty, optimiser))
    with torch.inference_mode(), Operators() as operators:
        steps = StackedSteps(parts)
        assert steps.run([Batch(0, 32, (PIXELS,)), Batch(1, 10, (PIXELS,))], lambda: False) == 2
    assert all(tensor.device == CUDA for tensor in steps.state)
    assert len(operators.seen) > 4
    if torch.version.cuda:
        assert [operator for operator in operators.seen if not has_cuda_kernel(operator)] == []


def has_cuda_kernel(operator: Any) -> bool:
    """Whether PyTorch was built with a kernel of its own, or one made of others, for the operator on CUDA."""
    keys = ("CUDA", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional", "CompositeImplicitAutograd")
    return any(torch._C._dispatch_has_kernel_for_dispatch_key(operator.name(), key) for key in keys)
