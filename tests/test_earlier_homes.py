"""A home that an earlier version made opens and means the same: in every command, in the console, and for a trainer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.comparison.disagreement import rivals
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.predictions import read_predictions
from engine.runs.summaries import find_run
from tests.builders.consoles import pane_text, run_console, text_on, until
from tests.builders.program import call
from tests.conftest import settle
from tui.console.console import Console
from tui.panes.digits.loader import Wanted, read_views
from tui.panes.history.preferences import read_preferences
from tui.workers.messages import Listed, Opened
from tui.workers.run_follower import FollowerThread

KEPT = Path(__file__).parent / "fixtures" / "home-1"
FINISHED, FORK = "20261127-192053-736b53e", "20261127-192141-1228421"
STATUSES = {
    "fork": "finished",
    "interrupted": "interrupted",
    "stopped": "stopped",
    "diverged": "failed",
    "seeds": "finished",
    "regularised": "finished",
    "finished": "finished",
}


@pytest.fixture
def old_home(stocked_home: Home) -> Home:
    """A copy of the kept home, with the digits its runs were trained on."""
    shutil.copytree(KEPT, stocked_home.path, dirs_exist_ok=True)
    return stocked_home


def shown(name: str) -> Any:
    result = call("runs", "show", name, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_every_run_is_listed_with_its_status_and_figures(old_home: Home) -> None:
    result = call("runs", "list", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    runs = json.loads(result.stdout)
    assert [run["name"] for run in runs] == [
        "fork", "interrupted", "stopped", "diverged", "seeds", "seeds", "seeds", "regularised", "finished",
    ]  # fmt: skip
    assert {run["name"]: run["status"] for run in runs} == STATUSES
    finished = runs[-1]
    assert (finished["id"], finished["epoch"], finished["test_accuracy"]) == (FINISHED, 2, 0.4015)
    assert (finished["tags"], finished["starred"], finished["group"]) == (["keep", "first run"], True, "pairs")
    assert finished["note"] == "Kept to see whether it still opens."
    assert "40.15 %" in call("runs", "list").stdout


@pytest.mark.parametrize("name", [name for name in STATUSES if name != "seeds"])
def test_every_run_is_shown(old_home: Home, name: str) -> None:
    values = shown(name)
    assert values["status"] == STATUSES[name]
    result = call("runs", "show", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert name in result.stdout.splitlines()[0]


def test_figures_endings_and_settings_are_as_they_were(old_home: Home) -> None:
    finished = shown("finished")
    assert [epoch["test_accuracy"] for epoch in finished["epochs"]] == [0.2319, 0.4015]
    assert (finished["step"], finished["total_steps"], finished["parameters"]) == (32, 32, 6370)
    assert finished["config"]["hidden"] == [8]
    assert shown("diverged")["ending"]["reason"].startswith("diverged: the loss is not a finite number at step 8")
    stopped = shown("stopped")
    assert (stopped["ending"]["reason"], stopped["step"], stopped["total_steps"]) == ("stopped by request", 5010, 10000)
    assert (shown("interrupted")["step"], shown("fork")["parent"]) == (6076, FINISHED)
    assert "validation_loss" in shown("regularised")["epochs"][0]
    words = call("runs", "show", "regularised", "--config").stdout.split()
    assert {"dropout=0.5", "optimiser=adam", "l2=0.0001", "validation=0.2"} <= set(words)


def test_runs_are_compared_and_seeds_folded(old_home: Home) -> None:
    result = call("runs", "compare", "seeds", "finished", "regularised", "--json")
    assert result.exit_code == 0
    assert result.stderr.startswith("seeds is 3 runs, all of which are taken: ") and result.stderr.count("\n") == 1
    lines = json.loads(result.stdout)["lines"]
    assert [len(line["runs"]) for line in lines] == [3, 1, 1]
    assert "McNemar" in call("runs", "compare", "finished", "regularised").stdout


@pytest.mark.parametrize("form", ["csv", "json", "markdown", "tensorboard", "weights", "script"])
def test_a_run_is_exported_in_every_format(old_home: Home, tmp_path: Path, form: str) -> None:
    result = call("runs", "export", "finished", "--format", form, "--output", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert ("nn.Sequential" in result.stderr) if form == "weights" else not result.stderr
    assert (tmp_path / "out").exists()


def test_groups_families_and_the_trash_are_read(old_home: Home) -> None:
    assert call("runs", "groups").stdout.splitlines() == ["seeds-seeds-1-3  3 runs", "pairs  2 runs"]
    family = call("runs", "family", FORK).stdout.splitlines()
    assert [FINISHED in line or FORK in line for line in family] == [True, True]
    assert "trashed" in call("runs", "restore").stdout
    assert call("runs", "restore", "trashed").exit_code == 0
    assert shown("trashed")["status"] == "finished"
    assert call("runs", "tag", "trashed", "back").exit_code == 0
    assert shown("trashed")["tags"] == ["back"]


def test_predictions_and_preferences_are_read(old_home: Home) -> None:
    predictions = read_predictions(find_run(old_home, "finished"), 2)
    assert predictions is not None and len(predictions.classes) == 10_000
    pair = rivals(old_home, find_run(old_home, "finished").record(), find_run(old_home, "regularised").record())
    assert sum(pair.at(2).counts().values()) == 10_000
    digits, _ = read_views(Wanted(FINISHED, "synthetic", None, 2), old_home)
    assert digits is not None and digits.epochs == (1, 2)
    preferences = read_preferences(old_home)
    assert preferences.columns == ("name", "status", "test_accuracy", "learning_rate")
    assert preferences.order is not None and preferences.folded


@pytest.mark.parametrize("name", ["stopped", "interrupted"])
def test_a_run_that_was_cut_short_goes_on_from_its_checkpoint(old_home: Home, name: str) -> None:
    """You should see the epochs there were, unchanged, and the two that were missing."""
    before = shown(name)["epochs"]
    result = call("train", "--resume", name, "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    after = shown(name)
    assert (after["status"], after["step"], len(after["epochs"])) == ("finished", 10000, 4)
    assert after["epochs"][:2] == before


def test_the_follower_lists_and_opens_every_run(old_home: Home) -> None:
    said: list[object] = []
    follower = FollowerThread(old_home, said.append)
    ids = [Run(path).id for path in old_home.runs.iterdir()]
    follower.watch(*ids)
    follower.start()
    try:
        settle(lambda: len([message for message in said if isinstance(message, Opened)]) == len(ids))
        settle(lambda: any(isinstance(message, Listed) for message in said))
    finally:
        follower.end()
    listed = next(message for message in said if isinstance(message, Listed))
    assert (len(listed.runs), listed.skipped) == (9, 0)
    assert {run.record.name: run.status for run in listed.runs} == STATUSES


def test_the_console_opens_it(old_home: Home) -> None:
    """You should see the newest run, and the history as it was left: the group of seeds in one line, by accuracy."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "fork" in text_on(console))
        await pilot.press("3")
        await until(pilot, lambda: "interrupted" in pane_text(console, "history"))
        rows = [line for line in pane_text(console, "history").splitlines()[2:] if line.strip()]
        assert [row[3:].partition(" synth")[0].strip() for row in rows] == [
            "interrupted …", "stopped · 8 …", "fork · tanh …", "▸ seeds-see… (3)", "▸ pairs (2)", "diverged · 8 …",
        ]  # fmt: skip

    run_console(old_home, scene)


