"""`mnist-tui reproduce`, and the comparison with what was published."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.comparison.published_figures import TOLERANCE, Comparison, compare
from engine.config.presets import preset, presets
from engine.home import Home
from engine.runs.status import FINISHED, RUNNING, STOPPED, UNQUEUED
from engine.runs.summaries import list_runs
from tests.builders.engines import engine_in_process, interrupt_once
from tests.builders.program import QUICK, call
from tests.engine.runs.test_state import epoch

SMALL = [word for word in QUICK if not word.startswith(("dataset", "hidden"))]


@pytest.fixture
def stocked_home(stocked_home: Home) -> Iterator[Home]:
    """The home, with an engine of two slots."""
    with engine_in_process(stocked_home):
        yield stocked_home


def test_figures_are_compared_in_points() -> None:
    rows = {row.figure: row for row in compare(preset("deep"), [epoch(5, 1.0, 0.9700), epoch(5, 1.0, 0.9720)])}
    assert set(rows) == {"test accuracy", "test loss", "training accuracy", "training loss"}
    test = rows["test accuracy"]
    assert test.published == 0.9740
    assert test.difference == pytest.approx(-0.30)
    assert test.deviation == pytest.approx(0.1414, abs=1e-4)
    assert test.within is True
    assert rows["test loss"].difference == pytest.approx(1.0 - 0.0834)
    assert rows["test loss"].within is None


@pytest.mark.parametrize(("measured", "within"), [(0.9680, True), (0.96795, False), (0.9801, False), (math.nan, False)])
def test_a_test_accuracy_is_within_six_tenths_of_a_point_or_out(measured: float, within: bool) -> None:
    assert TOLERANCE == 0.6
    row = Comparison("deep", "test accuracy", 0.9740, (measured,), judged=True)
    assert row.within is within
    assert row.deviation is None
    json.dumps(row.to_json(), allow_nan=False)


def test_without_a_run_there_is_nothing_to_compare() -> None:
    assert list(compare(preset("deep"), [])) == []
    assert list(compare(preset("adam"), [epoch(5, 1.0)])) == []


def test_every_published_experiment_is_a_run_of_its_own(stocked_home: Home) -> None:
    """You should see four experiments, out of tolerance as they were hardly trained, and status 1."""
    result = call("reproduce", "--dataset", "synthetic", *SMALL)
    assert result.exit_code == 1
    assert result.stderr == ""
    runs = list_runs(stocked_home).runs
    published = [name for name, known in presets().items() if known.published]
    assert {run.record.preset for run in runs} == set(published)
    assert {run.record.group for run in runs} == {"reproduce"}
    rows = [line.split() for line in result.stdout.splitlines() if line.endswith(("within", "out"))]
    assert [row[0] for row in rows] == published
    assert all(row[1:3] == ["test", "accuracy"] and row[-1] == "out" for row in rows)


def test_several_seeds_give_a_mean_and_a_deviation(stocked_home: Home) -> None:
    result = call("reproduce", "deep", "--dataset", "synthetic", "--seeds", "2", *SMALL, "seed=7", "--json")
    values = json.loads(result.stdout, parse_constant=pytest.fail)
    runs = list_runs(stocked_home).runs
    assert sorted(run.record.config.seed for run in runs) == [7, 8]
    assert set(values["runs"]["deep"]) == {run.id for run in runs}
    judged = values["comparisons"][0]
    assert (judged["experiment"], judged["figure"], judged["published"]) == ("deep", "test accuracy", 0.974)
    assert judged["measured"] == [run.test_accuracy for run in reversed(runs)]
    assert judged["mean"] == pytest.approx(sum(judged["measured"]) / 2)
    assert judged["deviation"] > 0
    assert "±" in call("reproduce", "deep", "--dataset", "synthetic", "--seeds", "2", *SMALL).stdout


def test_an_experiment_without_published_figures_is_trained_all_the_same(stocked_home: Home) -> None:
    result = call("reproduce", "batch-128", "--dataset", "synthetic", *SMALL)
    assert result.exit_code == 0
    assert "batch-128: test accuracy" in result.stdout and "nothing is published of it" in result.stdout


def test_what_is_interrupted_shows_what_there_is(stocked_home: Home) -> None:
    def is_half_way() -> bool:
        return {FINISHED, RUNNING} <= {run.status for run in list_runs(stocked_home).runs}

    interrupt_once(is_half_way)
    words = [word for word in SMALL if not word.startswith("epochs")]
    result = call("reproduce", "deep", "--dataset", "synthetic", "--seeds", "900", *words, "epochs=8")
    assert result.exit_code == 130
    assert result.stderr == "mnist-tui: interrupted; what was trained until then:\n"
    assert "deep        test accuracy        97.40 %" in result.stdout
    # The run in training may end just before it would be stopped.
    left = {run.status for run in list_runs(stocked_home).runs} - {FINISHED}
    assert left and left <= {STOPPED, UNQUEUED}


def test_without_mnist_it_fails_rather_than_train_on_something_else(stocked_home: Home) -> None:
    result = call("reproduce", "deep")
    assert result.exit_code == 1
    assert result.stderr.startswith("mnist-tui: deep failed: ") and "MNIST" in result.stderr
    assert [run.status for run in list_runs(stocked_home).runs] == ["failed"]


@pytest.mark.parametrize("words", [["deeep"], ["epochs=0"], ["--dataset", "auto"], ["--seeds", "0"]])
def test_wrong_usage_is_refused_before_anything_is_trained(home: Home, words: list[str]) -> None:
    assert call("reproduce", *words).exit_code == 2
    assert list(home.runs.iterdir()) == []


def test_the_reference_network_reproduces_its_published_accuracy(
    home: Home, mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA", str(mnist_folder))
    with engine_in_process(home):
        result = call("reproduce", "shallow", "deep", "--device", "cpu")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.count("within") == 2
