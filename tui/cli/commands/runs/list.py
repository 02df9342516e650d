"""`mnist-tui runs list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.home import Home
from engine.query.columns import Column, Order, column, parse_columns, parse_orders, sort
from engine.query.filters import Filter
from engine.query.parser import select
from engine.runs.status import ENDED, INTERRUPTED, LIVE
from engine.runs.summaries import RunSummary, list_runs
from tui.cli.commands.runs.shared import FILTER_HELP, parsed, runs_command, where
from tui.cli.commands.shared import print_json
from tui.cli.completion import complete_columns, complete_orders

if TYPE_CHECKING:
    from rich.text import Text

STANDARD = tuple(
    map(column, ("id", "status", "name", "changed", "dataset", "test_accuracy", "test_loss", "epoch", "seconds", "tag"))
)
FLEXIBLE = ("name", "changed", "tag", "note", "reason")
STATUSES = sorted((*LIVE, *ENDED, INTERRUPTED))


@runs_command("list")
@where("Those that FILTER matches.")
@click.option("--status", type=click.Choice(STATUSES), help="Those of this status.")
@parsed(
    parse_orders,
    "--sort",
    "orders",
    metavar="COLUMN[:desc],...",
    help="In this order; newest first unless given.",
    complete=complete_orders,
)
@click.option("--limit", type=click.IntRange(1), help="The first so many.")
@parsed(
    parse_columns,
    "--columns",
    metavar="COLUMN,...",
    help="What the table shows, settings included.",
    complete=complete_columns,
)
@click.option("--json", is_flag=True, help="As one JSON array.")
def list_(
    home: Home,
    chosen: Filter | None,
    status: str | None,
    orders: list[Order] | None,
    limit: int | None,
    columns: list[Column] | None,
    json: bool,
) -> None:
    """Every run, newest first."""
    listing = list_runs(home)
    runs = [run for run in listing.runs if status in (None, run.status)]
    runs = sort(select(runs, chosen) if chosen else runs, orders or ())[:limit]
    if json:
        print_json([run.to_json() for run in runs])
    elif runs:
        _print_runs(runs, columns)
    elif not listing.runs:
        click.echo("No runs yet; start one: mnist-tui train")
    else:
        click.echo("No run matches." if chosen else f"No run is {status}.")
    if listing.skipped:
        are = "entry is not a run and was" if listing.skipped == 1 else "entries are not runs and were"
        click.secho(f"{listing.skipped} {are} skipped in {home.runs}", err=True, dim=True)


list_.epilog = FILTER_HELP


def _print_runs(runs: list[RunSummary], columns: list[Column] | None) -> None:
    from tui.cli import output
    from tui.drawing import formatting

    def cell(column: Column, run: RunSummary) -> str | Text:
        if column.name == "status":
            return output.status_text(run.status, formatting.status_words(run))
        return formatting.cell(column, run)

    needed = {
        "changed": any(run.record.differences for run in runs),
        "dataset": any(run.record.config.dataset not in ("auto", "mnist") for run in runs),
        "tag": any(run.record.tags for run in runs),
    }
    shown = columns or [column for column in STANDARD if needed.get(column.name, True)]
    heads = [
        output.Column(formatting.heading(column), number=column.measure.is_figure, flexible=column.name in FLEXIBLE)
        for column in shown
    ]
    output.Output().table(heads, [[cell(column, run) for column in shown] for run in runs])
