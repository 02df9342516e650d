"""`mnist-tui train --seeds N`: one configuration trained with several seeds, as a group."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from engine.comparison.formats import spread_text
from engine.comparison.results import RunResult, SeedGroup, read_results, unfolded
from engine.comparison.table import FIGURE, Figure, measure
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.quantities import percent
from engine.runs.directory import Run
from engine.runs.groups import Repetition, groups_of
from engine.runs.state import RunState
from engine.runs.status import FINISHED, STOPPED, UNQUEUED
from engine.text import clean
from tui.cli.output import Column, Output
from tui.cli.progress_reports import choose_report
from tui.cli.training_session import train
from tui.exit_codes import DONE, INTERRUPTED, complain

SHOWN = tuple(FIGURE[name] for name in ("test_accuracy", "test_loss", "train_accuracy", "gap", "seconds"))


def train_seeds(home: Home, repetition: Repetition, *, json: bool, quiet: bool) -> int:
    """Train one run after another and print mean and sample standard deviation; the exit status.

    A run that fails after its first step, as one that diverges does, does not keep the others from being trained."""
    configs = repetition.configs()
    group = clean(repetition.group) or repetition.free_group(groups_of(home))
    runs: list[Run] = []
    status = DONE
    for config in configs:
        run = Run.create(
            home,
            config,
            name=repetition.name,
            tags=repetition.tags,
            note=repetition.note,
            preset=repetition.preset,
            group=group,
        )
        state = train(run, choose_report(json=json, quiet=quiet, brief=True))
        runs.append(run)
        status = max(status, _status(run, config, state))
        if state.phase == FINISHED and not (json or quiet):
            Output().line(f"{run.id}  seed {config.seed}: test accuracy {percent(state.epochs[-1].test_accuracy)}")
        if status == INTERRUPTED or (state.phase != FINISHED and not state.step):
            break
    trials = [trial for trial in read_results(runs)[0] if trial.status == FINISHED]
    if trials and not json:
        _print(trials, group, quiet)
    return status


def _status(run: Run, config: RunConfig, state: RunState) -> int:
    """The exit status that the end of a run means; what went wrong is said."""
    if state.phase == FINISHED:
        return DONE
    if state.phase in (STOPPED, UNQUEUED):
        return complain(f"interrupted in {run.id}, seed {config.seed}", INTERRUPTED)
    reason = clean(state.reason, 500) or "the run ended without a word"
    return complain(f"{run.id}, seed {config.seed}, failed: {reason}")


def _print(trials: Sequence[RunResult], group: str, quiet: bool) -> None:
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
