"""Where exported files go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.export import FORMATS, ExportError, export, export_text
from engine.home import Home
from tests.builders.runs import finished_run

TEXTS = [name for name, form in FORMATS.items() if form.render and name != "script"]


@pytest.mark.parametrize("name", TEXTS)
def test_one_run_goes_to_a_file(name: str, home: Home, tmp_path: Path) -> None:
    run = finished_run(home, "deep")
    target = tmp_path / "new folder" / "deep"
    assert export([run], name, target) == [target]
    assert target.read_text(encoding="utf-8") == export_text([run], name)
    (inside,) = export([run], name, tmp_path)
    assert inside == tmp_path / f"deep-{run.id}{FORMATS[name].suffix}"


def test_several_runs_go_to_a_folder_or_one_table(home: Home, tmp_path: Path) -> None:
    runs = [finished_run(home, name) for name in ("../deep", "\u00e9t\u00e9 [b]", "...")]
    files = export(runs, "json", tmp_path / "runs")
    assert [path.parent for path in files] == [tmp_path / "runs"] * 3
    ids = [run.id for run in runs]
    assert [path.name for path in files] == [f"deep-{ids[0]}.json", f"\u00e9t\u00e9-b-{ids[1]}.json", f"{ids[2]}.json"]
    assert export(runs, "csv", tmp_path / "runs.csv") == [tmp_path / "runs.csv"]
    assert len((tmp_path / "runs.csv").read_text().splitlines()) == 4
    assert export(runs, "csv", tmp_path / "runs") == [tmp_path / "runs" / "runs.csv"]
    with pytest.raises(ExportError, match="need a folder"):
        export(runs, "json", tmp_path / "runs.csv")
    assert export_text(runs, "markdown").count("## Settings") == 3


def test_nothing_is_replaced_without_force(home: Home, tmp_path: Path) -> None:
    runs = [finished_run(home, name) for name in ("a", "b")]
    export(runs[1:], "csv", tmp_path)
    (kept,) = tmp_path.glob("b-*")
    kept.write_text("mine")
    with pytest.raises(ExportError, match="exists already; --force"):
        export(runs[1:], "csv", tmp_path)
    export(runs[:1], "json", tmp_path)
    with pytest.raises(ExportError, match="exists already; --force"):
        export(runs, "json", tmp_path)
    assert not list(tmp_path.glob("b-*.json")), "the other run is not written either"
    assert kept.read_text() == "mine"
    assert export(runs[1:], "csv", tmp_path, force=True) == [kept]
    assert kept.read_text() != "mine"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_place_that_cannot_be_written_is_named(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written: a part of its path is a file"):
        export([finished_run(home)], "json", tmp_path / "file" / "run.json")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_named(home: Home, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ExportError, match="cannot be written: Permission denied"):
        export([finished_run(home)], "json", tmp_path / "run.json")


def test_what_does_not_go_together_is_refused(home: Home, tmp_path: Path) -> None:
    runs = [finished_run(home), finished_run(home)]
    with pytest.raises(ExportError, match="2 runs are 2 scripts"):
        export_text(runs, "script")
    for name in ("weights", "tensorboard"):
        with pytest.raises(ExportError, match="is not text"):
            export_text(runs, name)
    with pytest.raises(ExportError, match="an option of csv"):
        export(runs, "json", tmp_path / "x", steps=True)
