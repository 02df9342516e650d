"""Cells of a sweep, picked by the filters of runs."""

from __future__ import annotations

import pytest

from engine.home import Home
from engine.query.parser import parse
from engine.runs.summaries import list_runs
from engine.sweeps.cell_summaries import cell_summary
from engine.sweeps.standing import Standing, SweepReader
from tests.builders.sweeps import QUICK, finish_cell, make_sweep


@pytest.fixture
def standing(home: Home) -> Standing:
    """Four cells, of which one has finished, one has failed with its second seed, and two wait."""
    make_sweep(home, {"l2": "0,0.01", "activation": "relu/tanh"}, seeds=2, tags=("mine",))
    finish_cell(home, 0, {1: 0.96, 2: 0.98})
    finish_cell(home, 1, {1: 0.92, 2: float("nan")})
    return SweepReader(home, "mine").read()


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("l2<1e-3", [0, 1]),
        ("activation=tanh", [1, 3]),
        ("tanh", [1, 3]),
        ("-tanh l2>0", [2]),
        ("status:waiting", [2, 3]),
        ("waiting", [2, 3]),
        ("failed or acc>96.9%", [0, 1]),
        ("acc>97%", []),
        ("tag:mine", [0, 1, 2, 3]),
        ("epoch>=1", [0]),
    ],
)
def test_cells_are_picked_by_their_settings_by_what_they_have_come_to_and_by_words(
    standing: Standing, text: str, picked: list[int]
) -> None:
    query = parse(text)
    assert [cell.place for cell in standing.cells if query.matches(cell_summary(standing, cell))] == picked


def test_cells_and_their_runs_are_picked_by_validation_figures(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.01"}, QUICK.replace({"validation": 0.1}), seeds=2)
    best = finish_cell(home, 0, {1: 0.96, 2: 0.98}, "validation_accuracy")
    finish_cell(home, 1, {1: 0.90, 2: 0.94}, "validation_accuracy")
    standing, query = SweepReader(home, "mine").read(), parse("val_acc>95%")
    assert [cell.place for cell in standing.cells if query.matches(cell_summary(standing, cell))] == [0]
    assert {run.id for run in list_runs(home).runs if query.matches(run)} == {run.id for run in best}
