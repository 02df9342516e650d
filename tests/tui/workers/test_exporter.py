"""Runs and comparisons taken elsewhere from the console."""

from __future__ import annotations

import csv
import io
import json
import sys
import threading
from pathlib import Path

import pytest

from engine.comparison.judgement import Judgement
from engine.comparison.results import unfolded
from engine.comparison.table import compare
from engine.comparison.verdicts import Verdict
from engine.errors import UserError
from engine.export import FORMATS
from engine.home import Home
from tests.builders.runs import finished_run, make_run
from tests.builders.snapshots import data_set, epoch, started, trained
from tests.builders.summaries import trial
from tests.conftest import settle
from tests.test_imports import loaded_by
from tui.workers.exporter import (
    OF_COMPARISON,
    OF_RUNS,
    STEPS,
    Export,
    Exporter,
    formats_of_runs,
    seen_from,
    write_comparison,
)


def test_every_format_of_the_command_line_is_offered() -> None:
    offered = {form.name: form for form in OF_RUNS if form.name != STEPS}
    assert set(offered) == set(FORMATS)
    assert all(offered[name].suffix == form.suffix for name, form in FORMATS.items())
    joined = {name for name, form in FORMATS.items() if form.joins}
    assert {form.name for form in formats_of_runs(2) if not form.folder} == joined | {STEPS}
    assert all(bool(form.folder) != bool(form.suffix) for count in (1, 2) for form in formats_of_runs(count))


def test_a_trained_run_is_written(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(home, "hidden=8 epochs=1", data_set(), name="small")
    # A folder from which the program could not be imported, and another home than the console's.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "elsewhere"))
    (tmp_path / "torch.py").write_text("raise SystemExit('the wrong torch')")
    weights, report = tmp_path / "out" / "w [x].pt", tmp_path / "out" / "~ é.md"
    exporter = Exporter(home)
    assert exporter.export([run.id], Export("weights", weights)) == f"Wrote {weights}"
    assert exporter.export([run.id], Export("markdown", report)) == f"Wrote {report}"
    assert weights.stat().st_size > 1000
    assert report.read_text().startswith("# small")
    report.write_text("mine")
    with pytest.raises(UserError, match="exists already") as refused:
        exporter.export([run.id], Export("markdown", report))
    assert "\n" not in str(refused.value) and "mnist-tui:" not in str(refused.value)
    exporter.export([run.id], Export("markdown", report, force=True))
    assert report.read_text().startswith("# small")


def test_several_runs_are_a_table_or_files_in_a_folder(home: Home, tmp_path: Path) -> None:
    ids = [finished_run(home, name).id for name in ("a", "b")]
    exporter = Exporter(home)
    said = exporter.export(ids, Export("json", tmp_path / "folder"))
    assert said == f"Wrote {tmp_path / 'folder'}/a-{ids[0]}.json and 1 more"
    assert len(list((tmp_path / "folder").iterdir())) == 2
    exporter.export(ids, Export(STEPS, tmp_path / "steps.csv"))
    assert {row["name"] for row in csv.DictReader(io.StringIO((tmp_path / "steps.csv").read_text()))} == {"a", "b"}


def test_what_cannot_be_written_is_said_in_a_line(home: Home, tmp_path: Path) -> None:
    run = make_run(home, started(), epoch(1))
    (tmp_path / "file").write_text("")
    for ids, wanted, said in (
        ([run.id], Export("weights", tmp_path / "w.pt"), "has no checkpoint yet"),
        ([run.id], Export("json", tmp_path / "file" / "x.json"), "a part of its path is a file"),
        (["20000101-000000-0000000"], Export("json", tmp_path / "x.json"), "no run is called"),
    ):
        with pytest.raises(UserError, match=said) as refused:
            Exporter(home).export(ids, wanted)
        assert str(refused.value).isprintable()


def test_an_export_that_takes_too_long_is_given_up(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"given up after 0\.001 s"):
        Exporter(home, timeout=0.001).export([finished_run(home).id], Export("json", tmp_path / "x.json"))
    assert not (tmp_path / "x.json").exists()


def test_leaving_ends_what_is_being_written(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tui.workers.exporter.module", lambda *_: [sys.executable, "-c", "import signal; signal.pause()"]
    )
    run, said = finished_run(home), list[str]()
    exporter = Exporter(home)

    def export() -> None:
        try:
            exporter.export([run.id], Export("weights", tmp_path / "x.pt"))
        except UserError as error:
            said.append(str(error))

    thread = threading.Thread(target=export)
    thread.start()
    settle(lambda: bool(exporter._children))
    exporter.end()
    thread.join()
    assert said == ["the export was ended before it was done"]
    assert not exporter._children
    with pytest.raises(UserError, match="being left"):
        exporter.export([run.id], Export("json", tmp_path / "x.json"))


def test_a_comparison_is_written_in_each_format(tmp_path: Path) -> None:
    comparison = compare(unfolded([trial(1, [0.9]), trial(2, [0.95], dropout=0.5)]))
    judged = Judgement(comparison, (Verdict(1, 0.05, remark="one [b]run[/]"),), None)
    for form in OF_COMPARISON:
        path = tmp_path / "new" / f"comparison{form.suffix}"
        wanted = Export(form.name, path)
        assert write_comparison(wanted, comparison, comparison.differing, judged) == f"Wrote {path}"
        with pytest.raises(UserError, match="exists already"):
            write_comparison(wanted, comparison, comparison.differing, judged)
        forced = Export(form.name, path, force=True)
        path.write_text("mine")
        write_comparison(forced, comparison, comparison.differing, judged)
    assert "one [b]run[/]" in (tmp_path / "new" / "comparison.md").read_text()
    assert len(list(csv.reader((tmp_path / "new" / "comparison.csv").open()))) == 3
    values = json.loads((tmp_path / "new" / "comparison.json").read_text(), parse_constant=pytest.fail)
    assert [line["label"] for line in values["lines"]] == ["A", "B"]
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_comparison(Export("csv", tmp_path / "file" / "x"), comparison, [], judged)
    with pytest.raises(UserError, match="cannot be written"):
        write_comparison(Export("csv", tmp_path / ("x" * 300)), comparison, [], judged)


def test_paths_are_seen_from_the_folder_and_know_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    here = Path("/start")
    assert seen_from(here, " a b.md ") == Path("/start/a b.md")
    assert seen_from(here, "/else/x") == Path("/else/x")
    assert seen_from(here, "~/x") == Path("/home/somebody/x")


def test_the_console_loads_neither_numpy_nor_what_writes_runs_for_it() -> None:
    loaded = loaded_by("import tui.workers.exporter, tui.workers.run_edits")
    assert loaded.isdisjoint({"torch", "numpy", "textual", "rich"})
