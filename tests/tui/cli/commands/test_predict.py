"""`mnist-tui predict`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.home import Home
from engine.inference.network import NetworkError
from tests.builders.handwriting import picture, write_picture
from tests.builders.networks import reads_sevens_as
from tests.builders.program import call
from tests.builders.runs import finished_run, make_run
from tests.builders.snapshots import data_set, trained

READ_NETWORKS = "engine.inference.stored_networks.read_networks"


def test_each_picture_has_a_line_and_one_that_cannot_be_read_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(home)
    monkeypatch.setattr(READ_NETWORKS, lambda runs, epoch: [reads_sevens_as(7)])
    dark = str(write_picture(tmp_path / "dark.png"))
    light = str(write_picture(tmp_path / "light.jpg", picture(size=300, ink=240, paper=20)))
    bad = str(tmp_path / "gone.png")
    said = call("predict", run.id, dark, bad, light)
    assert said.exit_code == 1
    assert f"{bad}: there is no such file" in said.stderr
    lines = said.stdout.splitlines()
    assert [line.partition(": 7, 9")[0] for line in lines] == [dark, light]
    assert all("; next " in line for line in lines)
    told = [json.loads(line) for line in call("predict", "--json", "last", dark, light).stdout.splitlines()]
    assert [values["image"] for values in told] == [dark, light]
    for values in told:
        assert list(values) == ["image", "prediction", "probabilities"] and values["prediction"] == "7"
        assert list(values["probabilities"]) == [*"0123456789"]
        assert sum(values["probabilities"].values()) == pytest.approx(1)


def test_a_run_that_cannot_be_asked_says_so(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, path = finished_run(home), str(write_picture(tmp_path / "seven.png"))
    monkeypatch.setattr(READ_NETWORKS, lambda runs, epoch: [NetworkError("no checkpoint yet")])
    refused = call("predict", run.id, path)
    assert (refused.exit_code, refused.stderr) == (1, "mnist-tui: no checkpoint yet\n")
    assert "no run is called" in call("predict", "nothing", path).stderr
    assert call("predict", run.id).exit_code == 2


def test_a_run_is_asked_as_it_was_after_an_epoch(home: Home, tmp_path: Path) -> None:
    run, path = trained(home, "hidden=4 epochs=3", data_set()), str(write_picture(tmp_path / "seven.png"))
    best = run.state().best
    assert best
    said = {
        epoch: call("predict", run.id, path, "--json", "--epoch", epoch).stdout for epoch in ("1", "3", "BEST", "last")
    }
    assert said["3"] == said["last"] != said["1"]
    assert said["BEST"] == call("predict", run.id, path, "--json", "--epoch", str(best.epoch)).stdout
    refused = call("predict", run.id, path, "--epoch", "7")
    assert refused.exit_code == 1 and "epoch 7" in refused.stderr and "1, 2, 3" in refused.stderr
    assert call("predict", run.id, path, "--epoch", "0").exit_code == 2
    assert "has no epoch yet" in call("predict", make_run(home).id, path, "--epoch", "best").stderr
