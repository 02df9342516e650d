"""What the shell offers when a word is completed."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from engine.config import FIELDS, Field
from engine.errors import UserError
from engine.fields import Choice, Kind, Listing, Switch, Whole
from engine.history import find_run, recent_ids
from engine.home import Home
from engine.presets import presets

DEVICES = ("auto", "cpu", "cuda", "mps")
MOST_RUNS = 50


def complete_runs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of the latest runs, with their names beside them."""
    home = Home.find()
    ids = [id for id in recent_ids(home.runs) if id.startswith(incomplete)][:MOST_RUNS]
    items = [CompletionItem(id, help=_name(home, id)) for id in ids]
    return items + ([CompletionItem("last", help="the newest run")] if "last".startswith(incomplete) else [])


def complete_settings(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Presets, and `field=value` words."""
    name, equals, value = incomplete.partition("=")
    if equals:
        values = [v for field in FIELDS if field.name == name.replace("-", "_") for v in field_values(field)]
        return [CompletionItem(f"{name}={v}") for v in values if v.startswith(value)]
    offered = [(preset.name, preset.title) for preset in presets().values()]
    offered += [(f"{field.name}=", field.help) for field in FIELDS]
    return [CompletionItem(word, help=help) for word, help in offered if word.startswith(incomplete)]


def field_values(field: Field) -> tuple[str, ...]:
    """The words a field may be set to; none where it takes numbers alone."""
    return DEVICES if field.name == "device" else _words(field.kind)


def _words(kind: Kind) -> tuple[str, ...]:
    match kind:
        case Choice():
            return kind.words
        case Whole():
            return kind.words
        case Switch():
            return ("yes", "no")
        case Listing():
            return (("none",) if kind.may_be_empty else ()) + _words(kind.item)
    return ()


def _name(home: Home, id: str) -> str:
    try:
        return find_run(home, id).record().name
    except UserError:
        return ""
