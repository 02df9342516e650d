"""`mnist-tui runs rename`, `tag`, `note`, `star`, `unstar`, `group`, `groups` and `family`."""

from __future__ import annotations

from collections.abc import Callable

import click

from engine.home import Home
from engine.runs.directory import Run
from engine.runs.labels import Relabel, group_of, relabel
from engine.runs.summaries import find_run, list_runs
from tui.cli.commands.runs.shared import for_each, many_runs, one_run, runs_command
from tui.cli.commands.shared import print_json


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


@runs_command("star")
@many_runs
def star(home: Home, queries: tuple[str, ...]) -> int:
    """Mark runs with a star."""
    return for_each(home, queries, _changing(Relabel(starred=True), "has a star"))


@runs_command("unstar")
@many_runs
def unstar(home: Home, queries: tuple[str, ...]) -> int:
    """Take the star away."""
    return for_each(home, queries, _changing(Relabel(starred=False), "has no star"))


@runs_command("group")
@click.argument("name")
@many_runs
def group(home: Home, name: str, queries: tuple[str, ...]) -> int:
    """Put runs into the group NAME.

    An empty NAME takes them out of theirs."""
    group = group_of(name)
    outcome = f"is in the group {group}" if group else "is in no group"
    return for_each(home, queries, _changing(Relabel(group=group), outcome))


@runs_command("groups")
@click.option("--json", is_flag=True, help="As one JSON array.")
def groups(home: Home, json: bool) -> None:
    """The groups, with how many runs each has.

    To see one: mnist-tui runs list --where 'group="NAME"', or runs compare with the same."""
    by_group: dict[str, list[str]] = {}
    for run in list_runs(home).runs:
        if run.record.group:
            by_group.setdefault(run.record.group, []).append(run.id)
    if json:
        print_json([{"name": name, "runs": ids} for name, ids in by_group.items()])
        return
    for name, ids in by_group.items():
        click.echo(f"{name}  {'1 run' if len(ids) == 1 else f'{len(ids):,} runs'}")
    if not by_group:
        click.echo("No run is in a group; make one: mnist-tui train --group NAME, or mnist-tui runs group NAME RUN")


@runs_command("family")
@one_run
@click.option("--json", is_flag=True, help="As one JSON array, parents before their children.")
def family(home: Home, query: str, json: bool) -> None:
    """The runs that a run was made from, and those made from it."""
    from engine.quantities import percent
    from engine.runs.lineage import family as kin_of
    from tui.cli.output import Output

    run_asked = find_run(home, query)
    run_asked.record()
    kin_found = kin_of(list_runs(home).runs, run_asked.id)
    if json:
        print_json([kin.run.to_json() for kin in kin_found])
        return
    for kin in kin_found:
        run = kin.run
        mark = "  <" if run.id == run_asked.id else ""
        Output().line(f"{kin.branch()}{run.id}  {run.record.title}  {percent(run.test_accuracy)}{mark}")


def _changing(change: Relabel, outcome: str) -> Callable[[Run], str]:
    return lambda run: f"{run.id}  {relabel(run, change).after.name}  {outcome}"


def _change(home: Home, query: str, change: Relabel) -> None:
    record = relabel(find_run(home, query), change).after
    tags = f"  [{' '.join(record.tags)}]" if record.tags else ""
    click.echo(f"{record.id}  {record.name}{tags}{'  ' + record.note if record.note else ''}")
