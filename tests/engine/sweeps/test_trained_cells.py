"""Cells that runs of other groups have trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.config.run_config import RunConfig
from engine.datasets import inventory
from engine.datasets.catalogue import SPECS
from engine.home import Home
from engine.runs.events import RunFinished
from engine.runs.record import RateChange
from engine.runs.status import FINISHED
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.standing import WAITING, SweepReader
from engine.sweeps.sweep_file import create_sweep
from engine.sweeps.trained_cells import trained_cells
from tests.builders.runs import make_run
from tests.builders.snapshots import epoch, started
from tests.engine.runs.test_state import ending

BASE = RunConfig(dataset="synthetic", hidden=(8,), epochs=1)


CHANGED = (RateChange(5, 1.0),)


def trained(home: Home, rate_changes: tuple[RateChange, ...] = (), fingerprint: str = "", **settings: Any) -> str:
    """A finished run on the synthetic digits, or on other data."""
    config = BASE.replace(settings)
    run = make_run(home, started(), epoch(1), ending(RunFinished, 300.0), config=config, group="other")
    known = fingerprint or inventory.find(SPECS["synthetic"], home)[-1].fingerprint
    data = {"name": "synthetic", "fingerprint": known}
    run.update_record(lambda record: replace(record, data=data, rate_changes=rate_changes))
    return run.id


def test_a_cell_is_its_configuration_and_data_and_not_where_it_was_trained(stocked_home: Home) -> None:
    home = stocked_home
    wanted = plan(SweepRequest(BASE, {"l2": "0,0.1,0.2"}, seeds=2, group="mine", needed=True))
    trained(home, fingerprint="0" * 12, l2=0.1)
    trained(home, CHANGED, l2=0.2)
    trained(home, l2=0.1, seed=3)
    trained(home, l2=0.1, epochs=2)
    expected = {
        (0, 1): trained(home, device="cpu", gradients="autograd"),
        (1, 2): trained(home, l2=0.1, seed=2, device="cuda:1"),
    }
    found = trained_cells(home, wanted)
    assert found == expected
    create_sweep(home, wanted.record, wanted.cells, found)
    assert SweepReader(home, "mine").read().counts == {FINISHED: 2, WAITING: 4}


def test_a_run_of_its_own_whose_rate_was_changed_leaves_its_cell_to_be_trained(stocked_home: Home) -> None:
    wanted = plan(SweepRequest(BASE, {"l2": "0,0.1"}, group="mine"))
    runs = {(0, 1): trained(stocked_home), (1, 1): trained(stocked_home, CHANGED, l2=0.1)}
    create_sweep(stocked_home, wanted.record, wanted.cells, runs)
    assert SweepReader(stocked_home, "mine").read().counts == {FINISHED: 1, WAITING: 1}
