"""`mnist-tui train --seeds N`: one configuration trained with several seeds, as a group; with `--on PLACE` by a Ray
cluster, as a sweep of one cell."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable

from engine.comparison.formats import spread_text, with_unit
from engine.comparison.results import RunResult, SeedGroup, read_results, unfolded
from engine.comparison.table import FIGURE, Figure, measure
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.events import encode
from engine.runs.groups import Repetition, groups_of
from engine.runs.status import FINISHED
from engine.service.protocol import Start
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.standing import CellStanding, Standing
from engine.sweeps.sweep_file import create_sweep, taken_groups
from engine.text import clean
from tui.cli.engine_session import EngineSession, Trained
from tui.cli.output import Column, Output
from tui.cli.runs_reports import choose_runs_report
from tui.cli.sweep_session import SweepLines, SweepReport, exit_status, train_sweep
from tui.cli.sweep_trainers import SweepTrainer
from tui.exit_codes import INTERRUPTED, complain

SHOWN = tuple(FIGURE[name] for name in ("test_accuracy", "test_loss", "train_accuracy", "gap", "seconds"))


def train_seeds(home: Home, repetition: Repetition, *, json: bool, quiet: bool) -> int:
    """Train all runs, on every slot at once, and print mean and sample standard deviation; the exit status.

    A run that fails after its first step, as one that diverges does, does not keep the others from being trained."""
    configs = repetition.configs()
    group = clean(repetition.group) or repetition.free_group(groups_of(home))
    asked = [
        Start(
            config=config,
            run_name=repetition.name,
            tags=repetition.tags,
            note=repetition.note,
            preset=repetition.preset,
            group=group,
            keep_weights=repetition.keep_weights,
        )
        for config in configs
    ]
    runs = EngineSession(home, choose_runs_report(json=json, quiet=quiet)).train(asked)
    status = max((_said(trained) for trained in runs), default=INTERRUPTED)
    if not json:
        _print((trained.run for trained in runs), group, quiet)
    return status


def _said(trained: Trained) -> int:
    """The exit status that the end of a run means; what went wrong is said."""
    if trained.status == INTERRUPTED:
        complain(f"interrupted in {trained.run.id}, seed {trained.asked.config.seed}")
    elif trained.status:
        complain(f"{trained.run.id}, seed {trained.asked.config.seed}, failed: {trained.reason}")
    return trained.status


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
    group = clean(repetition.group) or repetition.free_group(taken_groups(home))
    made = plan(
        SweepRequest(
            repetition.config, {}, seeds=repetition.count, group=group, name=repetition.name, preset=repetition.preset,
            tags=repetition.tags, note=repetition.note, keep_weights=repetition.keep_weights,
        )
    )  # fmt: skip
    create_sweep(home, made.record, made.cells)
    report = JsonEvents(home) if json else SweepReport() if quiet else SweepLines()
    standing = train_sweep(home, group, report, trainer)
    if not json:
        runs = (Run(home.runs / result.id) for cell in standing.cells for result in cell.results if result)
        _print(runs, group, quiet)
    return exit_status(standing, trainer)


def _print(runs: Iterable[Run], group: str, quiet: bool) -> None:
    """The figures of the last epochs of the runs that have finished, a row a seed, and over all of them."""
    trials = [trial for trial in read_results(runs)[0] if trial.status == FINISHED]
    if not trials:
        return
    output = Output()
    together = SeedGroup(tuple(trials))
    if quiet:
        output.line(f"{group}: test accuracy {_text(together, SHOWN[0])} (n = {len(trials)})")
        return
    rows = [
        [str(line.first.record.config.seed), line.first.id, *(_text(line, figure) for figure in SHOWN)]
        for line in unfolded(trials)
    ]
    summary = f"mean ± sample standard deviation, n = {len(trials)}"
    rows.append(["all", summary, *(_text(together, figure) for figure in SHOWN)])
    output.line()
    heads = [Column(with_unit(figure), number=True) for figure in SHOWN]
    output.table([Column("seed", number=True), Column("run", flexible=True), *heads], rows)
    output.line()
    output.line(f"Compare them: mnist-tui runs compare {shlex.quote(group)} OTHER", wrap=True)


def _text(line: SeedGroup, figure: Figure) -> str:
    return spread_text(figure.measure, measure(line, figure))
