"""`mnist-tui runs rename`, `tag` and `note`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs.labels import Relabel, relabel
from engine.runs.summaries import find_run
from tui.cli.commands.runs.shared import one_run, runs_command


@runs_command("rename")
@one_run
@click.argument("name")
def rename(home: Home, query: str, name: str) -> None:
    """Call a run something else."""
    _change(home, query, Relabel(name=name))


@runs_command("tag")
@one_run
@click.argument("tags", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take the tags away instead.")
def tag(home: Home, query: str, tags: tuple[str, ...], remove: bool) -> None:
    """Add tags to a run, or take them away."""
    _change(home, query, Relabel(removed=tags) if remove else Relabel(added=tags))


@runs_command("note")
@one_run
@click.argument("text")
def note(home: Home, query: str, text: str) -> None:
    """Keep a remark with a run.

    An empty TEXT takes it away."""
    _change(home, query, Relabel(note=text))


def _change(home: Home, query: str, change: Relabel) -> None:
    record = relabel(find_run(home, query), change).after
    tags = f"  [{' '.join(record.tags)}]" if record.tags else ""
    click.echo(f"{record.id}  {record.name}{tags}{'  ' + record.note if record.note else ''}")
