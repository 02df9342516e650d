"""Runs in worker processes: two at once, and what the death of a worker costs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FAILED, FINISHED, RUNNING, STOPPED
from engine.service.client import EngineClient
from engine.service.priority import NICE
from engine.service.protocol import Continue, Devices, Ping, Quit, Start
from tests.builders.engines import LONG, QUICK, engine_home, reach, status
from tests.conftest import settle

FIGURES = QUICK.replace({"epochs": 3, "dropout": 0.3, "batch_size": 8})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[Home]:
    """A home whose engine has two slots."""
    with engine_home(tmp_path_factory.mktemp("served") / "home", drawn_digits, "cpu:2") as home:
        yield home


@pytest.fixture
def client(served: Home) -> Iterator[EngineClient]:
    """A client of the engine; what it left in the engine's hands is stopped."""
    client = EngineClient(served)
    client.connect()
    yield client
    for job in client.request(Ping()).waiting + client.request(Ping()).training:
        Run(served.runs / job.run).request("stop")
    settle(lambda: not client.request(Ping()).training)
    client.close()


def start(client: EngineClient, home: Home, config: RunConfig = QUICK) -> Run:
    return Run(home.runs / client.request(Start(config=config)).run)


def worker_of(client: EngineClient, run: Run) -> int:
    """The process of the worker that trains a run."""
    return next(device.worker for device in client.request(Devices()).devices if device.run == run.id)


def figures(run: Run) -> list[tuple[float, ...]]:
    return [
        (e.epoch, e.step, e.train_loss, e.train_accuracy, e.test_loss, e.test_accuracy, e.penalty)
        for e in run.state().epochs
    ]


def test_two_runs_train_at_once_to_the_figures_of_each_alone(client: EngineClient, served: Home) -> None:
    alone = start(client, served, FIGURES)
    reach(alone, FINISHED)
    beside = start(client, served, LONG)
    reach(beside, RUNNING)
    together = start(client, served, FIGURES)
    settle(lambda: len(client.request(Ping()).training) == 2)
    assert {device.run for device in client.request(Devices()).devices} == {beside.id, together.id}
    assert worker_of(client, beside) != worker_of(client, together)
    reach(together, FINISHED)
    assert status(beside) == RUNNING
    assert len(figures(alone)) == 3 and figures(together) == figures(alone)


def test_a_worker_that_dies_costs_its_run_alone(client: EngineClient, served: Home) -> None:
    lost, other = start(client, served, LONG), start(client, served, LONG)
    waiting = start(client, served)
    settle(lambda: lost.state().checkpoint)
    reach(other, RUNNING)
    os.kill(worker_of(client, lost), signal.SIGKILL)
    reach(lost, FAILED)
    assert "was killed (SIGKILL)" in lost.state().reason and "resume the run" in lost.state().reason
    reach(waiting, FINISHED)
    assert status(other) == RUNNING and not lost.lock.held()
    step = lost.state().step
    client.request(Continue(run=lost.id))
    settle(lambda: lost.state().step > step)
    os.kill(worker_of(client, lost), signal.SIGSEGV)
    reach(lost, FAILED)
    assert "died of SIGSEGV" in lost.state().reason and status(other) == RUNNING


def test_a_worker_that_is_asked_to_end_stops_its_run_and_the_next_gets_a_fresh_one(
    client: EngineClient, served: Home
) -> None:
    run = start(client, served, LONG)
    settle(lambda: run.state().checkpoint)
    pid = worker_of(client, run)
    os.kill(pid, signal.SIGTERM)
    reach(run, STOPPED)
    assert run.state().reason == "its worker was asked to end"
    settle(lambda: not is_alive(pid))
    reach(start(client, served), FINISHED)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_step_back_for_the_console_and_have_loaded_pytorch_for_the_engine(
    client: EngineClient, served: Home
) -> None:
    run = start(client, served, LONG)
    reach(run, RUNNING)
    engine, worker = client.request(Ping()).pid, worker_of(client, run)
    assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, engine)
    session = Path(f"/proc/{engine}/autogroup")
    if session.exists() and (shares := session.read_text()):
        # The console is in another session.
        assert shares.endswith(f" nice {NICE}\n")
    if Path("/proc/self/maps").exists():
        assert "torch" not in Path(f"/proc/{engine}/maps").read_text()
        assert "torch" in Path(f"/proc/{worker}/maps").read_text()


def processes_of(home: Home) -> list[int]:
    """The processes that were started for a home, whatever they are."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(home.path).encode() in words:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="only Linux tells the processes there")
def test_eight_starts_and_ends_leave_no_process_behind(tmp_path: Path, drawn_digits: Path) -> None:
    """You should see none, were the engine asked to leave or killed, in training, with a worker, or just begun."""
    with engine_home(tmp_path / "home", drawn_digits, "cpu:2") as home:
        for number in range(8):
            client = EngineClient(home)
            pid = client.connect().pid
            if number < 2:
                start(client, home, LONG)
            if number < 4:
                settle(lambda: len(processes_of(home)) > 1)
            if number % 2:
                os.kill(pid, signal.SIGKILL)
            else:
                client.request(Quit())
            client.close()
            settle(lambda: not processes_of(home))
        assert not any(Run(path).lock.held() for path in home.runs.iterdir())
