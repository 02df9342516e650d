"""A run that is trained in a directory of another machine's, and the one at home that it is a mirror of."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.cluster.remote_trainer import RemoteTrainer
from engine.cluster.run_mirror import RunContent, RunDelta, deliver
from engine.config.run_config import RunConfig
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import RunFinished, RunStopped
from engine.runs.status import PAUSED
from engine.runs.steering import PAUSE, RESUME, STOP
from engine.runs.weights import read_weights
from engine.runs.writer import RunWriter
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs
from tests.builders.twins import assert_equal_networks

LONG = RunConfig.parse("hidden=16 epochs=10000 device=cpu")


@pytest.fixture
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RemoteTrainer:
    """What trains on a node, in this process."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    return RemoteTrainer()


def begin(trainer: RemoteTrainer, run: Run, paused: bool = False) -> RunWriter:
    writer = RunWriter(run)
    trainer.begin([(RunContent.of(run), paused)], blobs(), "cpu")
    return writer


def follow(trainer: RemoteTrainer, writer: RunWriter, until: Callable[[], object]) -> None:
    """Write at home what the trainer sends, until something holds or there is no more to come."""
    while not until():
        delta = trainer.take(0.2).get(writer.run.id, RunDelta())
        deliver(delta, writer)
        if delta.done:
            break


def test_the_directory_at_home_is_as_if_the_run_had_been_trained_there(home: Home, trainer: RemoteTrainer) -> None:
    config = RunConfig.parse("hidden=16 epochs=3 device=cpu dropout=0.2 seed=4")
    run, local = Run.create(home, config), Run.create(home, config)
    writer = begin(trainer, run)
    run.update_record(lambda record: dataclasses.replace(record, name="renamed meanwhile"))
    follow(trainer, writer, lambda: False)
    writer.close()
    there = TrainerThread(local, load=lambda *_: blobs(), device="cpu")
    there.start()
    there.join()
    assert isinstance(writer.ending, RunFinished) and not run.lock.held()
    assert_equal_networks(run, local)
    record, trained = run.record(), local.record()
    assert record.name == "renamed meanwhile" and record.host
    assert (record.config, record.device, record.method) == (trained.config, trained.device, trained.method)
    assert (record.versions, record.data) == (trained.versions, trained.data)
    mine, its = ({path.relative_to(one.path) for path in one.path.rglob("*")} for one in (run, local))
    assert mine == its
    weights = [read_weights(one, 3) for one in (run, local)]
    assert weights[0] and weights[1] and all(np.array_equal(array, weights[1][n]) for n, array in weights[0].items())
    assert list(Path(tempfile.gettempdir()).glob("*/.*")) == []


def test_a_run_whose_node_is_lost_goes_on_elsewhere_to_the_same_bits(home: Home, trainer: RemoteTrainer) -> None:
    config = RunConfig.parse("hidden=16 epochs=3 device=cpu")
    run, local = Run.create(home, config), Run.create(home, config)
    writer = begin(trainer, run, paused=True)
    follow(trainer, writer, lambda: writer.state.phase == PAUSED)
    # Nothing more is heard of it; another goes on from what is at home.
    other = RemoteTrainer()
    other.begin([(RunContent.of(run), False)], blobs(), "cpu")
    follow(other, writer, lambda: False)
    writer.close()
    trainer.ask(run.id, STOP)
    while not trainer.take(0.2).get(run.id, RunDelta()).done:
        pass
    there = TrainerThread(local, load=lambda *_: blobs(), device="cpu")
    there.start()
    there.join()
    assert isinstance(writer.ending, RunFinished) and len(run.state().epochs) == 3
    assert_equal_networks(run, local)


def test_a_run_is_paused_from_the_start_and_stopped_with_a_checkpoint(home: Home, trainer: RemoteTrainer) -> None:
    run = Run.create(home, LONG)
    writer = begin(trainer, run, paused=True)
    follow(trainer, writer, lambda: writer.state.phase == PAUSED)
    assert writer.state.epochs == []
    trainer.ask(run.id, RESUME)
    follow(trainer, writer, lambda: writer.state.step > 0)
    trainer.ask(run.id, PAUSE)
    follow(trainer, writer, lambda: writer.state.phase == PAUSED)
    trainer.ask(run.id, STOP)
    follow(trainer, writer, lambda: False)
    assert isinstance(writer.ending, RunStopped) and run.checkpoint_path.exists()
    writer.close()


@pytest.mark.parametrize("name", ["../escaped.pt", "run.json", "/tmp/escaped.pt", "a/b/c.npy", "predictions/../x.pt"])
def test_a_node_writes_no_file_but_those_of_the_run(home: Home, name: str) -> None:
    writer = RunWriter(Run.create(home, LONG))
    before = writer.run.record()
    for content in (b"x", None):
        with pytest.raises(StoreError, match="no file of a run"):
            deliver(RunDelta(files={name: content}), writer)
    assert writer.run.record() == before and not list(home.path.rglob("escaped.pt"))
    writer.close()
