"""Compiled steps do what autograd does, repeat to the bit, and are taken only where they are proved."""

from __future__ import annotations

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.training import compiled_steps, ladder, native
from engine.training.batch_buffers import Batch
from engine.training.closed_form import Interrupted
from engine.training.compiled_steps import CompiledSteps
from engine.training.control import Control
from engine.training.trainer import Trainer
from tests.engine.training.test_training import CALLBACKS, CPU, DATA, train

with_compiler = pytest.mark.skipif(native.compiled().add_gradients is None, reason=native.compiled().reason)
SETTINGS = "hidden=72,24 epochs=2 learning_rate=0.05"


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch, prepared: None) -> None:
    """However little a run is shortened, compiling is worth it; there are no 512-bit instructions."""
    monkeypatch.setattr(compiled_steps, "LEAST_SAVED", 0)
    monkeypatch.setattr(compiled_steps, "has_wide_intel", lambda: False)


def method(settings: str) -> str:
    return Trainer(RunConfig.parse(settings), DATA, CPU, CALLBACKS, Control()).gradients().name


@with_compiler
@pytest.mark.parametrize(
    "settings",
    ["", "batch_size=1 train_size=100", "batch_size=5", "batch_size=20", "hidden=none", "hidden=30,9", "dropout=0.3",
     "l2=0.001", "batch_size=150 hidden=108,24 l2=0.001", "batch_size=100 hidden=128 dropout=0.3",
     "momentum=0.9 batch_size=16", "activation=tanh", "activation=sigmoid,leaky-relu", "schedule=cosine",
     "optimiser=adam learning_rate=0.001"],
)  # fmt: skip
def test_compiled_steps_agree_with_autograd(settings: str) -> None:
    config = RunConfig.parse(f"{SETTINGS} {settings}")
    trainer, _ = train(config)
    assert trainer.gradients().name == "compiled steps"
    autograd, _ = train(config.replace({"gradients": "autograd"}))
    theirs = autograd.network.state_dict()
    for name, parameter in trainer.network.state_dict().items():
        torch.testing.assert_close(parameter, theirs[name], rtol=2e-3, atol=2e-5)


@with_compiler
@pytest.mark.parametrize("settings", ["", "batch_size=70 hidden=108,24", "momentum=0.9 dropout=0.3 batch_size=20"])
def test_a_run_goes_on_from_a_checkpoint_to_the_same_bits(settings: str) -> None:
    config = RunConfig.parse(f"{SETTINGS} {settings}")
    whole, _ = train(config)
    half = Trainer(config, DATA, CPU, CALLBACKS, Control())
    steps = half.gradients()
    with torch.inference_mode():
        steps.run(half.buffers.draw(1, 0)[:3], lambda: False)
    half.position.batch = 3
    resumed = Trainer(config, DATA, CPU, CALLBACKS, Control())
    resumed.checkpoints.restore(half.checkpoints.take())
    resumed.train()
    assert torch.equal(resumed.network.vector, whole.network.vector)


@with_compiler
@pytest.mark.parametrize(
    "settings",
    [
        "gradients=closed-form",
        "scaling=standard",
        "activation=gelu",
        "hidden=1024",
        "hidden=256,256",
        "batch_norm=yes",
        "shift=2",
        "batch_size=64",
        "batch_size=64 hidden=128,128,64",
    ],
)
def test_what_they_do_not_know_or_gain_by_is_left_to_recorded_operations(settings: str) -> None:
    assert method(f"{SETTINGS} {settings}").startswith("recorded operations")


@with_compiler
def test_a_run_that_is_over_sooner_without_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_steps, "LEAST_SAVED", 1)
    assert method(SETTINGS).startswith("recorded operations")
    assert compiled_steps.suit(RunConfig.parse("epochs=5"), 60_000)


@with_compiler
def test_batches_too_large_for_them_are_left_to_recorded_operations() -> None:
    config = RunConfig.parse("epochs=5 hidden=100 batch_size=1024")
    assert compiled_steps.suit(config, 60_000)
    assert not compiled_steps.suit(config.replace({"batch_size": "2048"}), 60_000)


@with_compiler
@pytest.mark.parametrize(
    ("settings", "suits"),
    [("hidden=64 batch_size=64", True), ("hidden=256,256", True), ("hidden=1024 batch_size=1024", True),
     ("hidden=512,512", False), ("hidden=512,512 batch_size=1", True), ("hidden=256,256 batch_size=128", False),
     ("hidden=none", True), ("hidden=none batch_size=128", False),
     ("activation=tanh", True), ("activation=tanh batch_size=128", False), ("hidden=64 batch_size=2048", False)],
)  # fmt: skip
def test_they_gain_by_other_shapes_on_intels_processors_with_512_bits(
    settings: str, suits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_steps, "has_wide_intel", lambda: True)
    monkeypatch.setattr(compiled_steps, "threads_for", lambda config, size: 1)
    assert compiled_steps.suit(RunConfig.parse(settings), 60_000) is suits


class Wrong(CompiledSteps):
    """What a compiler's fault might make of them."""

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        done = super().run(batches, interrupted)
        self._network.vector.mul_(1.001)
        return done


@with_compiler
def test_what_a_compiler_gets_wrong_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "CompiledSteps", Wrong)
    trainer, _ = train(RunConfig.parse(SETTINGS))
    assert trainer.gradients().name.startswith("recorded operations")
    autograd, _ = train(RunConfig.parse(f"{SETTINGS} gradients=autograd"))
    torch.testing.assert_close(trainer.network.vector, autograd.network.vector, rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_that_works_runs_are_trained_as_before(
    compiler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    missing = native.compiled.__wrapped__()
    assert missing.add_gradients is None and ("no C compiler" in missing.reason or "does not build" in missing.reason)
    monkeypatch.setattr(compiled_steps, "compiled", lambda: missing)
    assert method(SETTINGS).startswith("recorded operations")
