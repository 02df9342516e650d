"""`mnist-tui runs export`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from engine.export import FORMATS
from engine.home import Home
from tests.builders.program import call
from tests.builders.runs import finished_run, make_run
from tests.builders.snapshots import data_set, epoch, started, steps, trained
from tests.test_imports import HEAVY, loaded_by
from tui.cli.commands.runs.export import NAMES


def test_the_command_offers_every_format() -> None:
    assert set(NAMES) == set(FORMATS)
    text = call("runs", "export", "--help").stdout
    for name in NAMES:
        assert f"\n  {name} " in text


def test_texts_go_to_standard_output(home: Home) -> None:
    run = make_run(home, started(), steps(4), epoch(1), name="-1+cmd|' /C calc'!A0")
    table = list(csv.DictReader(io.StringIO(call("runs", "export", "last", "--format", "csv").stdout)))
    assert [(row["run"], row["name"], row["epoch"]) for row in table] == [(run.id, "'-1+cmd|' /C calc'!A0", "1")]
    batches = call("runs", "export", "last", "--format", "csv", "--steps", "--output", "-").stdout
    assert [row["step"] for row in csv.DictReader(io.StringIO(batches))] == ["4"]
    assert json.loads(call("runs", "export", "last", "--format", "json").stdout)["id"] == run.id
    assert call("runs", "export", "last", "--format", "markdown").stdout.startswith("# -1+cmd")
    assert call("runs", "export", "last", "--format", "script").stdout.startswith('"""-1+cmd')


def test_files_are_named_as_they_are_written(home: Home, tmp_path: Path) -> None:
    first, second = finished_run(home, "a"), finished_run(home, "b")
    said = call("runs", "export", "a", "b", first.id, "--format", "markdown", "--output", str(tmp_path / "out")).stdout
    assert said.splitlines() == [str(tmp_path / "out" / f"{r.record().name}-{r.id}.md") for r in (first, second)]
    again = call("runs", "export", "a", "--format", "markdown", "--output", str(tmp_path / "out"))
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.endswith("exists already; --force replaces it\n") and again.stderr.count("\n") == 1
    forced = ["runs", "export", "a", "--format", "markdown", "--output", str(tmp_path / "out"), "--force"]
    assert call(*forced).exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["last", "--format", "weights"], 2, "is not text; name a file"),
        (["last", "--format", "tensorboard"], 2, "is not text; name a file"),
        (["last", "--format", "json", "--steps"], 2, "--steps goes with --format csv"),
        (["last", "--format", "pdf"], 2, "Invalid value"),
        (["last"], 2, "Missing option '--format'"),
        (["nobody", "--format", "json"], 1, "no run is called 'nobody'"),
        (["last", "--format", "weights", "--output", "x.pt"], 1, "has no checkpoint yet"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line_or_two(
    words: list[str], status: int, said: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    finished_run(home)
    result = call("runs", "export", *words)
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr and result.stderr.count("\n") <= 3
    assert not list(tmp_path.glob("*.pt"))


def test_weights_and_script_of_a_trained_run(home: Home, tmp_path: Path) -> None:
    trained(home, "hidden=8 epochs=1", data_set(), name="small")
    for name, file in (("weights", "small.pt"), ("script", "small.py")):
        result = call("runs", "export", "small", "--format", name, "--output", str(tmp_path / file))
        assert result.stdout == f"{tmp_path / file}\n"
        assert (tmp_path / file).stat().st_size > 1000


@pytest.mark.parametrize("name", ["csv", "json", "markdown", "script"])
def test_texts_are_made_without_torch(name: str, home: Home) -> None:
    make_run(home, started(), steps(4), epoch(1))
    loaded = loaded_by("from tui.cli.main import main; main()", "runs", "export", "last", "--format", name)
    assert "click" in loaded and loaded.isdisjoint(HEAVY)
