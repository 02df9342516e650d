"""Options that `mnist-tui runs` reads in the engine's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from engine.errors import UserError
from engine.query.parser import parse
from tui.cli.completion import complete_filter

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

FILTER_HELP = """\b
FILTER is words and comparisons, joined by and, or, not, - and brackets:
  lr>0.05 dropout=0.5 status=finished tag:sweep -failed text
  acc>97% or (age<2d and group=deep)
Comparisons: = != < <= > >= and : for contains. Words are looked for in names,
tags, groups, notes, presets and ids. Columns are those of runs list --columns:
figures, what a run is, and every setting; lr, batch, acc and loss are short."""


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
