"""How a sweep stands."""

from __future__ import annotations

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FAILED, FINISHED
from engine.sweeps.standing import WAITING, SweepReader
from engine.sweeps.sweep_file import SweepWriter
from tests.builders.sweeps import finish_cell, make_sweep

NAN = float("nan")


def test_cells_have_the_mean_of_their_seeds_and_the_best_leads(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1,0.2,0.3"}, seeds=2)
    reader = SweepReader(home, "mine")
    assert reader.read().status == WAITING and reader.read().best is None
    finish_cell(home, 0, {1: 0.90, 2: 0.92})
    finish_cell(home, 1, {1: 0.94})
    finish_cell(home, 2, {1: 0.99, 2: NAN})
    standing = reader.read()
    assert [cell.status for cell in standing.cells] == [FINISHED, WAITING, FAILED, WAITING]
    assert standing.counts == {FINISHED: 4, FAILED: 1, WAITING: 3}
    means = [cell.figures and round(cell.figures.mean, 6) for cell in standing.cells]
    assert means == [0.91, 0.94, 0.99, None]
    assert standing.best is standing.cells[1] and standing.ranked == (standing.cells[1], standing.cells[0])
    assert standing.failed == (standing.cells[2],) and not standing.fed


def test_a_loss_is_better_where_it_is_lower(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"}, metric="test_loss")
    for cell, loss in enumerate((0.3, 0.2)):
        finish_cell(home, cell, {1: loss}, "test_loss")
    best = SweepReader(home, "mine").read().best
    assert best and best.values == ("0.1",)


def test_what_has_ended_is_not_read_again(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    (run,) = finish_cell(home, 0, {1: 0.9})
    reader = SweepReader(home, "mine")
    first = reader.read().cells[0].results[0]
    assert reader.read().cells[0].results[0] is first
    Run(run.path).events_path.write_text("")
    assert reader.read().cells[0].results[0] is not first


def test_a_sweep_in_hand_is_running(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    writer = SweepWriter(home, "mine")
    assert SweepReader(home, "mine").read().status == "running"
    writer.close()
