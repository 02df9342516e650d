"""`mnist-tui train --seeds N --on PLACE`: one configuration trained with several seeds by a Ray cluster, which is a
sweep of one cell."""

from __future__ import annotations

import sys

from engine.comparison.results import RunResult, read_results
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.events import encode
from engine.runs.groups import Repetition, groups_of
from engine.runs.status import FINISHED
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.standing import CellStanding, Standing
from engine.sweeps.sweep_file import create_sweep, sweep_records
from engine.text import clean
from tui.cli.commands.train_seeds import print_seeds
from tui.cli.sweep_session import SweepLines, SweepReport, exit_status, train_sweep
from tui.cli.sweep_trainers import SweepTrainer


class JsonEvents(SweepReport):
    """Every event of a run as a line of JSON, once it has ended."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def ended(self, standing: Standing, cell: CellStanding, result: RunResult) -> None:
        for event in Follower(Run(self._home.runs / result.id).events_path).all():
            sys.stdout.write(encode(event) + "\n")
        sys.stdout.flush()


def train_seeds_on_cluster(
    home: Home, repetition: Repetition, trainer: SweepTrainer, *, json: bool, quiet: bool
) -> int:
    """Train all runs and print mean and sample standard deviation; the exit status."""
    taken = {*groups_of(home), *(record.group for record in sweep_records(home))}
    group = clean(repetition.group) or repetition.free_group(taken)
    made = plan(
        SweepRequest(
            repetition.config, {}, seeds=repetition.count, group=group, name=repetition.name, preset=repetition.preset,
            tags=repetition.tags, note=repetition.note, keep_weights=repetition.keep_weights,
        )
    )  # fmt: skip
    create_sweep(home, made.record, made.cells)
    report = JsonEvents(home) if json else SweepReport() if quiet else SweepLines()
    standing = train_sweep(home, group, report, trainer)
    runs = [Run(home.runs / result.id) for cell in standing.cells for result in cell.results if result]
    trials = [trial for trial in read_results(runs)[0] if trial.status == FINISHED]
    if trials and not json:
        print_seeds(trials, group, quiet)
    return exit_status(standing, trainer)
