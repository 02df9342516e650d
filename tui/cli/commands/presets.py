"""`mnist-tui presets`: lists and shows presets, and keeps a person's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from engine.config.presets import (
    LONGEST_SUMMARY,
    Preset,
    delete_preset,
    own_presets,
    preset,
    presets,
    rename_preset,
    save_preset,
)
from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.runs.summaries import find_run
from tui.cli.commands.shared import ask, print_json
from tui.cli.commands.train import configure
from tui.cli.completion import complete_own_presets, complete_presets, complete_runs, complete_settings
from tui.exit_codes import complain

EXAMPLES = """\b
Examples:
  mnist-tui presets list
  mnist-tui presets show dropout
  mnist-tui presets save narrow deep hidden=32 --summary "A quarter of the units."
  mnist-tui presets save good --run last
  mnist-tui presets rename good better
  mnist-tui train better epochs=20

Your own presets are kept in presets.toml in the home. The console saves them from its form with ctrl+s."""


@click.group("presets", epilog=EXAMPLES, invoke_without_command=True)
@click.pass_context
def presets_(context: click.Context) -> None:
    """List and show presets; save, rename and delete your own."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _command(name: str) -> Callable[[Any], click.Command]:
    """Makes a function that takes the home first the command of that name."""
    return lambda function: presets_.command(name)(click.pass_obj(function))


@_command("list")
@click.option("--own", is_flag=True, help="Those you saved.")
@click.option("--json", is_flag=True, help="As one JSON array.")
def list_(home: Home, own: bool, json: bool) -> None:
    """Every preset, with what to look for."""
    saved = own_presets(home)
    listed = [*(() if own else presets().values()), *saved.presets.values()]
    if json:
        print_json([_json(known) for known in listed])
    elif listed:
        _print(listed)
    else:
        click.echo("No presets of your own yet; save one: mnist-tui presets save NAME --run last")
    for problem in saved.problems:
        complain(problem)


@_command("show")
@click.argument("name", shell_complete=complete_presets)
@click.option("--json", is_flag=True, help="As one JSON object.")
def show(home: Home, name: str, json: bool) -> None:
    """One preset: what it is, what to look for, and its settings."""
    known = preset(name, home)
    if json:
        print_json(_json(known))
        return
    lines = [f"{known.name}  {known.title}", known.summary, f"settings: {known.config.changes() or 'the defaults'}"]
    click.echo("\n".join(filter(None, lines)))


@_command("save")
@click.argument("name")
@click.argument("words", nargs=-1, metavar="[PRESET] [FIELD=VALUE]...", shell_complete=complete_settings)
@click.option("--run", "query", metavar="RUN", shell_complete=complete_runs, help="Take the settings of this run.")
@click.option("--summary", default="", metavar="TEXT", help=f"What to look for, up to {LONGEST_SUMMARY} characters.")
@click.option("--force", is_flag=True, help="Replace your preset of that name.")
def save(home: Home, name: str, words: tuple[str, ...], query: str | None, summary: str, force: bool) -> None:
    """Keep settings under a name of your own, for `train NAME` and the form of the console."""
    if not (words or query):
        raise click.UsageError("say which settings: --run RUN, or words such as deep hidden=32", _context())
    if words and query:
        raise click.UsageError("--run takes the settings of a run as they are; leave out the words", _context())
    config = _config_of(home, query) if query else configure(home, words, {})[1]
    known = save_preset(home, name, config, summary, replace=force)
    click.echo(f"{known.name}  {known.line}\ntrain it: mnist-tui train {known.name}")


@_command("rename")
@click.argument("name", shell_complete=complete_own_presets)
@click.argument("new")
def rename(home: Home, name: str, new: str) -> None:
    """Call one of your presets something else."""
    rename_preset(home, name, new)
    click.echo(f"{name} is {new.strip().lower()} now")


@_command("delete")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_own_presets)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(home: Home, names: tuple[str, ...], yes: bool) -> None:
    """Forget presets of your own; runs trained from them stay."""
    if not yes:
        ask(f"Delete {', '.join(names)}?")
    for name in names:
        delete_preset(home, name)
        click.echo(f"{name} is deleted")


def _config_of(home: Home, query: str) -> RunConfig:
    """The settings of a run. Raises UserError."""
    record = find_run(home, query).record()
    if record.is_of_a_later_version:
        raise UserError(f"{record.name} was {record.notice}")
    return record.config


def _json(known: Preset) -> dict[str, Any]:
    about = {"name": known.name, "title": known.title, "summary": known.summary, "own": known.own}
    return {**about, "settings": known.config.to_json(), "words": known.config.changes()}


def _print(listed: Iterable[Preset]) -> None:
    from tui.cli.output import Output

    output, names = Output(), {known.name: known for known in listed}
    width = max(map(len, names))
    for name, known in names.items():
        output.pair(name, f"{known.line}{' (yours)' if known.own else ''}", width)


def _context() -> click.Context:
    return click.get_current_context()
