"""What the commands of `mnist-tui runs` share: how runs are named and picked, and what is done to several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from engine.errors import UserError
from engine.home import Home
from engine.query.parser import parse
from engine.runs.directory import Run
from engine.runs.summaries import find_run
from tui.cli.completion import complete_filter, complete_runs
from tui.exit_codes import DONE, FAILED, explain

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
FILTER_HELP = """\b
FILTER is words and comparisons, joined by and, or, not, - and brackets:
  lr>0.05 dropout=0.5 status=finished tag:sweep -failed text
  acc>97% or (age<2d and group=deep)
Comparisons: = != < <= > >= and : for contains. Words are looked for in names,
tags, groups, notes, presets and ids. Columns are those of runs list --columns:
figures, what a run is, and every setting; lr, batch, acc and loss are short."""

one_run = click.argument("query", metavar="RUN", shell_complete=complete_runs)
many_runs = click.argument("queries", metavar="RUN...", nargs=-1, required=True, shell_complete=complete_runs)

wait_option = click.option(
    "--wait", default=10.0, type=click.FloatRange(0), help="Seconds to wait for it; 10 unless given."
)


def runs_command(name: str) -> Callable[[Any], click.Command]:
    """Makes a function that takes the home first a command of that name."""

    def decorate(function: Any) -> click.Command:
        return click.command(name)(click.pass_obj(function))

    return decorate


def for_each(home: Home, queries: Iterable[str], act: Callable[[Run], str]) -> int:
    """Do something to several runs and say what was done; the others are done even if one cannot be."""
    worst = DONE
    for query in queries:
        try:
            click.echo(act(find_run(home, query)))
        except (UserError, OSError) as error:
            worst = max(worst, explain(error), FAILED)
    return worst


def parsed(
    read: Callable[[str], Any], *names: str, metavar: str, help: str, complete: Complete | None = None
) -> Callable[[Any], Any]:
    """An option, None unless given, whose value is what `read` makes of the text or refuses with a UserError."""

    def callback(context: click.Context, option: click.Parameter, text: str | None) -> Any:
        try:
            return None if text is None else read(text)
        except UserError as error:
            raise click.BadParameter(str(error), context, option) from None

    return click.option(*names, metavar=metavar, callback=callback, help=help, shell_complete=complete)


def where(help: str) -> Callable[[Any], Any]:
    """The option that picks runs by a filter."""
    return parsed(parse, "--where", "chosen", metavar="FILTER", help=help, complete=complete_filter)
