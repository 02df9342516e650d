"""`mnist-tui runs list` narrowed, sorted and with other columns; stars, groups and families."""

from __future__ import annotations

import json
import shutil

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.summaries import find_run, list_runs
from tests.builders.program import call
from tests.builders.runs import finished_run, make_run, pass_millisecond
from tests.builders.work import calls
from tests.engine.runs.test_state import epoch, started, steps


def names(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()[1:]]


@pytest.fixture
def three(home: Home) -> None:
    """Three runs of different learning rates, the last without figures."""
    for name, rate, accuracy in (("slow", 0.01, 0.9), ("fast", 0.5, 0.8)):
        make_run(
            home, started(1.0), epoch(1, 2.0, accuracy), name=name, config=RunConfig(learning_rate=rate), tags=[name]
        )
        pass_millisecond()
    make_run(home, name="new", config=RunConfig(hidden=()))


def test_the_list_is_filtered_sorted_and_cut(three: None) -> None:
    shown = ["runs", "list", "--columns", "name"]
    assert names(call(*shown, "--where", "lr>0.05").stdout) == ["new", "fast"]
    assert names(call(*shown, "--where", "-fast", "--sort", "name").stdout) == ["new", "slow"]
    assert names(call(*shown, "--sort", "acc:desc").stdout) == ["slow", "fast", "new"]
    assert names(call(*shown, "--sort", "acc", "--limit", "1").stdout) == ["fast"]
    assert [run["name"] for run in json.loads(call("runs", "list", "--where", "tag:slow", "--json").stdout)] == ["slow"]
    assert call("runs", "list", "--where", "lr=7").stdout == "No run matches.\n"


def test_settings_are_columns(three: None) -> None:
    """You should see the settings as they are written in a configuration."""
    heading, *rows = call(
        "runs", "list", "--columns", "name,lr,hidden,acc,epoch,star", "--sort", "name"
    ).stdout.splitlines()
    assert heading.split() == ["name", "learning", "rate", "hidden", "test", "acc", "epoch", "star"]
    assert [row.split() for row in rows] == [
        ["fast", "0.5", "128,64", "80.00", "%", "1/5"],
        ["new", "0.1", "none", "-", "0/5"],
        ["slow", "0.01", "128,64", "90.00", "%", "1/5"],
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--where", "lr>x"], "Invalid value for '--where': character 4: learning_rate> expects a number"),
        (["--sort", "lr:up"], "'lr' is sorted :asc or :desc"),
        (["--columns", "nmae"], "no column is called 'nmae'; did you mean name?"),
    ],
)
def test_what_is_not_understood_is_wrong_usage(home: Home, words: list[str], said: str) -> None:
    result = call("runs", "list", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_every_column_can_be_shown(three: None) -> None:
    from engine.query.columns import COLUMNS

    result = call("runs", "list", "--columns", ",".join(column.name for column in COLUMNS))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 4


def test_runs_are_starred_and_grouped(home: Home) -> None:
    first, second = finished_run(home, "first"), finished_run(home, "second")
    assert (
        call("runs", "star", "first", "second").stdout
        == f"{first.id}  first  has a star\n{second.id}  second  has a star\n"
    )
    assert call("runs", "unstar", "second").exit_code == 0
    assert names(call("runs", "list", "--where", "starred", "--columns", "name").stdout) == ["first"]
    assert call("runs", "group", "a group", "first", "second").exit_code == 0
    assert call("runs", "groups").stdout == "a group  2 runs\n"
    (listed,) = json.loads(call("runs", "groups", "--json").stdout)
    assert listed["name"] == "a group" and len(listed["runs"]) == 2
    assert len(names(call("runs", "list", "--where", 'group="a group"').stdout)) == 2
    assert call("runs", "group", "", "first").stdout.endswith("is in no group\n")
    assert find_run(home, "first").record().group == ""
    assert find_run(home, "first").record().starred
    assert call("runs", "group", "\x1b", "first").exit_code == 1
    assert call("runs", "star", "nothing").exit_code == 1


def test_a_home_without_groups_says_how_to_make_one(home: Home) -> None:
    assert "mnist-tui train --group NAME" in call("runs", "groups").stdout
    assert json.loads(call("runs", "groups", "--json").stdout) == []


def test_a_family_is_drawn(home: Home) -> None:
    """You should see the parent, its children under it, and which of them was asked for."""
    parent = finished_run(home, "parent")
    children = [make_run(home, name=name, parent=parent.id) for name in ("one", "two")]
    lines = call("runs", "family", "two").stdout.splitlines()
    assert lines[0] == f"{parent.id}  parent · epochs 3  90.00 %"
    ordered = sorted(children, key=lambda run: run.id)
    assert [line[:3] + line[3:26] for line in lines[1:]] == [f"├─ {ordered[0].id}", f"└─ {ordered[1].id}"]
    assert [line.endswith("<") for line in lines] == [False, *("two" in line for line in lines[1:])]
    listed = json.loads(call("runs", "family", "two", "--json").stdout)
    assert [kin["id"] for kin in listed] == [parent.id, *(run.id for run in ordered)]
    assert [kin["parent"] for kin in listed] == ["", parent.id, parent.id]


def test_hundreds_of_long_runs_are_listed_by_their_ends(home: Home) -> None:
    run = make_run(home, started(1.0), *(steps(n, n / 100) for n in range(1, 1000)), epoch(100, 20.0))
    for number in range(199):
        shutil.copytree(run.path, home.runs / f"20240101-000000-{number:07x}")
    assert len(list_runs(home).runs) == 200
    assert calls(lambda: list_runs(home)) < 200 * 2_000
