"""`mnist-tui runs`."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.events import Notice, RunFailed, RunStopped
from engine.runs.record import RateChange
from engine.runs.summaries import find_run, list_runs
from engine.runs.trash import trashed
from tests.builders.program import call
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.engine.runs.test_state import ending, epoch, started, steps
from tests.engine.runs.test_steering import trained


def test_an_empty_home_says_how_to_begin(home: Home) -> None:
    assert call("runs", "list").stdout == "No runs yet; start one: mnist-tui train\n"
    assert call("runs", "list", "--json").stdout == "[]\n"
    assert "start one: mnist-tui train" in call("runs", "show", "last").stderr


def test_runs_are_listed_in_a_plain_table(home: Home) -> None:
    """You should see one line a run, newest first, with percentages of two decimals."""
    first, second = finished_run(home, "first"), make_run(home, started(1.0), name="a name " * 15)
    text = call("runs", "list").stdout
    heading, *rows = text.splitlines()
    assert heading.split() == ["run", "status", "name", "changed", "test", "acc", "loss", "epoch", "time"]
    assert [row.split()[0] for row in rows] == sorted([first.id, second.id], reverse=True)
    by_id = {row.split()[0]: row for row in rows}
    assert by_id[first.id].split()[1:] == [
        "finished",
        "first",
        "epochs",
        "3",
        "90.00",
        "%",
        "1.0000",
        "1/3",
        "5.00",
        "s",
    ]
    assert ("a name " * 15).strip() in by_id[second.id]
    assert "interrupted" in by_id[second.id]


def test_the_list_is_narrowed(home: Home) -> None:
    finished = [finished_run(home) for _ in range(3)]
    make_run(home, started(1.0))
    assert len(call("runs", "list", "--limit", "2").stdout.splitlines()) == 3
    listed = json.loads(call("runs", "list", "--json", "--status", "finished").stdout)
    assert {run["id"] for run in listed} == {run.id for run in finished}
    assert call("runs", "list", "--status", "failed").stdout == "No run is failed.\n"
    assert call("runs", "list", "--status", "odd").exit_code == 2


def test_what_is_not_a_run_is_counted_on_standard_error(home: Home) -> None:
    run = finished_run(home)
    (home.runs / "foreign").mkdir()
    result = call("runs", "list", "--json")
    assert [values["id"] for values in json.loads(result.stdout)] == [run.id]
    assert result.stderr == f"1 entry is not a run and was skipped in {home.runs}\n"
    (home.runs / "\x1b[2J").mkdir()
    assert "2 entries are not runs and were skipped" in call("runs", "list").stderr


def test_a_run_is_shown_with_all_that_is_known_of_it(home: Home) -> None:
    """You should see its settings, its figures by epoch, its notices and how it ended."""
    happened = [
        Notice(time=1.0, message="synthetic digits stand in [red]x[/] \x1b[2J"),
        started(1.0),
        steps(10, 2.0),
        epoch(1, 2.5, 0.9123),
        ending(RunStopped, 3.0, reason="interrupted"),
    ]
    config = RunConfig(dropout=0.5, epochs=3)
    run = make_run(home, *happened, name="[bold]mine[/]", config=config, note="why", tags=["a", "b"])
    text = call("runs", "show", "[bold]mine[/]").stdout
    assert text.splitlines()[0] == f"[bold]mine[/] · dropout 0.5 · epochs 3  {run.id}  stopped"
    assert "settings  dropout=0.5 epochs=3\n" in text
    assert "784-128-64-10, 109,386 parameters" in text
    assert "tags      a b\n" in text and "note      why\n" in text
    assert "1    80.00 %      1.0000   91.23 %     1.0000  1.00 s\n" in text
    assert "notice: synthetic digits stand in [red]x[/] [2J\n" in text
    assert (
        f"{run.id} stopped in epoch 1, after step 10 (interrupted); go on: mnist-tui train --resume {run.id}\n" in text
    )
    assert "\x1b" not in text


def test_an_interrupted_run_says_how_to_go_on(home: Home) -> None:
    run = make_run(home, started(1.0), steps(3, 2.0))
    text = call("runs", "show", run.id).stdout
    assert f"go on: mnist-tui train --resume {run.id}" in text
    assert "step      3 of 30" in text
    sentence = "Too early to tell: figures of two epochs make the first trend."
    assert f"\n{sentence}\n" in text
    assert json.loads(call("runs", "show", run.id, "--json").stdout)["observation"] == sentence
    with held_elsewhere(run):
        assert "interrupted" not in call("runs", "show", run.id).stdout


def test_the_settings_alone_are_what_train_accepts(home: Home) -> None:
    config = RunConfig(hidden=(32,), l2=1e-4)
    make_run(home, config=config)
    text = call("runs", "show", "last", "--config").stdout
    assert RunConfig.parse(text) == config


def test_a_run_as_json_is_strict_and_whole(home: Home) -> None:
    nothing = math.nan
    end = RunFailed(
        time=9.0, epoch=1, step=10, test_loss=nothing, test_accuracy=nothing, seconds=1.0, reason="diverged"
    )
    run = make_run(home, started(1.0), epoch(1, 2.0, nothing), end)
    values = json.loads(call("runs", "show", run.id, "--json").stdout, parse_constant=pytest.fail)
    assert (values["id"], values["status"], values["total_steps"]) == (run.id, "failed", 30)
    assert values["epochs"][0]["test_accuracy"] is None
    assert values["observation"] is None
    assert values["ending"]["reason"] == "diverged"


def test_live_runs_are_paused_resumed_and_stopped(home: Home) -> None:
    run = make_run(home, started(1.0))
    with trained(run):
        assert call("runs", "pause", "last").stdout == f"{run.id} is paused\n"
        assert call("runs", "resume", "last").stdout == f"{run.id} is running\n"
        assert call("runs", "stop", "last").stdout == f"{run.id} is stopped\n"


def test_the_learning_rate_of_a_live_run_is_set_and_shown(home: Home) -> None:
    run = make_run(home, started(1.0), steps(1, 1.5))
    with trained(run):
        said = call("runs", "set", "last", "learning_rate=0.05").stdout
        assert said == f"{run.id} goes on after step 1 with learning_rate=0.05\n"
        refused = call("runs", "set", "last", "epochs=9")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("mnist-tui: epochs=9: expected learning_rate=NUMBER, which alone can be set")
    run.update_record(lambda record: replace(record, rate_changes=(RateChange(1, 0.05), RateChange(1234, 0.01))))
    assert "rate set  0.05 after step 1, 0.01 after step 1,234\n" in call("runs", "show", "last").stdout


def test_of_several_runs_those_that_live_are_steered(home: Home) -> None:
    dead, live = finished_run(home), make_run(home, started(1.0))
    with trained(live):
        result = call("runs", "stop", dead.id, live.id)
    assert result.exit_code == 1
    assert result.stdout == f"{live.id} is stopped\n"
    assert result.stderr == f"mnist-tui: {dead.id} is finished, not running\n"


def test_a_trainer_that_does_not_answer_is_told_after_the_time_given(home: Home) -> None:
    run = make_run(home, started(1.0))
    with held_elsewhere(run):
        result = call("runs", "stop", run.id, "--wait", "0.1")
    assert result.exit_code == 1
    assert "has not answered within 0.1 s" in result.stderr


def test_deleted_runs_come_back_until_the_trash_is_emptied(home: Home) -> None:
    first, second = finished_run(home, "first"), finished_run(home, "second")
    result = call("runs", "delete", "first", "second", first.id, "--yes")
    assert result.stdout == f"{first.id} is in the trash\n{second.id} is in the trash\n"
    assert list_runs(home).runs == []
    newest_first = sorted([f"{first.id}  first", f"{second.id}  second"], reverse=True)
    assert call("runs", "restore").stdout.splitlines() == newest_first
    in_trash = json.loads(call("runs", "restore", "--json").stdout)
    assert [f"{run['id']}  {run['name']}" for run in in_trash] == newest_first
    assert call("runs", "restore", "first").stdout == f"{first.id} is back\n"
    call("runs", "delete", "first", "--yes")
    result = call("runs", "restore", "first", "nothing", "--json")
    assert json.loads(result.stdout) == [{"id": first.id, "name": "first"}], (
        "what is back, though another was not there"
    )
    assert result.exit_code == 1
    assert find_run(home, "first").id == first.id
    assert call("runs", "empty-trash", "--yes").stdout == "1 run removed\n"
    assert call("runs", "empty-trash").stdout == "The trash is empty.\n"
    assert "the trash is empty" in call("runs", "restore", "second").stderr


def test_nothing_is_deleted_without_a_yes(home: Home) -> None:
    run = finished_run(home)
    unanswered = "nothing was done, as there is no answer; --yes does it"
    for answer, said in (("n\n", "nothing was done"), ("", unanswered), (None, unanswered)):
        result = call("runs", "delete", run.id, answer=answer)
        assert result.exit_code == 1
        assert f"\nmnist-tui: {said}" in result.stderr
    assert run.path.exists()
    assert call("runs", "delete", run.id, answer="y\n").exit_code == 0
    assert call("runs", "empty-trash", answer="n\n").exit_code == 1
    assert [kept.id for kept in trashed(home)] == [run.id]


def test_a_live_run_is_not_deleted(home: Home) -> None:
    run = make_run(home, started(1.0))
    with held_elsewhere(run):
        result = call("runs", "delete", run.id, "--yes")
    assert result.exit_code == 1
    assert f"stop it first: mnist-tui runs stop {run.id}" in result.stderr
    assert run.path.exists()


def test_names_tags_and_notes_are_changed(home: Home) -> None:
    run = finished_run(home, "old")
    assert call("runs", "rename", "old", "new \x1b[2J name").stdout == f"{run.id}  new [2J name\n"
    assert call("runs", "tag", run.id, "a", "b", "a").exit_code == 0
    assert call("runs", "tag", run.id, "a", "--remove").exit_code == 0
    assert call("runs", "note", run.id, "look\nhere").exit_code == 0
    record = run.record()
    assert (record.name, record.tags, record.note) == ("new [2J name", ("b",), "look here")
    result = call("runs", "rename", run.id, "\x1b")
    assert result.exit_code == 1 and "at least one character" in result.stderr


def test_runs_alone_shows_its_commands(home: Home) -> None:
    result = call("runs")
    assert result.exit_code == 0
    assert "empty-trash" in result.stdout


@pytest.mark.parametrize("damage", ["run.json", "events.jsonl"])
def test_a_damaged_run_never_ends_in_a_traceback(home: Home, damage: str) -> None:
    run = finished_run(home)
    (run.path / damage).write_bytes(b"\xff\0{\n" * 50)
    for words in (["list"], ["show", run.id], ["stop", run.id], ["rename", run.id, "x"], ["delete", run.id, "--yes"]):
        result = call("runs", *words)
        assert result.exit_code in (0, 1)
        assert len(result.stderr.splitlines()) <= 2


def test_a_foreign_runs_folder_is_left_alone(home: Home) -> None:
    shutil.rmtree(home.runs)
    home.runs.write_text("a file")
    assert call("runs", "list").exit_code == 0
    result = call("train", "deep")
    assert result.exit_code == 1
    assert "Set MNIST_TUI_HOME" in result.stderr
