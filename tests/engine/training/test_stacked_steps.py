"""Many networks of one shape in one step do what autograd does for each."""

from __future__ import annotations

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.training.autograd import Autograd, Parts
from engine.training.stack_shape import shape_of
from engine.training.stacked_steps import StackedSteps
from engine.training.trainer import Trainer
from tests.builders.trainers import trainer_of

SETTINGS = [
    "", "l2_mode=loss-weights", "l2_mode=weight-decay", "momentum={momentum}", "momentum={momentum} nesterov=yes",
    "momentum={momentum} l2_mode=loss-weights", "dropout={dropout}", "dropout={dropout} momentum={momentum}",
    "hidden=none", "hidden=20,10,5 activation=gelu,elu,tanh", "activation=leaky-relu batch_size=1", "batch_size=full",
    "shift=2 validation=0.1",
]  # fmt: skip


def trainers(settings: str) -> list[Trainer]:
    """Of three cells that differ in all that a stack's networks may differ in."""
    cells = [(0.1, 0.0, 0.9, 0.5), (0.05, 0.01, 0.5, 0.1), (0.2, 0.001, 0.1, 0.3)]
    return [
        trainer_of(
            f"hidden=24,16 scaling=standard {settings.format(momentum=momentum, dropout=dropout)} "
            f"seed={seed} learning_rate={rate} l2={penalty}"
        )
        for seed, (rate, penalty, momentum, dropout) in enumerate(cells)
    ]


def parts_of(trainer: Trainer) -> Parts:
    return trainer._ladder.parts


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_step_changes_each_network_as_autograd_does_alone(settings: str) -> None:
    stacked, alone = trainers(settings), trainers(settings)
    assert len({shape_of(trainer.config) for trainer in stacked}) == 1
    (batch,) = {trainer.buffers.draw_last(1)[-1] for trainer in stacked + alone}
    StackedSteps([parts_of(trainer) for trainer in stacked]).run([batch], lambda: False)
    for mine, other in zip(stacked, alone, strict=True):
        Autograd(*parts_of(other)[1:]).run([batch], lambda: False)
        assert torch.allclose(mine.network.vector, other.network.vector, rtol=0, atol=1e-6)
        assert torch.allclose(mine.buffers.logits[batch.place], other.buffers.logits[batch.place], atol=1e-5)


def test_steps_end_where_somebody_interrupts_and_go_on_at_another_rate() -> None:
    stacked, alone = trainers(""), trainers("")
    steps = StackedSteps([parts_of(trainer) for trainer in stacked])
    batches, *_ = [trainer.buffers.draw(1, 0) for trainer in stacked + alone]
    assert steps.run(batches, lambda: True) == 1
    for trainer in stacked:
        trainer._optimiser.learning_rate = 0.02
    steps.forget()
    assert steps.run(batches[1:3], lambda: False) == 2
    for mine, other in zip(stacked, alone, strict=True):
        autograd = Autograd(*parts_of(other)[1:])
        autograd.run(batches[:1], lambda: False)
        other._optimiser.learning_rate = 0.02
        autograd.run(batches[1:3], lambda: False)
        assert torch.allclose(mine.network.vector, other.network.vector, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "settings",
    ["batch_norm=yes", "optimiser=adam", "clip=1", "schedule=cosine", "warmup=1", "gradients=autograd"],
)
def test_what_is_not_covered_has_no_shape_and_trains_alone(settings: str) -> None:
    assert shape_of(RunConfig.parse(settings)) is None


@pytest.mark.parametrize("settings", ["hidden=8", "batch_size=64", "momentum=0.5", "dropout=0.5", "device=cuda"])
def test_other_shapes_are_told_apart(settings: str) -> None:
    assert shape_of(RunConfig.parse(settings)) != shape_of(RunConfig())
