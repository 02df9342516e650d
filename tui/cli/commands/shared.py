"""What several commands share: how JSON is printed, the words that settings are given by, and options."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

from engine.config.fields import ConfigError
from engine.config.run_config import parse_words
from engine.errors import UserError
from engine.runs.kept_epochs import kept_weights

Decorator = Callable[[Any], Any]


def print_json(values: object, indent: int | None = 2) -> None:
    """Print JSON values, on one line where the `indent` is None. Raises ValueError for a figure that is not finite."""
    click.echo(json.dumps(values, indent=indent, allow_nan=False))


def ask(question: str) -> None:
    """Go on where the answer is yes. Raises click's Abort, or UserError where there is nobody to answer."""
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as abort:
        click.echo(err=True)
        if not isinstance(abort.__context__, EOFError):
            raise
        raise UserError("nothing was done, as there is no answer; --yes does it without a question") from None
    if not agreed:
        raise click.Abort


def preset_and_texts(words: Iterable[str], example: str) -> tuple[str | None, dict[str, str]]:
    """The preset that words such as `deep epochs=10` name, if any, and the texts they give to settings, of which there
    is an `example`. Raises click's UsageError."""
    names: list[str] = []
    texts: list[str] = []
    for word in words:
        (texts if "=" in word else names).append(word)
    if len(names) > 1:
        raise click.UsageError(f"one preset at a time: {', '.join(names)}; {example}", click.get_current_context())
    return names[0] if names else None, parse_words(texts)


def options(several: Iterable[Decorator]) -> Decorator:
    """Adds options to a command, in their order."""

    def decorate(function: Any) -> Any:
        for option in reversed(tuple(several)):
            function = option(function)
        return function

    return decorate


def _kept(context: click.Context, parameter: click.Parameter, text: str) -> str:
    try:
        return kept_weights(text)
    except ConfigError as error:
        raise click.BadParameter(error.problems[0].accepts, context, parameter) from None


KEEP = "Keep the weights of no epoch (none), the last, all, or of N at most; 64 files or 256 MB unless given."
ON = "Train on a Ray cluster: ray (here), ray://HOST:PORT, or auto for the one Ray finds."
SHARE = "With --on: how much of a GPU a run takes; 1 unless given."
KEEP_WEIGHTS = click.option("--keep-weights", default="", metavar="WHICH", callback=_kept, help=KEEP)
PLACE = (
    click.option("--on", metavar="PLACE", help=ON),
    click.option("--gpu-share", type=float, metavar="FRACTION", help=SHARE),
)
