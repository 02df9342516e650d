"""Predictions that cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.datasets.memory_cache import DatasetCache
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Event
from engine.service.predictor import PredictionError, Predictor
from engine.service.protocol import Predict
from engine.training import checkpoint
from engine.training.checkpoint import Checkpoint, CheckpointError
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs

BLANK = (bytes(784),)


def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
    return blobs()


@pytest.fixture
def run(home: Home) -> Run:
    """A run of one epoch."""
    run = Run.create(home, RunConfig(hidden=(8,), epochs=1))
    trainer = TrainerThread(run, load=load)
    trainer.start()
    trainer.join()
    return run


def predict(home: Home, run: Run, **wanted: tuple[int, ...]) -> tuple[tuple[float, ...], ...]:
    images = () if wanted else BLANK
    return Predictor(home, DatasetCache()).predict(Predict(run=run.id, images=images, **wanted)).probabilities


def change(run: Run, **changes: object) -> None:
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert isinstance(saved, Checkpoint)
    checkpoint.save(run.checkpoint_path, replace(saved, **changes))  # type: ignore[arg-type]


def test_ten_probabilities_add_up_to_one(home: Home, run: Run) -> None:
    (probabilities,) = predict(home, run)
    assert len(probabilities) == 10
    assert sum(probabilities) == pytest.approx(1)


def test_a_run_without_a_checkpoint_predicts_nothing(home: Home) -> None:
    with pytest.raises(PredictionError, match="no checkpoint yet"):
        predict(home, Run.create(home, RunConfig()))


@pytest.mark.parametrize("config", ["hidden=9", "dataset=synthetic", "no=configuration", "hidden=8 dataset=auto"])
def test_a_checkpoint_of_another_network_is_refused(home: Home, run: Run, config: str) -> None:
    change(run, config=config)
    with pytest.raises(CheckpointError, match="another network"):
        predict(home, run)


def test_other_test_images_than_the_run_knew_are_not_predicted(stocked_home: Home, run: Run) -> None:
    with pytest.raises(PredictionError, match="no longer what the run was trained on"):
        predict(stocked_home, run, indices=(1,))
