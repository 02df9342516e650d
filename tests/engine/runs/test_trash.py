"""Deleted runs: kept until the trash is emptied."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import StoreError
from engine.home import Home
from engine.runs import trash
from engine.runs.directory import Run
from engine.runs.summaries import find_run, list_runs
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.engine.runs.test_state import started


def test_a_deleted_run_comes_back(home: Home) -> None:
    run = finished_run(home, "mine")
    trash.delete(home, run)
    assert list_runs(home).runs == []
    assert [run.id for run in trash.trashed(home)] == [run.id]
    trash.restore(home, "mine")
    assert find_run(home, "last").record().name == "mine"
    assert trash.trashed(home) == []


def test_the_trash_is_emptied_and_nothing_else(home: Home) -> None:
    kept, gone = finished_run(home), finished_run(home)
    trash.delete(home, gone)
    (home.trash / "foreign").mkdir()
    assert trash.empty(trash.trashed(home)) == 1
    assert [path.name for path in home.trash.iterdir()] == ["foreign"]
    assert [run.id for run in list_runs(home).runs] == [kept.id]


def test_of_a_link_in_the_trash_only_the_link_is_removed(home: Home, tmp_path: Path) -> None:
    elsewhere = finished_run(home).path.rename(tmp_path / "elsewhere")
    linked = Run(home.runs / "20250101-120000-0001abc")
    linked.path.symlink_to(elsewhere)
    trash.delete(home, linked)
    trash.delete(home, finished_run(home))
    assert trash.empty(trash.trashed(home)) == 2
    assert not any(home.trash.iterdir()) and (elsewhere / "run.json").exists()


def test_a_live_run_is_not_deleted(home: Home) -> None:
    run = make_run(home, started(1.0))
    with held_elsewhere(run), pytest.raises(StoreError, match="runs stop"):
        trash.delete(home, run)
    assert run.path.exists()


def test_nothing_comes_back_from_an_empty_trash(home: Home) -> None:
    with pytest.raises(StoreError, match="the trash is empty"):
        trash.restore(home, "last")
