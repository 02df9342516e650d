"""The networks of runs without PyTorch: read from their checkpoints by another process, once."""

from __future__ import annotations

import os
import shutil
import subprocess

import numpy as np
import pytest

from engine.home import Home
from engine.inference.cache import NetworkCache
from engine.inference.checkpoint_arrays import PROBLEM, arrays_of, read_checkpoints
from engine.inference.network import NetworkError, TrainedNetwork
from tests.builders.runs import finished_run
from tests.builders.snapshots import data_set, trained


def test_a_run_without_weights_is_asked_as_it_was_tested_and_read_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_set()
    run, bare = trained(home, "hidden=24,16 epochs=2", data), finished_run(home)
    shutil.rmtree(run.weights_path)
    networks = NetworkCache(home)
    assert networks.known(run.id) is None
    assert networks.read([run.id, bare.id])
    found, refused = networks.known(run.id), networks.known(bare.id)
    assert isinstance(found, TrainedNetwork) and found.epoch == 2
    right = found.probabilities(data.test_images).argmax(1) == data.test_labels
    assert right.mean() == pytest.approx(run.state().epochs[-1].test_accuracy)
    assert isinstance(refused, NetworkError) and "has no checkpoint yet" in str(refused)
    monkeypatch.setattr("engine.inference.cache.read_networks", lambda runs, epoch: [refused for run in runs])
    assert not networks.read([run.id, bare.id])
    os.utime(run.checkpoint_path, ns=(1, 1))
    assert networks.read([run.id, bare.id]) and networks.known(run.id) is refused


def test_a_checkpoint_that_is_damaged_or_of_another_network_is_told_in_a_line(home: Home) -> None:
    run, other = finished_run(home), trained(home, "hidden=8 epochs=1", data_set())
    for content, reason in ((b"garbage", "not loaded"), (other.checkpoint_path.read_bytes(), "another network")):
        run.checkpoint_path.write_bytes(content)
        told = arrays_of(run)
        assert list(told) == [PROBLEM] and reason in str(told[PROBLEM])
    assert np.asarray(arrays_of(other)["0.weight"]).shape == (8, 784)


def test_a_run_without_a_checkpoint_is_told_of_without_another_process(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*command: object, **options: object) -> None:
        raise AssertionError(command)

    monkeypatch.setattr(subprocess, "run", start)
    (refused,) = read_checkpoints([finished_run(home)])
    assert isinstance(refused, NetworkError) and "has no checkpoint yet" in str(refused)
