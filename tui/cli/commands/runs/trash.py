"""`mnist-tui runs delete`, `restore` and `empty-trash`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs import leftovers, trash
from engine.runs.summaries import find_run, name_of
from tui.cli.commands.runs.shared import for_each, many_runs, runs_command
from tui.cli.commands.shared import ask, print_json
from tui.exit_codes import DONE


@runs_command("delete")
@many_runs
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(home: Home, queries: tuple[str, ...], yes: bool) -> int:
    """Move runs to the trash.

    `runs restore` brings them back until the trash is emptied."""
    runs = list({run.id: run for run in (find_run(home, query) for query in queries)}.values())
    if not yes:
        names = ", ".join(run.id for run in runs)
        ask(f"Move {names} to the trash?")
    return for_each(home, [run.id for run in runs], lambda run: f"{trash.delete(home, run).id} is in the trash")


@runs_command("restore")
@click.argument("queries", metavar="RUN...", nargs=-1)
@click.option("--json", is_flag=True, help="The runs that are back, or in the trash, as one JSON array.")
def restore(home: Home, queries: tuple[str, ...], json: bool) -> int:
    """Bring runs back, or list the trash."""
    restored = []
    try:
        for query in queries:
            restored.append(trash.restore(home, query))
            if not json:
                click.echo(f"{restored[-1].id} is back")
    finally:
        if json:
            runs = restored if queries else trash.trashed(home)
            print_json([{"id": run.id, "name": name_of(run)} for run in runs])
    if not (queries or json):
        lines = [f"{run.id}  {name_of(run)}".rstrip() for run in trash.trashed(home)]
        click.echo("\n".join(lines) or "The trash is empty.")
    return DONE


@runs_command("empty-trash")
@click.option("--yes", is_flag=True, help="Do not ask.")
def empty_trash(home: Home, yes: bool) -> None:
    """Remove the runs in the trash for good, and what killed processes left half written."""
    leftovers.clear(home)
    runs = trash.trashed(home)
    if runs and not yes:
        ask(f"Remove {_counted(len(runs))} for good?")
    click.echo(f"{_counted(trash.empty(runs))} removed" if runs else "The trash is empty.")


def _counted(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
