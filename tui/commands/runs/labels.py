"""`mnist-tui runs rename`, `tag` and `note`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click

from engine.files import StoreError
from engine.history import find_run
from engine.home import Home
from engine.record import LONGEST_NOTE, RunRecord, clean_tags
from engine.text import clean
from tui.commands.runs.common import one_run, runs_command


@runs_command("rename")
@one_run
@click.argument("name")
def rename(home: Home, wanted: str, name: str) -> None:
    """Call a run something else."""
    if not clean(name):
        raise StoreError("a name needs at least one character that can be shown")
    _change(home, wanted, lambda record: replace(record, name=clean(name)))


@runs_command("tag")
@one_run
@click.argument("tags", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take the tags away instead.")
def tag(home: Home, wanted: str, tags: tuple[str, ...], remove: bool) -> None:
    """Add tags to a run, or take them away."""
    given = clean_tags(tags)

    def changed(record: RunRecord) -> RunRecord:
        kept = tuple(tag for tag in record.tags if tag not in given)
        return replace(record, tags=kept if remove else clean_tags((*record.tags, *given)))

    _change(home, wanted, changed)


@runs_command("note")
@one_run
@click.argument("text")
def note(home: Home, wanted: str, text: str) -> None:
    """Keep a remark with a run.

    An empty TEXT takes it away."""
    _change(home, wanted, lambda record: replace(record, note=clean(text, LONGEST_NOTE)))


def _change(home: Home, wanted: str, change: Callable[[RunRecord], RunRecord]) -> None:
    run = find_run(home, wanted)
    record = change(run.record())
    run.write_record(record)
    tags = f"  [{' '.join(record.tags)}]" if record.tags else ""
    click.echo(f"{run.id}  {record.name}{tags}{'  ' + record.note if record.note else ''}")
