"""`mnist-tui train --seeds`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Epoch, RunFinished, RunStarted, decode
from engine.runs.status import RUNNING, STOPPED
from engine.runs.summaries import list_runs
from engine.runs.weights import weight_epochs
from engine.service.handler import Service
from tests.builders.engines import engine_in_process, interrupt_once
from tests.builders.program import QUICK, call


@pytest.fixture(autouse=True)
def engine(stocked_home: Home) -> Iterator[Service]:
    """An engine of two slots."""
    with engine_in_process(stocked_home) as engine:
        yield engine


def test_the_runs_share_settings_labels_and_a_group(stocked_home: Home) -> None:
    result = call(
        "train", "deep", *QUICK, "epochs=1", "--seeds", "2", "--tag", "a", "--note", "why", "--group", "mine",
        "--quiet", "--keep-weights", "none",
    )  # fmt: skip
    assert (result.exit_code, result.stderr) == (0, "")
    runs = list_runs(stocked_home).runs[::-1]
    assert [run.record.config.seed for run in runs] == [1, 2]
    assert {run.record.config.replace({"seed": 1}) for run in runs} == {runs[0].record.config}
    assert {(r.record.name, r.record.preset, r.record.group, r.record.tags, r.record.note) for r in runs} == {
        ("deep", "deep", "mine", ("a",), "why")
    }
    assert not any(weight_epochs(Run(stocked_home.runs / run.id)) for run in runs)
    (line,) = result.stdout.splitlines()
    mean = sum(run.test_accuracy or 0 for run in runs) / 2
    assert line.startswith(f"mine: test accuracy {mean * 100:.2f} ± ") and line.endswith("% (n = 2)")


def test_json_is_the_events_of_all_runs_and_nothing_else(stocked_home: Home) -> None:
    result = call("train", *QUICK, "epochs=1", "--seeds", "2", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    events = [decode(line) for line in result.stdout.splitlines()]
    ids = [event.id for event in events if isinstance(event, RunStarted)]
    assert ids == [run.id for run in list_runs(stocked_home).runs[::-1]]
    assert sum(isinstance(event, RunFinished) for event in events) == 2


def test_a_group_that_is_made_up_is_always_a_new_one(stocked_home: Home) -> None:
    for group in ("deep-seeds-3-4", "deep-seeds-3-4-2"):
        result = call("train", "deep", *QUICK, "epochs=1", "seed=3", "--seeds", "2", "--quiet")
        assert result.stdout.startswith(f"{group}: test accuracy ")


def test_what_cannot_begin_is_not_begun_again_with_the_next_seed(stocked_home: Home) -> None:
    words = [word for word in QUICK if not word.startswith("device")]
    result = call("train", *words, "--seeds", "3", "--device", "cuda:99")
    assert result.exit_code == 1
    assert "seed 1, failed: there is no device cuda:99" in result.stderr
    assert len(list_runs(stocked_home).runs) == 1


def test_seeds_that_diverge_are_left_out_of_the_mean(stocked_home: Home) -> None:
    result = call("train", *QUICK, "learning_rate=100", "scaling=standard", "l2=1", "--seeds", "2")
    assert result.exit_code == 1
    assert result.stderr.count("diverged") == 2
    assert len(list_runs(stocked_home).runs) == 2
    assert "mean" not in result.stdout


def test_seeds_train_at_once_and_each_to_the_same_bits_as_alone(stocked_home: Home) -> None:
    words = [*QUICK, "--json"]
    alone = [call("train", *words, f"seed={seed}").stdout for seed in (1, 2)]
    together = call("train", *words, "--seeds", "2").stdout

    def figures(text: str) -> list[Epoch]:
        epochs = (event for event in map(decode, text.splitlines()) if isinstance(event, Epoch))
        return [dataclasses.replace(e, time=0.0, seconds=0.0, evaluation_seconds=0.0, elapsed=0.0) for e in epochs]

    assert figures(together) == figures("".join(alone)) and len(figures(together)) == 4


def test_control_c_stops_all_that_train_with_checkpoints(stocked_home: Home, engine: Service) -> None:
    """You should see two seeds in training at once, one that waits, and none of the seven others begun."""

    def two_train() -> bool:
        training = [Run(stocked_home.runs / job.run) for job in engine.scheduler.jobs()[0]]
        return [run.state().phase for run in training] == [RUNNING, RUNNING]

    interrupt_once(two_train)
    result = call("train", *QUICK, "epochs=10000", "--seeds", "9", "--quiet")
    assert result.exit_code == 130
    runs = [run for run in list_runs(stocked_home).runs if run.status == STOPPED]
    assert len(runs) == 2 and len(list_runs(stocked_home).runs) == 3
    assert all(Run(stocked_home.runs / run.id).checkpoint_path.exists() for run in runs)
    assert result.stderr.count("interrupted in") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seeds", "0"], "--seeds"),
        (["--seeds", "2", "--seed", str(2**53 - 1)], "seed="),
        (["--seeds", "2", "--resume", "last"], "leave out --seeds"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_made(home: Home, words: list[str], said: str) -> None:
    result = call("train", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(home.runs.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on", "ray"], "go with --seeds N"),
        (["--seeds", "2", "--on", "slurm"], "ray://HOST:PORT"),
        (["--seeds", "2", "--gpu-share", "0.5"], "goes with --on"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_anything_is_made(
    stocked_home: Home, words: list[str], said: str
) -> None:
    result = call("train", *QUICK, *words)
    assert result.exit_code == 2 and said in result.stderr
    assert list(stocked_home.runs.iterdir()) == []
