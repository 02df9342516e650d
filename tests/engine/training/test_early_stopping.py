"""A run that ends when nothing gets better, and keeps its best network."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.comparison.results import read_result
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.events import Epoch, Event, RunFinished, RunStopped
from engine.runs.predictions import predicted_epochs, read_predictions
from engine.runs.summaries import summarise
from engine.training.control import Control
from engine.training.trainer import Trainer
from tests.builders.snapshots import data_set, trained
from tests.engine.training.test_training import CALLBACKS, CPU, DATA, train

# So long a step that the loss rises again after a few epochs.
SETTINGS = "hidden=16 validation=0.3 learning_rate=0.3 momentum=0.97 epochs=12"


def told(events: list[Event]) -> tuple[list[Epoch], RunFinished]:
    """The epochs of a run and its end."""
    ending = events[-1]
    assert isinstance(ending, RunFinished)
    return [event for event in events if isinstance(event, Epoch)], ending


def best_of(epochs: list[Epoch]) -> Epoch:
    """The epoch of the lowest validation loss, the first of equals."""
    return min(epochs, key=lambda epoch: epoch.validation_loss or 0.0)


@pytest.mark.parametrize("gradients", ["autograd", "closed-form"])
@pytest.mark.parametrize("patience", [1, 3])
@pytest.mark.parametrize("batch_norm", ["no", "yes"])
def test_a_run_ends_after_its_patience_with_the_network_of_its_best_epoch(
    patience: int, gradients: str, batch_norm: str
) -> None:
    config = RunConfig.parse(f"{SETTINGS} gradients={gradients} batch_norm={batch_norm}")
    trainer, events = train(config.replace({"patience": patience}))
    epochs, ending = told(events)
    best = best_of(epochs)
    assert len(epochs) == ending.epoch == best.epoch + patience < 12
    assert (ending.test_loss, ending.test_accuracy) == (best.test_loss, best.test_accuracy)
    assert ending.kept == best.epoch
    waited = "an epoch" if patience == 1 else "3 epochs"
    assert f"did not fall for {waited}; the network of epoch {best.epoch} is kept" in ending.reason
    as_long, _ = train(config.replace({"epochs": best.epoch}))
    assert all(map(torch.equal, trainer.network.state, as_long.network.state))


def test_the_best_network_is_kept_of_a_run_that_is_never_cut_short() -> None:
    _, events = train(RunConfig.parse(f"{SETTINGS} patience=11"))
    epochs, ending = told(events)
    best = best_of(epochs)
    assert len(epochs) == 12 > best.epoch
    assert ending.test_loss == best.test_loss
    assert ending.reason == f"the network of epoch {best.epoch} is kept, of the lowest validation loss"


def test_predictions_and_figures_at_the_end_are_of_the_network_that_is_kept(home: Home) -> None:
    run = trained(home, f"{SETTINGS} patience=2", data_set())
    state = run.state()
    best = best_of(state.epochs)
    assert best.epoch == state.kept_epoch == state.epochs[-1].epoch - 2 and state.last is best
    with_all_ten = [
        epoch for epoch in predicted_epochs(run)
        if (said := read_predictions(run, epoch)) is not None and said.probabilities is not None
    ]  # fmt: skip
    assert with_all_ten == [best.epoch]
    said = read_predictions(run, best.epoch)
    assert said is not None
    right = (said.classes == data_set().test_labels).mean()
    summary, result = summarise(run), read_result(run)
    assert right == pytest.approx(best.test_accuracy) and summary.test_accuracy == best.test_accuracy
    assert summary.train_accuracy is None, "that of the last epoch is of another network"
    assert result.last is not None and result.last.epoch == best.epoch


def test_a_run_resumed_from_its_end_ends_the_same() -> None:
    config = RunConfig.parse(f"{SETTINGS} patience=2")
    trainer, events = train(config)
    again = Trainer(config, DATA, CPU, CALLBACKS, Control())
    again.checkpoints.restore(trainer.checkpoints.take())
    ending = again.train()
    assert isinstance(ending, RunFinished) and ending.reason == told(events)[1].reason
    assert torch.equal(again.network.vector, trainer.network.vector)


def test_a_run_stopped_within_an_epoch_goes_on_to_its_end() -> None:
    config = RunConfig.parse(f"{SETTINGS} patience=1")
    whole, _ = train(config)
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, Epoch):
            control.stop("by request")

    begun = Trainer(config, DATA, CPU, replace(CALLBACKS, emit=stop), control)
    assert isinstance(begun.train(), RunStopped) and (begun.position.epoch, begun.position.batch) == (2, 1)
    again = Trainer(config, DATA, CPU, CALLBACKS, Control())
    again.checkpoints.restore(begun.checkpoints.take())
    assert isinstance(again.train(), RunFinished) and again.position.step == whole.position.step
    assert torch.equal(again.network.vector, whole.network.vector)


def test_without_patience_nothing_is_kept_or_said() -> None:
    trainer, events = train(RunConfig.parse("hidden=16 validation=0.3 epochs=2"))
    assert told(events)[1].reason == ""
    assert trainer.checkpoints.take().optimiser == {}
