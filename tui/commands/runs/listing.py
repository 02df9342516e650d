"""`mnist-tui runs list`."""

from __future__ import annotations

import json as jsons
from collections.abc import Iterable

import click

from engine.history import RunSummary, list_runs
from engine.home import Home
from engine.state import ENDED, INTERRUPTED, LIVE
from tui.commands.runs.common import runs_command

STATUSES = sorted((*LIVE, *ENDED, INTERRUPTED))


@runs_command("list")
@click.option("--limit", type=click.IntRange(1), help="The newest so many.")
@click.option("--status", type=click.Choice(STATUSES), help="Those of this status.")
@click.option("--json", is_flag=True, help="As one JSON array.")
def list_(home: Home, limit: int | None, status: str | None, json: bool) -> None:
    """Every run, newest first."""
    listing = list_runs(home)
    chosen = [run for run in listing.runs if status in (None, run.status)][:limit]
    if json:
        click.echo(jsons.dumps([run.to_json() for run in chosen], indent=2, allow_nan=False))
    elif chosen:
        _print_runs(chosen)
    else:
        click.echo("No runs yet; start one: mnist-tui train" if not listing.runs else f"No run is {status}.")
    if listing.skipped:
        are = "entry is not a run and was" if listing.skipped == 1 else "entries are not runs and were"
        click.secho(f"{listing.skipped} {are} skipped in {home.runs}", err=True, dim=True)


def _print_runs(summaries: Iterable[RunSummary]) -> None:
    from rich.text import Text

    from tui.commands.output import Column, Output, duration, loss, percent, status_text

    columns = [
        Column("run"),
        Column("status"),
        Column("name", flexible=True),
        Column("test acc", number=True),
        Column("loss", number=True),
        Column("epoch", number=True),
        Column("time", number=True),
        Column("tags", flexible=True),
    ]
    rows: list[list[str | Text]] = [
        [
            run.id,
            status_text(run.status),
            run.record.name,
            percent(run.test_accuracy),
            loss(run.test_loss),
            f"{run.epoch}/{run.record.config.epochs}",
            duration(run.seconds),
            " ".join(run.record.tags),
        ]
        for run in summaries
    ]
    if not any(row[-1] for row in rows):
        columns.pop()
        rows = [row[:-1] for row in rows]
    Output().table(columns, rows)
