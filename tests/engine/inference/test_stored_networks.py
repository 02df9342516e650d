"""The networks of runs by the weights that are kept, without any process that has PyTorch."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from engine.home import Home
from engine.inference.cache import NetworkCache
from engine.inference.network import NetworkError, TrainedNetwork
from engine.inference.stored_networks import read_networks
from engine.runs import events
from engine.runs.directory import Run
from engine.runs.events import CheckpointSaved
from engine.runs.weights import weight_file
from tests.builders.networks import reads_sevens_as
from tests.builders.snapshots import data_set, trained

IN_CHECKPOINT = reads_sevens_as(7)


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs whose checkpoints were asked, which all have one network."""
    asked: list[str] = []

    def read(runs: Sequence[Run]) -> list[TrainedNetwork]:
        asked.extend(run.id for run in runs)
        return [IN_CHECKPOINT] * len(runs)

    monkeypatch.setattr("engine.inference.stored_networks.read_checkpoints", read)
    return asked


def test_each_epoch_is_asked_as_it_was_tested_and_read_once(home: Home, asked: list[str]) -> None:
    data = data_set()
    run = trained(home, "hidden=24,16 epochs=3", data)
    networks = NetworkCache(home)
    for epoch in (1, 2, None):
        assert networks.known(run.id, epoch) is None
        assert networks.read([run.id], epoch) and not networks.read([run.id], epoch)
        found = networks.known(run.id, epoch)
        assert isinstance(found, TrainedNetwork) and found.epoch == (epoch or 3)
        right = found.probabilities(data.test_images).argmax(1) == data.test_labels
        assert right.mean() == pytest.approx(run.state().epochs[found.epoch - 1].test_accuracy)
    assert asked == []
    os.utime(weight_file(run, 2), ns=(1, 1))
    assert networks.read([run.id], 2) and not networks.read([run.id], 1)


def test_the_checkpoint_is_asked_where_weights_are_behind_it_or_not_kept(home: Home, asked: list[str]) -> None:
    run = trained(home, "hidden=4 epochs=3", data_set())
    weight_file(run, 3).unlink()
    weight_file(run, 1).write_bytes(b"garbage")
    assert [found is IN_CHECKPOINT for epoch in (None, 3, 2) for found in read_networks([run], epoch)] == [
        True,
        True,
        False,
    ]
    assert asked == [run.id] * 2
    for epoch in (1, 4):
        (refused,) = read_networks([run], epoch)
        assert isinstance(refused, NetworkError) and f"epoch {epoch} of {run.id} are not kept" in str(refused)


def test_weights_are_asked_while_the_next_epoch_is_trained(home: Home, asked: list[str]) -> None:
    run = trained(home, "hidden=4 epochs=3", data_set())
    line = events.encode(CheckpointSaved(step=run.state().step + 1, epoch=4))
    with run.events_path.open("a") as log:
        log.write(f"{line}\n")
    (found,) = read_networks([run])
    assert isinstance(found, TrainedNetwork) and found.epoch == 3 and asked == []


def test_a_run_that_went_back_to_an_epoch_is_asked_as_it_was_there(home: Home, asked: list[str]) -> None:
    run = trained(home, "hidden=8 epochs=8 validation=0.3 patience=2 learning_rate=1e-30", data_set())
    (found,) = read_networks([run])
    assert run.state().kept_epoch == 1 and len(run.state().epochs) == 3
    assert isinstance(found, TrainedNetwork) and found.epoch == 1 and asked == []


def test_networks_are_let_go_of_where_they_would_fill_the_memory(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(home, "hidden=4 epochs=3", data_set())
    networks = NetworkCache(home)
    monkeypatch.setattr("engine.inference.cache.MOST_BYTES", 2 * 4 * run.record().config.parameters())
    for epoch in (1, 2, 3):
        networks.read([run.id], epoch)
    assert [networks.known(run.id, epoch) is None for epoch in (1, 2, 3)] == [True, False, False]
