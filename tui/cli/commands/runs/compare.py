"""`mnist-tui runs compare`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from engine.comparison.results import EpochChoice, SeedGroup, fold_once, read_results, unfolded
from engine.comparison.table import FIGURES, TARGET, compare
from engine.errors import UserError
from engine.files import StoreError
from engine.home import Home
from engine.query.filters import Filter
from engine.query.parser import select
from engine.runs.directory import Run
from engine.runs.summaries import find_run, list_runs
from engine.text import clean
from tui.cli.commands.runs.shared import FILTER_HELP, parsed, runs_command, where
from tui.cli.commands.shared import print_json
from tui.cli.completion import complete_runs
from tui.cli.long_work import LongWork
from tui.exit_codes import complain

# So many ids of the runs that a name means are told.
MOST_TOLD = 5


def read_picks(text: str) -> dict[str, EpochChoice]:
    """The figures, by their names separated by commas or `all`, that are of a run's best epoch. Raises UserError."""
    names = [name.strip().lower().replace("-", "_") for name in text.split(",") if name.strip()]
    known = [figure.name for figure in FIGURES if figure.by_epoch]
    if unknown := [name for name in names if name not in known and name != "all"]:
        raise UserError(f"{clean(unknown[0], 40)!r} is not a figure of an epoch: all, {', '.join(known)}")
    return {name: EpochChoice.BEST for name in known if name in names or "all" in names}


@runs_command("compare")
@click.argument("queries", metavar="[RUN]...", nargs=-1, shell_complete=complete_runs)
@where("Those that FILTER matches as well, the oldest first.")
@click.option(
    "--baseline", metavar="RUN", shell_complete=complete_runs, help="What others are held against, else the first."
)
@click.option(
    "--accuracy", default=TARGET, type=click.FloatRange(0, 1), help=f"The test accuracy to time; {TARGET} unless given."
)
@parsed(
    read_picks,
    "--best",
    "picks",
    metavar="FIGURE,...",
    help="all, or those to take of each run's best epoch, not its last.",
)
@click.option("--no-fold", is_flag=True, help="A line for each run, even for those that differ only by seed.")
@click.option("--all-fields", is_flag=True, help="Settings that do not differ, too.")
@click.option("--json", "form", flag_value="json", help="As one JSON object.")
@click.option("--csv", "form", flag_value="csv", help="As CSV, a row a line.")
@click.option("--markdown", "form", flag_value="markdown", help="As Markdown.")
def compare_(
    home: Home,
    queries: tuple[str, ...],
    chosen: Filter | None,
    baseline: str | None,
    accuracy: float,
    picks: dict[str, EpochChoice] | None,
    no_fold: bool,
    all_fields: bool,
    form: str | None,
) -> None:
    """Runs side by side: settings that differ, figures, and whether luck explains the differences.

    RUN is an id, its beginning or end, last, or a name or group, of which all runs are compared.

    Runs that differ only by seed are one line of means and sample standard deviations. A difference in test accuracy
    is judged by Welch's t-test between several seeds, and by McNemar's exact test between two runs.
    """
    from engine.comparison import formats as comparison_text
    from engine.comparison.verdicts import by_predictions, disagreement, judge

    with LongWork() as work:
        lines = _lines(home, queries, chosen, no_fold, work)
        place = _place(home, lines, baseline) if baseline else 0
        comparison = compare(lines, baseline=place, picks=picks, target=accuracy)
        work.begin("holding predictions against each other", len(lines) - 1)
        disagree = work.counting(by_predictions(home))
        verdicts, disagreed = judge(comparison, disagree), disagreement(comparison, disagree)
    settings = comparison.settings if all_fields else comparison.differing
    if form == "json":
        print_json(comparison_text.to_json(comparison, verdicts, disagreed))
    elif form == "csv":
        click.echo(comparison_text.to_csv(comparison, settings), nl=False)
    elif form == "markdown":
        click.echo(comparison_text.to_markdown(comparison, settings, verdicts, disagreed), nl=False)
    else:
        from tui.cli.commands.runs.compare_table import print_comparison

        print_comparison(comparison, settings, comparison_text.notes_of(comparison, verdicts, disagreed))


compare_.epilog = FILTER_HELP


def _lines(home: Home, queries: Sequence[str], chosen: Filter | None, no_fold: bool, work: LongWork) -> list[SeedGroup]:
    """The lines to compare. Raises StoreError for a run that is not there, UsageError when there is none at all."""
    if not queries and chosen is None:
        raise click.UsageError(
            "say which runs: mnist-tui runs compare A B, or --where FILTER", click.get_current_context()
        )
    runs = [run for query in queries for run in _meant(home, query)]
    if chosen is not None:
        runs += [Run(home.runs / run.id) for run in reversed(select(list_runs(home).runs, chosen))]
    work.begin("reading runs", len(runs))
    trials, refused = read_results(work.counted(runs))
    for reason in refused:
        complain(f"left out: {reason}")
    if not trials:
        raise UserError("no run matches; see: mnist-tui runs list")
    if no_fold:
        return unfolded(trials)
    lines, repeated = fold_once(trials)
    for id, twin in repeated.items():
        complain(f"left out: {id} repeats {twin}, which is in a mean with other seeds; --no-fold compares each run")
    return lines


def _meant(home: Home, name: str) -> list[Run]:
    """The run that a name means or, oldest first, all that share the name or are in the group, but for those without
    figures where others have some. Raises StoreError."""
    try:
        return [find_run(home, name)]
    except StoreError:
        runs = reversed(list_runs(home).runs)
        called = [run for run in runs if name and name in (run.record.name, run.record.group)]
        if not called:
            raise
        with_figures = [run for run in called if run.test_accuracy is not None]
        several = [Run(home.runs / run.id) for run in with_figures or called]
        more = f" and {len(several) - MOST_TOLD} more" if len(several) > MOST_TOLD else ""
        ids = ", ".join(run.id for run in several[:MOST_TOLD])
        is_all = len(several) == len(called)
        taken = "all of which are taken" if is_all else f"of which the {len(several)} with figures are taken"
        click.secho(f"{clean(name, 40)} is {len(called)} runs, {taken}: {ids}{more}", err=True, dim=True)
        return several


def _place(home: Home, lines: Sequence[SeedGroup], baseline: str) -> int:
    """The line that a name, group or id means: the only one so called, else the one with the run. Raises UserError."""
    named = [index for index, line in enumerate(lines) if baseline in (line.name, line.first.record.group)]
    if len(named) == 1:
        return named[0]
    id = find_run(home, baseline).id
    for index, line in enumerate(lines):
        if id in line.ids:
            return index
    raise UserError(f"the baseline {id} is not among the runs compared; name it as well")
