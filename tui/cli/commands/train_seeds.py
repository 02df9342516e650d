"""`mnist-tui train --seeds N`: one configuration trained with several seeds, as a group."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from engine.comparison.formats import spread_text
from engine.comparison.results import RunResult, SeedGroup, read_results, unfolded
from engine.comparison.table import FIGURE, Figure, measure
from engine.home import Home
from engine.runs.groups import Repetition, groups_of
from engine.runs.status import FINISHED
from engine.service.protocol import Start
from engine.text import clean
from tui.cli.engine_session import EngineSession, Trained
from tui.cli.output import Column, Output
from tui.cli.runs_reports import choose_runs_report
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
    trials = [trial for trial in read_results(t.run for t in runs)[0] if trial.status == FINISHED]
    if trials and not json:
        print_seeds(trials, group, quiet)
    return status


def _said(trained: Trained) -> int:
    """The exit status that the end of a run means; what went wrong is said."""
    if trained.status == INTERRUPTED:
        complain(f"interrupted in {trained.run.id}, seed {trained.asked.config.seed}")
    elif trained.status:
        complain(f"{trained.run.id}, seed {trained.asked.config.seed}, failed: {trained.reason}")
    return trained.status


def print_seeds(trials: Sequence[RunResult], group: str, quiet: bool) -> None:
    """The figures of the last epochs, a row a seed, and over all of them."""
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
    heads = [Column(figure.label, number=True) for figure in SHOWN]
    output.table([Column("seed", number=True), Column("run", flexible=True), *heads], rows)
    output.line()
    output.line(f"Compare them: mnist-tui runs compare {shlex.quote(group)} OTHER", wrap=True)


def _text(line: SeedGroup, figure: Figure) -> str:
    return spread_text(figure.measure, measure(line, figure))
