"""Runs as comma-separated values."""

from __future__ import annotations

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.export.csv_tables import epochs_csv, steps_csv
from engine.runs.events import Event
from tests.builders.snapshots import epoch, snapshot, started, steps
from tests.builders.strategies import events


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_an_epoch_with_its_run_and_settings() -> None:
    first = snapshot(started(dropout=0.5, hidden=[32, 16]), epoch(1), epoch(2, test_accuracy=0.91), group="a, b")
    second = snapshot(started(), epoch(1, validation_accuracy=0.5), id="other", tags=("x", "y"))
    table = rows(epochs_csv([first, second]))
    assert [(row["run"], row["epoch"]) for row in table] == [
        (first.record.id, "1"),
        (first.record.id, "2"),
        ("other", "1"),
    ]
    assert [row["test_accuracy"] for row in table] == ["0.9", "0.91", "0.9"]
    assert [row["validation_accuracy"] for row in table] == ["", "", "0.5"]
    assert (table[0]["group"], table[0]["hidden"], table[0]["dropout"]) == ("a, b", "32,16", "0.5")
    assert (table[2]["tags"], table[2]["status"]) == ("x y", "running")


def test_a_row_a_steps_event() -> None:
    made = snapshot(started(), steps(4, 0.25), steps(14, math.nan))
    first, second = rows(steps_csv([made]))
    assert (first["step"], first["epoch"], first["elapsed"], first["loss"]) == ("4", "1", "4", "0.25")
    assert first["learning_rate"] == "0.1"
    assert (second["step"], second["epoch"], second["loss"], second["max_loss"]) == ("14", "2", "", "2")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r@", "＝", " ="])
def test_a_name_is_never_a_formula(begin: str) -> None:
    name = f'{begin}HYPERLINK("http://x";"y")'
    made = snapshot(started(), epoch(1, penalty=-1.0), steps(1), name=name, group=name, tags=(name,))
    row = rows(epochs_csv([made]))[0]
    for cell in (row["name"], row["group"], row["tags"], rows(steps_csv([made]))[0]["name"]):
        assert cell.startswith("'")
    assert row["penalty"] == "-1", "a number stays one"


@given(st.text(), st.lists(events(), max_size=10))
def test_any_run_is_a_table(name: str, happened: list[Event]) -> None:
    made = snapshot(*happened, name=name)
    table = rows(epochs_csv([made]))
    assert len(table) == len(made.state.epochs)
    for row in table:
        assert None not in row and None not in row.values()
        assert not row["name"].startswith(tuple("=+-@"))
        assert all(cell not in ("nan", "inf", "-inf") for key, cell in row.items() if key != "name")
    assert len(rows(steps_csv([made]))) == len(made.state.series)
