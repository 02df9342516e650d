"""Sweeps on a real Ray cluster of two nodes in this machine, by the real program."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec

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
from tests.builders.program import start
from tests.builders.ray_cluster import QUIET, ClusterMissing, RayCluster, processes
from tests.builders.sweeps import runs_of
from tests.builders.twins import assert_equal_networks
from tests.conftest import settle

# A cluster is a dozen processes, each of which takes seconds to start where others keep the cores busy.
pytestmark = pytest.mark.timeout(900)
SECONDS, LOOK_EVERY = 400, 0.2
WORDS = ("dataset=synthetic", "train_size=1000", "device=cpu", "--group", "mine", "--on", "auto")


@pytest.fixture(scope="module")
def started() -> Iterator[RayCluster]:
    """The cluster, whose processes have all ended afterwards."""
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'mnist-tui[ray]'")
    try:
        made = RayCluster()
    except ClusterMissing as error:
        pytest.skip(f"no Ray cluster starts here: {error}")
    yield made
    made.close()


@pytest.fixture
def cluster(started: RayCluster, stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[RayCluster]:
    """The cluster, which the program finds, and a home that has the data; no driver is left."""
    for name, value in {**QUIET, "RAY_ADDRESS": started.address}.items():
        monkeypatch.setenv(name, value)
    yield started
    lock = sweep_lock(stocked_home, "mine")
    if lock.held():
        os.kill(lock.holder().pid, signal.SIGKILL)


def trained_here(run: Run, cache: DatasetCache) -> Run:
    """A run of the same configuration that is trained in this process."""
    local = Run.create(Home(run.path.parent.parent), run.record().config)
    thread = TrainerThread(local, load=cache.load, device="cpu")
    thread.start()
    thread.join()
    return local


def test_a_detached_grid_of_24_that_loses_a_node_is_trained_as_it_would_be_here_bit_for_bit(
    cluster: RayCluster, stocked_home: Home
) -> None:
    home = stocked_home
    grid = ("hidden=8/16", "l2=0,1e-4,1e-3", "learning_rate=0.05,0.1", "epochs=2", "--seeds", "2")
    process = start("sweep", *WORDS, *grid, "--detach")
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0 and "left to its driver" in out, err
    reader = SweepReader(home, "mine")
    # What is frozen has a run in hand which it cannot end, or is given one.
    settle(cluster.freeze_trainer, SECONDS, LOOK_EVERY)
    frozen = reader.read().counts[FINISHED]
    settle(lambda: reader.read().counts[FINISHED] >= min(frozen + 6, 23), SECONDS, LOOK_EVERY)
    cluster.lose_node()
    settle(lambda: not reader.read().fed, SECONDS, LOOK_EVERY)
    standing = reader.read()
    assert (standing.status, standing.counts) == (FINISHED, {FINISHED: 24})
    runs = runs_of(home)
    assert any("goes on elsewhere" in notice for run in runs for notice in run.state(steps=False).notices)
    cache = DatasetCache()
    for run in runs:
        assert len(run.state(steps=False).epochs) == 2
        assert_equal_networks(run, trained_here(run, cache))
    settle(lambda: not processes(str(home.path)), SECONDS, LOOK_EVERY)


def test_members_of_a_stack_are_paused_and_stopped_by_requests_and_interrupted_by_the_loss_of_their_driver(
    cluster: RayCluster, stocked_home: Home
) -> None:
    home = stocked_home
    cells = ("learning_rate=0.01,0.02,0.03", "hidden=8", "epochs=10000")
    process = start("sweep", *WORDS, *cells, "--gpu-share", "0.5", "--devices", "stack:3")
    settle(lambda: sweep_path(home, "mine").exists() and len(runs_of(home)) == 3, SECONDS, LOOK_EVERY)
    runs = pausing, stopping, going_on = runs_of(home)
    settle(lambda: all(run.checkpoint_path.exists() for run in runs), SECONDS, LOOK_EVERY)
    assert read_sweep(home, "mine").place == Place("auto", 0.5)
    assert [run.record().stack for run in runs] == [3] * 3
    assert steer(pausing, PAUSE, SECONDS) == PAUSED
    assert steer(stopping, STOP, SECONDS) == STOPPED
    paused, step = pausing.state().step, going_on.state().step
    settle(lambda: going_on.state().step > step, SECONDS, LOOK_EVERY)
    assert pausing.state().step == paused
    assert steer(pausing, RESUME, SECONDS) == RUNNING
    settle(lambda: pausing.state().step > paused, SECONDS, LOOK_EVERY)
    os.kill(sweep_lock(home, "mine").holder().pid, signal.SIGKILL)
    err = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 1
    assert "its driver has gone; go on: mnist-tui sweep --resume mine --on auto --gpu-share 0.5" in err
    assert SweepReader(home, "mine").read().counts == {INTERRUPTED: 2, STOPPED: 1}