@pytest.fixture
def home_with_a_sweep(stocked_home: Home) -> Home:
    """A copy of the kept home of the first version that had sweeps, with the digits its runs were trained on."""
    shutil.copytree(KEPT.with_name("home-4"), stocked_home.path, dirs_exist_ok=True)
    return stocked_home


def test_a_sweep_stands_as_it_did_and_its_pruned_run_goes_on(home_with_a_sweep: Home) -> None:
    result = call("sweep", "show", "rates", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    values = json.loads(result.stdout)
    assert (values["status"], values["counts"], values["best"]) == ("finished", {"finished": 3, "pruned": 1}, 3)
    cells = [(cell["settings"]["learning_rate"], cell["status"], cell["mean"]) for cell in values["cells"]]
    assert cells == [
        ("0.0001", "finished", 0.08), ("0.001", "pruned", None), ("0.1", "finished", 0.6), ("0.3", "finished", 0.62),
    ]  # fmt: skip
    before = shown("20261128-071008-1244851")
    assert (before["status"], len(before["epochs"])) == ("pruned", 1)
    assert call("train", "--resume", "20261128-071008-1244851", "--quiet").exit_code == 0
    after = shown("20261128-071008-1244851")
    assert (after["status"], len(after["epochs"]), after["epochs"][:1]) == ("finished", 4, before["epochs"])


def test_a_run_whose_rate_was_set_goes_on_with_it(home_with_a_sweep: Home) -> None:
    before = shown("rated")
    assert (before["status"], len(before["epochs"])) == ("stopped", 2)
    assert find_run(home_with_a_sweep, "rated").record().base_rate == 0.05
    assert call("train", "--resume", "rated", "--quiet").exit_code == 0
    after = shown("rated")
    assert (after["status"], len(after["epochs"]), after["epochs"][:2]) == ("finished", 6, before["epochs"])
    changes = [event for event in _events(home_with_a_sweep, "rated") if event["event"] == "rate_changed"]
    assert [change["learning_rate"] for change in changes] == [0.05]


def _events(home: Home, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in find_run(home, name).events_path.read_text().splitlines()]
