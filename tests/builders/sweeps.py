"""Sweeps in a home, and runs that are made for their cells without training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import RunFailed, RunFinished
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.record import SweepRecord
from engine.sweeps.sweep_file import SweepWriter, create_sweep, read_sweep
from tests.builders.runs import make_run
from tests.builders.snapshots import epoch, started
from tests.engine.runs.test_state import ending

QUICK = RunConfig(hidden=(8,), epochs=1, device="cpu")


def make_sweep(home: Home, texts: Mapping[str, str], base: RunConfig = QUICK, **asked: Any) -> SweepRecord:
    """A sweep that nobody has begun."""
    made = plan(SweepRequest(base, texts, **{"group": "mine", **asked}))
    create_sweep(home, made.record, made.cells)
    return made.record


def finish_cell(home: Home, cell: int, figures: Mapping[int, float], metric: str = "test_accuracy") -> list[Run]:
    """Runs of a cell of the sweep `mine`, by seed its metric after one epoch; a NaN has failed."""
    writer = SweepWriter(home, "mine")
    record, made = writer.sweep.record, []
    for seed, value in figures.items():
        failed = value != value
        config = record.config(writer.sweep.cells[cell], seed)
        happened = [started(), *([] if failed else [epoch(1, **{metric: value})])]
        happened.append(ending(RunFailed, 300.0, reason="diverged") if failed else ending(RunFinished, 300.0))
        made.append(make_run(home, *happened, config=config, group="mine"))
        writer.append(run=made[-1].id, cell=cell, seed=seed)
    writer.close()
    return made


def runs_of(home: Home) -> list[Run]:
    """The runs of the sweep `mine` that have directories, in the order of making."""
    return [Run(home.runs / id) for id in sorted(read_sweep(home, "mine").runs.values()) if (home.runs / id).exists()]
