"""Runs as JSON."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.export.json_document import as_json, json_text
from engine.runs.events import Event, Notice, RunFailed
from engine.runs.snapshot import RunSnapshot
from tests.builders.networks import layers_after
from tests.builders.snapshots import epoch, snapshot, started, steps
from tests.builders.strategies import TEXTS, events


def read(text: str) -> object:
    return json.loads(text, parse_constant=pytest.fail)


def test_a_run_is_whole() -> None:
    end = RunFailed(
        time=200.0, epoch=1, step=14, test_loss=math.nan, test_accuracy=math.nan, seconds=2.0, reason="diverged"
    )
    layers = layers_after(1, math.nan, 0.25)
    happened = [Notice(time=1.0, message="synthetic"), started(), steps(4), layers, epoch(1), steps(14, math.inf), end]
    values = read(json_text([snapshot(*happened, note="why")]))
    assert isinstance(values, dict)
    assert (values["name"], values["note"], values["status"]) == ("deep", "why", "failed")
    assert values["config"]["hidden"] == [128, 64]
    assert values["epochs"][0]["test_accuracy"] == 0.9
    assert [(step["step"], step["epoch"], step["loss"]) for step in values["steps"]] == [(4, 1, 0.5), (14, 2, None)]
    assert (values["ending"]["reason"], values["ending"]["test_loss"]) == ("diverged", None)
    assert values["notices"] == ["synthetic"]
    (told,) = values["layers"]
    assert [layer["gradient_norm"] for layer in told["layers"]] == [None, 0.25]
    assert told["layers"][1]["weights"] == layers.layers[1].weights.to_json()


def test_what_is_long_is_not_worked_out_where_it_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunSnapshot, "steps", lambda run: pytest.fail("read the steps"))
    assert as_json(snapshot(started(), steps(4), epoch(1)), whole=False)["epochs"][0]["test_accuracy"] == 0.9


def test_several_runs_are_an_array() -> None:
    values = read(json_text([snapshot(), snapshot(id="other")]))
    assert isinstance(values, list)
    assert [run["id"] for run in values] == [snapshot().record.id, "other"]


@given(TEXTS, st.lists(events(), max_size=10))
def test_any_run_is_strict_json(name: str, happened: list[Event]) -> None:
    text = json_text([snapshot(*happened, name=name)])
    values = read(text)
    assert isinstance(values, dict)
    assert values["name"] == name
    assert text.isascii()
