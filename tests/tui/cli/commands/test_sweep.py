"""`mnist-tui sweep`."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from engine.cluster.connection import ClusterError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FINISHED, PAUSED, RUNNING, STOPPED
from engine.service.address import Address
from engine.service.client import EngineClient
from engine.service.device_choice import VARIABLE
from engine.service.handler import Service
from engine.service.protocol import Devices, Ping
from engine.sweeps.standing import SweepReader
from engine.sweeps.sweep_file import SweepWriter, read_sweep, sweep_records
from tests.builders.engines import engine_home, engine_in_process, interrupt_once, reach
from tests.builders.program import QUICK, call, start
from tests.builders.sweeps import finish_cell, make_sweep, runs_of
from tests.conftest import settle
from tui.cli.sweep_session import exit_status
from tui.cli.sweep_trainers import ByCluster


def test_help_tells_every_option_and_the_shipped_sweeps(home: Home) -> None:
    said = call("sweep", "--help").stdout
    assert all(word in said for word in ("--early-stop asha", "--resume GROUP", "lambda", "export"))


def test_a_dry_run_shows_cells_runs_time_and_disk_and_makes_nothing(home: Home) -> None:
    said = call("sweep", "deep", "l2=0,1e-4", "hidden=none/8", "--seeds", "3", "--dry-run").stdout
    assert "4 cells × 3 seeds = 12 runs in the group deep-l2-hidden" in said and "disk: about" in said
    assert said.splitlines()[4].split() == ["4", "0.0001", "8", "-"]
    told = json.loads(call("sweep", "lambda", "epochs=1", "--dry-run", "--json").stdout)
    assert (told["runs"], told["group"], told["metric"]) == (18, "lambda", "validation_accuracy")
    assert list(home.runs.iterdir()) == [] and sweep_records(home) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["l2=0,x", "depth=1"], "2 settings are refused"),
        (["l2=0,1", "--max-runs", "1"], "2 runs"),
        (["l2=0,1", "--metric", "validation_loss"], "validation=0.1"),
        (["l2=0,1", "--search", "random", "3"], "tpe"),
        (["l2=0,1", "--early-stop", "asha"], "validation=0.1"),
        (["nothing", "l2=0,1"], "no preset is called"),
        (["deep", "tanh"], "one preset at a time"),
        (["--resume", "x", "l2=0,1"], "leave out"),
        (["l2=0,1", "--failed"], "--resume"),
        (["l2=0,1", "--json", "--quiet"], "exclude"),
        (["l2=0,1", "--keep-weights", "some"], "none, last, all, or how many"),
        (["l2=0,1", "--on", "slurm"], "ray://HOST:PORT"),
        (["l2=0,1", "--on", "ray", "--gpu-share", "2"], "above 0, up to 1"),
        (["l2=0,1", "--gpu-share", "0.5"], "goes with --on"),
        (["l2=0,1", "--on", "ray", "--dry-run"], "leave out --on"),
        (["l2=0,1", "--on", "ray", "--devices", "cpu,stack:2"], "leave out --on"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_made(home: Home, words: list[str], said: str) -> None:
    result = call("sweep", *words)
    assert result.exit_code == 2 and said in result.stderr
    assert list(home.runs.iterdir()) == [] and sweep_records(home) == []


def test_a_missing_extra_is_told_with_what_installs_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sweeps.search.find_spec", lambda name: None)
    result = call("sweep", "l2=0,1", "validation=0.1", "--early-stop", "asha")
    assert result.exit_code == 2 and "pip install 'mnist-tui[search]'" in result.stderr
    monkeypatch.setattr("engine.cluster.connection.find_spec", lambda name: None)
    result = call("sweep", "l2=0,1", "--on", "ray")
    assert result.exit_code == 2 and "pip install 'mnist-tui[ray]'" in result.stderr and sweep_records(home) == []


def test_sweeps_are_listed_and_shown(home: Home) -> None:
    assert "No sweeps yet" in call("sweep", "list").stdout
    make_sweep(home, {"l2": "0,0.1"})
    finish_cell(home, 1, {1: 0.95})
    assert call("sweep", "list").stdout.splitlines()[1].split() == [
        "mine",
        "waiting",
        "1",
        "of",
        "2",
        "l2",
        "95.00",
        "%",
    ]
    assert call("sweep", "show", "mine").stdout.splitlines()[1].split() == [
        "0.1",
        "95.00",
        "%",
        "1.50",
        "s",
        "1/1",
        FINISHED,
    ]
    told = json.loads(call("sweep", "show", "mine", "--json").stdout)
    assert told["best"] == 1 and told["cells"][1]["mean"] == 0.95
    assert told["sentences"][0].startswith("mine: best is l2=0.1")
    assert call("sweep", "export", "mine", "--format", "markdown").stdout.splitlines()[3] == "| 0.1 | **95.00 %** |"
    target = home.path / "table.csv"
    for status in (0, 1):
        assert call("sweep", "export", "mine", "--output", str(target)).exit_code == status
    assert target.read_text().splitlines()[2] == "0.1,0.95,"
    assert call("sweep", "export", "mine", "--rows", "dropout").exit_code == 2
    for words in (("show", "other"), ("stop", "other")):
        assert call("sweep", *words).exit_code == 1
    assert "not in training" in call("sweep", "stop", "mine").stderr


def test_a_sweep_that_a_cluster_trained_is_gone_on_with_there(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    exit_status(SweepReader(home, "mine").read(), ByCluster("ray://head:10001", 0.5))
    assert capsys.readouterr().err.endswith("sweep --resume mine --on ray://head:10001 --gpu-share 0.5\n")


def test_a_sweep_that_nobody_takes_in_hand_or_is_interrupted_says_how_it_is_gone_on_with(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cluster.connection.find_spec", lambda name: object())
    refused = ClusterError("late is refused: it has PyTorch 2.0, this process 2.14")
    monkeypatch.setattr("tui.cli.sweep_trainers.start_driver", Mock(side_effect=refused))
    words = ("l2=0,0.1", "--group", "mine", "--on", "ray://head:10001", "--gpu-share", "0.5")
    command = "mnist-tui sweep --resume mine --on ray://head:10001 --gpu-share 0.5"
    begun = call("sweep", *words)
    assert begun.exit_code == 1
    assert begun.stderr == f"mnist-tui: {refused}\nmine waits; go on: {command}\n"
    writer = SweepWriter(home, "mine")
    writer.append(begun=1.0, on="ray://head:10001", gpu_share=0.5)
    writer.close()
    assert f"go on: {command}\n" in call("sweep", "show", "mine").stdout
    assert f" {command} goes on with it" in call("sweep", *words).stderr


@pytest.mark.parametrize(
    ("on", "named"),
    [("ray://head:10001", " --on ray://head:10001 --gpu-share 0.5"), ("", ""), ("ray://head; rm -r x", ""), (3, "")],
)
def test_a_sweep_is_stopped_with_a_word_of_where_it_was_trained(home: Home, on: object, named: str) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    writer = SweepWriter(home, "mine")
    try:
        writer.append(begun=1.0, on=on, gpu_share=0.5)
        assert call("sweep", "stop", "mine").stdout.endswith(f"go on: mnist-tui sweep --resume mine{named}\n")
    finally:
        writer.close()


@pytest.fixture
def engine(stocked_home: Home) -> Iterator[Service]:
    """An engine of two slots."""
    with engine_in_process(stocked_home) as engine:
        yield engine


ENDLESS = (*QUICK, "epochs=10000", "l2=0,1e-5,1e-4,1e-3", "--group", "mine")


def made_runs(home: Home) -> list[Run]:
    return runs_of(home) if sweep_records(home) else []


def both_train(home: Home) -> bool:
    return sum(run.state().phase == RUNNING for run in made_runs(home)) == 2


def stopped_runs(home: Home) -> list[Run]:
    return [run for run in runs_of(home) if run.state().phase == STOPPED]


def test_control_c_stops_a_sweep_with_checkpoints(engine: Service, stocked_home: Home) -> None:
    interrupt_once(lambda: both_train(stocked_home))
    result = call("sweep", *ENDLESS, "--quiet")
    assert result.exit_code == 130
    assert result.stderr.endswith("mine has ended early: stopped by request; go on: mnist-tui sweep --resume mine\n")
    stopped = stopped_runs(stocked_home)
    assert len(stopped) >= 2
    # One that was given its turn in that moment may not have trained a step.
    assert all(run.checkpoint_path.exists() for run in stopped if run.state().step)


def test_a_sweep_that_is_left_to_the_engine_is_stopped_from_elsewhere(engine: Service, stocked_home: Home) -> None:
    result = call("sweep", *ENDLESS, "--detach", "--json")
    assert (result.exit_code, result.stderr) == (0, "") and json.loads(result.stdout)["status"] == RUNNING
    settle(lambda: both_train(stocked_home))
    assert "mine is in training already" in call("sweep", "--resume", "mine", "--detach").stderr
    assert call("sweep", "stop", "mine").stdout.endswith("go on: mnist-tui sweep --resume mine\n")
    settle(lambda: SweepReader(stocked_home, "mine").read().status == STOPPED)
    assert len(stopped_runs(stocked_home)) >= 2


def test_a_sweep_that_is_to_fail_fast_ends_with_the_first_failure(engine: Service, stocked_home: Home) -> None:
    words = (*QUICK, "learning_rate=100", "l2=1..2:30", "scaling=standard", "--group", "mine", "--quiet")
    result = call("sweep", *words, "--fail-fast")
    assert result.exit_code == 1
    assert "runs failed; see why: mnist-tui runs show RUN" in result.stderr
    assert "mine has ended early: " in result.stderr and " has failed; go on: " in result.stderr
    assert len(runs_of(stocked_home)) < 30


def test_devices_are_chosen_for_an_engine_that_is_started_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    refused = call("sweep", "l2=0,1", "--devices", "gpu")
    assert refused.exit_code == 2 and "Accepted: all; GPUs by number" in refused.stderr
    Address(home).lock.acquire()
    refused = call("sweep", "l2=0,1", "--devices", "cpu:2")
    assert refused.exit_code == 1 and "one is running; leave it out, or end that" in refused.stderr
    assert sweep_records(home) == []


def test_a_sweep_survives_its_engine_and_goes_on_where_it_was(
    tmp_path: Path, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "home"))
    with engine_home(tmp_path / "home", drawn_digits, "cpu:3") as home:
        process = start("sweep", *QUICK, "epochs=1,150", "--group", "mine", "--json", "--devices", "cpu:1")
        settle(lambda: len(made_runs(home)) == 2)
        done, going_on = runs_of(home)
        going_on.request("pause")
        reach(done, FINISHED)
        reach(going_on, PAUSED)
        client = EngineClient(home)
        client.connect(start=False)
        pid = client.request(Ping()).pid
        assert [device.slot for device in client.request(Devices()).devices] == ["cpu"]
        client.close()
        os.kill(pid, signal.SIGKILL)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 1 and "sweep --resume mine" in err
        assert json.loads(out.splitlines()[0])["status"] == FINISHED
        before = read_sweep(home, "mine").runs
        first = done.state().version
        settle(lambda: not any(run.lock.held() for run in runs_of(home)))
        result = call("sweep", "--resume", "mine", "--quiet")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith("mine: best is epochs=")
        standing = SweepReader(home, "mine").read()
        assert standing.counts == {FINISHED: 2} and len(list(home.runs.iterdir())) == 2
        assert before.items() <= standing.sweep.runs.items() and done.state().version == first
