"""What the commands of `mnist-tui runs` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import find_run
from tui.cli.completion import complete_runs
from tui.exit_codes import DONE, FAILED, explain

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
