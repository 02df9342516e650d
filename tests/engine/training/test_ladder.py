"""A fast way of training is taken when it does what autograd does, and left with a notice when it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.training import ladder
from engine.training.batch_buffers import Batch
from engine.training.closed_form import ClosedForm, Interrupted
from engine.training.proof import ProofFailed, compare, prove
from engine.training.trainer import Trainer
from tests.builders.trainers import trainer_of

SETTINGS = "hidden=24,16 scaling=standard"


class Mps:
    """A device with a ladder of no graphs, for a network that lies on the processor."""

    type = "mps"


def climbed(trainer: Trainer) -> tuple[str, list[str]]:
    """The way a trainer takes where nothing is trusted unproved, and what was told on the way."""
    notices: list[str] = []
    trainer._ladder._device = Mps()  # type: ignore[assignment]
    return trainer._ladder.climb(1, notices.append).name, notices


@pytest.mark.parametrize(
    "settings",
    ["", "momentum=0.9", "optimiser=adam learning_rate=0.001", "optimiser=rmsprop learning_rate=0.001", "dropout=0.3",
     "batch_size=full", "batch_size=1", "l2=0.01", "hidden=none", "batch_norm=yes"],
)  # fmt: skip
def test_recorded_operations_prove_themselves_and_leave_no_trace(settings: str) -> None:
    trainer = trainer_of(f"{SETTINGS} {settings}")
    before = [tensor.clone() for tensor in (*trainer.network.state, *trainer._optimiser.state.values())]
    assert climbed(trainer) == ("recorded operations", [])
    kept = [*trainer.network.state, *trainer._optimiser.state.values()]
    assert all(map(torch.equal, kept, before))


class Wrong(ClosedForm):
    """Recorded operations with a fault."""

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        vector = self._network.vector
        before = vector.clone()
        done = super().run(batches, interrupted)
        vector.copy_(before + FAULTS[self.name](vector - before))
        return done


FAULTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "a wrong factor": lambda change: 1.01 * change,
    "no gradient": lambda change: 0 * change,
    "not a number": lambda change: change * float("nan"),
}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("a wrong factor", "it differs by 1.0e-02 of the expected change"),
        ("no gradient", "it differs by 1.0e+00 of the expected change"),
        ("not a number", "it gives a change that is not finite"),
    ],
)
def test_what_is_wrong_is_left_with_the_measured_difference(
    fault: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wrong, "name", fault)
    monkeypatch.setattr(ladder, "ClosedForm", Wrong)
    trainer = trainer_of(SETTINGS)
    before = trainer.network.vector.clone()
    assert climbed(trainer) == ("autograd", [f"{fault} not used: {said}"])
    assert torch.equal(trainer.network.vector, before)


class Short(torch.Tensor):
    """A tensor of a device without double precision, as MPS is."""

    def double(self, *_: object, **__: object) -> torch.Tensor:
        raise TypeError("Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64")

    def cpu(self, *_: object, **__: object) -> torch.Tensor:
        return self.as_subclass(torch.Tensor)


def test_a_device_without_double_precision_is_compared_all_the_same() -> None:
    old, changed, other = (torch.full((3,), value).as_subclass(Short) for value in (0.0, 1.0, 1.01))
    assert compare([changed], [changed], [old], 1e-3) == ""
    assert compare([changed], [other], [old], 1e-3) == "it differs by 9.9e-03 of the expected change"


def test_logits_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of(SETTINGS)
    steps = ClosedForm(*trainer._ladder.parts)

    def run(batches: list[Batch], interrupted: Interrupted) -> int:
        done = ClosedForm.run(steps, batches, interrupted)
        trainer.buffers.logits[batches[0].place, 3] += 0.5
        return done

    monkeypatch.setattr(steps, "run", run)
    with pytest.raises(ProofFailed, match="its logits differ by"):
        prove(steps, trainer._ladder.parts, trainer.buffers.draw_last(1))


def test_a_way_that_cannot_even_be_built_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing(ClosedForm):
        def __init__(self, *parts: object) -> None:
            raise ModuleNotFoundError("No module named 'torch._ops'")

    monkeypatch.setattr(ladder, "ClosedForm", Missing)
    way, notices = climbed(trainer_of(SETTINGS))
    assert way == "autograd"
    assert notices == ["recorded operations not used: ModuleNotFoundError: No module named 'torch._ops'"]


def test_out_of_memory_is_not_a_failed_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    class Large(ClosedForm):
        def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")

    monkeypatch.setattr(ladder, "ClosedForm", Large)
    with pytest.raises(torch.OutOfMemoryError):
        climbed(trainer_of(SETTINGS))


def test_autograd_needs_no_proof() -> None:
    assert climbed(trainer_of(f"{SETTINGS} gradients=autograd")) == ("autograd", [])
