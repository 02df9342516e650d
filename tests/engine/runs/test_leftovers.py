"""What killed processes left in a home is found, told and removed; what lives stays."""

from __future__ import annotations

import os
from pathlib import Path

from engine.diagnostics.doctor import NOTE, check_home
from engine.home import Home
from engine.runs import leftovers
from engine.runs.directory import Run
from engine.runs.summaries import list_runs
from tests.builders.program import call
from tests.builders.runs import finished_run, held_elsewhere, make_run

LEFT = "12.0123abcd"


def litter(home: Home) -> tuple[Run, list[Path]]:
    """A run, and what could be left around it."""
    run = finished_run(home)
    run.predictions_path.mkdir()
    run.weights_path.mkdir()
    raw = home.data / "synthetic" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    folder = home.runs / f".20260101-120000-0001abc.{LEFT}"
    old = home.runs / "20250101-120000-0001abc"
    for made in (folder, old):
        made.mkdir()
        (made / f".run.json.{LEFT}").touch()
    files = [run.path / f".checkpoint.pt.{LEFT}", run.path / f".run.json.{LEFT}"]
    files += [run.weights_path / f".epoch-0001.npz.{LEFT}"]
    files += [run.predictions_path / f".epoch-0001.npy.{LEFT}", raw / f".train-images.{LEFT}"]
    for file in files:
        file.touch()
    return run, [*files, folder, old]


def test_all_of_it_is_found_told_and_removed(home: Home) -> None:
    run, left = litter(home)
    inside = home.runs / "20250101-120000-0001abc" / f".run.json.{LEFT}"
    assert sorted(leftovers.find(home)) == sorted([*left, inside])
    (told,) = [finding for finding in check_home(home) if finding.subject == "leftovers"]
    assert told.state == NOTE and told.found.startswith("8 ") and told.advice == "mnist-tui runs empty-trash"
    assert call("runs", "empty-trash").exit_code == 0
    assert leftovers.find(home) == []
    assert not any(os.path.lexists(path) for path in left)
    assert [summary.id for summary in list_runs(home).runs] == [run.id]
    assert "leftovers" not in [finding.subject for finding in check_home(home)]


def test_a_run_without_a_record_that_somebody_holds_stays(home: Home) -> None:
    run = Run(home.runs / "20250101-120000-0001abc")
    run.path.mkdir()
    with held_elsewhere(run):
        assert leftovers.find(home) == []
        leftovers.clear(home)
    assert run.path.exists()


def test_events_without_a_record_are_not_thrown_away(home: Home) -> None:
    run = make_run(home)
    (run.path / "run.json").unlink()
    leftovers.clear(home)
    assert run.events_path.exists()
    assert leftovers.find(home) == []


def test_a_run_that_somebody_copies_here_is_left_alone(home: Home) -> None:
    arriving = Run(home.runs / "20250101-120000-0001abc")
    arriving.path.mkdir()
    arriving.checkpoint_path.touch()
    assert leftovers.find(home) == []
    leftovers.clear(home)
    assert arriving.checkpoint_path.exists()


def test_a_run_that_is_being_made_is_no_entry_to_be_moved_elsewhere(home: Home) -> None:
    litter(home)
    assert list_runs(home).skipped == 1, "the directory of an older version alone"
