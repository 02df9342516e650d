"""Sweeps on a real Ray cluster of two nodes in this machine, by the real program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.datasets.memory_cache import DatasetCache
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FINISHED, INTERRUPTED, PAUSED, RUNNING, STOPPED
from engine.runs.steering import PAUSE, RESUME, STOP, steer
from engine.sweeps.place import Place
from engine.sweeps.standing import SweepReader
from engine.sweeps.sweep_file import read_sweep, sweep_lock, sweep_path
from engine.training.trainer_thread import TrainerThread
from tests.builders.program import ROOT, start
from tests.builders.sweeps import runs_of
from tests.builders.twins import assert_equal_networks
from tests.conftest import settle

# A cluster is a dozen processes, each of which takes seconds to start where others keep the cores busy.
pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(900)]
SECONDS = 400
WORDS = ("dataset=synthetic", "train_size=1000", "device=cpu", "--group", "mine", "--on", "auto")
NODE = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_log_monitor": False}


@dataclass
class TwoNodes:
    """A cluster of two nodes with a CPU each; one of them may be lost, and is replaced in time for the next test."""

    cluster: Any
    second: Any = None

    def complete(self) -> None:
        """Have two nodes."""
        if self.second is None:
            self.second = self.cluster.add_node(**NODE)

    def lose_one(self) -> None:
        """Kill all processes of a node."""
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = None


@pytest.fixture(scope="module")
def cluster() -> Iterator[TwoNodes]:
    """The cluster, whose processes have all ended afterwards."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'mnist-tui[ray]'")
    from ray.cluster_utils import Cluster

    # The paths of its sockets must be short.
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Ray writes there where its last cluster is, into a folder it does not make.
        patch.setenv("RAY_TMPDIR", folder)
        (Path(folder) / "ray").mkdir()
        patch.setenv("RAY_AUTH_MODE", "disabled")  # A token would be written to the user's home.
        patch.setenv("PYTHONPATH", str(ROOT))  # The program is installed on both nodes.
        first = {**NODE, "include_dashboard": False, "temp_dir": folder}
        made = Cluster(initialize_head=True, head_node_args=first)
        try:
            yield TwoNodes(made)
        finally:
            made.shutdown()
            settle(lambda: not processes(folder))
            shutil.rmtree(folder)


@pytest.fixture
def two_nodes(cluster: TwoNodes, stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[TwoNodes]:
    """The cluster, which the program finds, and a home that has the data; no driver is left."""
    cluster.complete()
    monkeypatch.setenv("RAY_ADDRESS", cluster.cluster.address)
    yield cluster
    lock = sweep_lock(stocked_home, "mine")
    if lock.held():
        os.kill(lock.holder().pid, signal.SIGKILL)


def processes(folder: str) -> list[str]:
    """The processes that have to do with a folder."""
    found = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if folder in line]


def is_begun(home: Home) -> bool:
    """Whether the sweep is there."""
    return sweep_path(home, "mine").exists()


def trained_here(run: Run, cache: DatasetCache) -> Run:
    """A run of the same configuration that is trained in this process."""
    local = Run.create(Home(run.path.parent.parent), run.record().config)
    thread = TrainerThread(local, load=cache.load, device="cpu")
    thread.start()
    thread.join()
    return local


def test_runs_are_paused_and_stopped_by_requests_and_interrupted_by_the_loss_of_their_driver(
    two_nodes: TwoNodes, stocked_home: Home
) -> None:
    home = stocked_home
    process = start("sweep", *WORDS, "hidden=8/16", "epochs=10000", "--gpu-share", "0.5")
    settle(
        lambda: (
            is_begun(home) and len(runs_of(home)) == 2 and all(run.checkpoint_path.exists() for run in runs_of(home))
        ),
        SECONDS,
    )
    first, second = runs_of(home)
    assert read_sweep(home, "mine").place == Place("auto", 0.5)
    assert steer(first, PAUSE, SECONDS) == PAUSED
    paused, going = first.state().step, second.state().step
    settle(lambda: second.state().step > going, SECONDS)
    assert first.state().step == paused
    assert steer(second, STOP, SECONDS) == STOPPED
    assert steer(first, RESUME, SECONDS) == RUNNING
    settle(lambda: first.state().step > paused, SECONDS)
    os.kill(sweep_lock(home, "mine").holder().pid, signal.SIGKILL)
    err = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 1
    assert "its driver has gone; go on: mnist-tui sweep --resume mine --on auto --gpu-share 0.5" in err
    assert SweepReader(home, "mine").read().counts == {INTERRUPTED: 1, STOPPED: 1}


def test_a_detached_grid_of_24_that_loses_a_node_is_trained_as_it_would_be_here_bit_for_bit(
    two_nodes: TwoNodes, stocked_home: Home
) -> None:
    home = stocked_home
    grid = ("hidden=8/16", "l2=0,1e-4,1e-3", "learning_rate=0.05,0.1", "epochs=2", "--seeds", "2")
    process = start("sweep", *WORDS, *grid, "--detach")
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0 and "left to its driver" in out, err
    reader = SweepReader(home, "mine")
    settle(lambda: reader.read().counts[FINISHED] >= 6, SECONDS)
    two_nodes.lose_one()
    settle(lambda: not reader.read().fed, SECONDS)
    standing = reader.read()
    assert (standing.status, standing.counts) == (FINISHED, {FINISHED: 24})
    runs = runs_of(home)
    assert any("goes on elsewhere" in notice for run in runs for notice in run.state(steps=False).notices)
    cache = DatasetCache()
    for run in runs:
        assert len(run.state(steps=False).epochs) == 2
        assert_equal_networks(run, trained_here(run, cache))
    settle(lambda: not processes(str(home.path)), SECONDS)
