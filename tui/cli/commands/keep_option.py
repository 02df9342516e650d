"""Of which epochs a run's weights are kept, as commands are told."""

from __future__ import annotations

import click

from engine.config.fields import ConfigError
from engine.runs.kept_epochs import kept_weights


def _read(context: click.Context, parameter: click.Parameter, text: str) -> str:
    try:
        return kept_weights(text)
    except ConfigError as error:
        raise click.BadParameter(error.problems[0].accepts, context, parameter) from None


HELP = "Keep the weights of no epoch (none), the last, all, or of N at most; 64 files or 256 MB unless given."
KEEP_WEIGHTS = click.option("--keep-weights", default="", metavar="WHICH", callback=_read, help=HELP)
