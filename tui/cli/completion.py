"""What the shell offers when a word is completed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import click
from click.shell_completion import CompletionItem

from engine.config.field_types import Choice, Kind, Listing, Pattern, Switch, Whole
from engine.config.fields import Field
from engine.config.presets import Preset, all_presets, own_presets
from engine.config.run_config import FIELDS, field_named
from engine.errors import UserError
from engine.home import Home
from engine.quantities import Measure
from engine.query.columns import BY_NAME, COLUMNS, Column
from engine.runs.groups import groups_of
from engine.runs.summaries import find_run, recent_ids
from engine.sweeps.record import SweepRecord
from engine.sweeps.sweep_file import sweep_lock, sweep_records

MOST_RUNS = 50
DIRECTIONS = {"asc": "the lowest first", "desc": "the highest first"}
# What is done, with a bracket or minus that opens the last word, and that word.
FILTER_PARTS = re.compile(r"(?P<before>(?:.*[\s(])?-?)(?P<last>[^\s(]*)", re.DOTALL)
COMPARISON = re.compile(r"(?P<head>(?P<name>[^=!:<>]+)(?:!=|==?|:|[<>]))(?P<value>[^=!:<>]*)")


def complete_runs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names and ids of the latest runs, and `last`.

    An id has the run's name beside it, a name the id of the newest run so called."""
    names = {id: _name(Home.find(), id) for id in recent_ids(Home.find().runs)[:MOST_RUNS]}
    words = {"last": "the newest run"}
    for id, name in names.items():
        words.setdefault(name, id)
    words |= names
    return _completed("", {word: help for word, help in words.items() if word and word.startswith(incomplete)})


def complete_sweeps(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The groups of sweeps, the newest first, each with the settings that vary."""
    return _sweeps(sweep_records(Home.find()), incomplete)


def complete_sweeps_in_training(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The groups of the sweeps that somebody feeds."""
    home = Home.find()
    return _sweeps((record for record in sweep_records(home) if sweep_lock(home, record.group).held()), incomplete)


def complete_groups(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The groups of runs."""
    return _completed("", {name: "" for name in sorted(groups_of(Home.find())) if name.startswith(incomplete)})


def _sweeps(records: Iterable[SweepRecord], begun: str) -> list[CompletionItem]:
    settings_of = {record.group: " × ".join(record.settings) for record in records}
    return _completed("", {group: settings for group, settings in settings_of.items() if group.startswith(begun)})


def complete_settings(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Presets, and `field=value` words."""
    name, equals, value = incomplete.partition("=")
    if equals:
        fields = [field for field in FIELDS if field.name == field_named(name)]
        return [item for field in fields for item in complete_values(field, value, f"{name}=")]
    offered = [(preset.name, preset.line) for preset in all_presets(Home.find()).values()]
    offered += [(f"{field.name}=", field.help) for field in FIELDS]
    return [CompletionItem(word, help=help) for word, help in offered if word.startswith(incomplete)]


def complete_presets(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Presets, those of the home behind the shipped ones."""
    return _presets(all_presets(Home.find()), incomplete)


def complete_own_presets(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _presets(own_presets(Home.find()).presets, incomplete)


def _presets(known: Mapping[str, Preset], begun: str) -> list[CompletionItem]:
    return _completed("", {name: preset.line for name, preset in known.items() if name.startswith(begun)})


def complete_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    before, comma, last = incomplete.rpartition(",")
    return _completed(before + comma, _columns(last))


def complete_orders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Columns separated by commas, each with its direction."""
    before, comma, last = incomplete.rpartition(",")
    name, colon, direction = last.partition(":")
    if not colon:
        return _completed(before + comma, _columns(last))
    words = {word: help for word, help in DIRECTIONS.items() if word.startswith(direction)}
    return _completed(f"{before}{comma}{name}:", words)


def complete_filter(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The column that a comparison begins with, or the word that it ends with where there are only a few."""
    parts = FILTER_PARTS.fullmatch(incomplete)
    if parts is None or incomplete.count('"') % 2:
        return []
    before, last = parts["before"], parts["last"]
    comparison = COMPARISON.fullmatch(last)
    if comparison is None:
        return _completed(before, _columns(last))
    field_column = BY_NAME.get(comparison["name"].lower())
    words = [word for word in _choices(field_column) if word.startswith(comparison["value"])] if field_column else []
    return _completed(before + comparison["head"], dict.fromkeys(words, ""))


def complete_values(field: Field, incomplete: str, before: str = "") -> list[CompletionItem]:
    """The words a field may be set to, behind `before`; those of a list after each comma."""
    if isinstance(field.kind, Listing) and "," in incomplete:
        done, comma, incomplete = incomplete.rpartition(",")
        before, words = before + done + comma, _words(field.kind.item)
    else:
        words = _words(field.kind)
    return _completed(before, dict.fromkeys((word for word in words if word.startswith(incomplete)), ""))


def _words(kind: Kind) -> tuple[str, ...]:
    match kind:
        case Choice() | Whole() | Pattern():
            return kind.words
        case Switch():
            return ("yes", "no")
        case Listing():
            return (("none",) if kind.may_be_empty else ()) + _words(kind.item)
    return ()


def _columns(begun: str) -> dict[str, str]:
    """The columns whose names begin so, with their labels; where there are none, those with such a second name."""
    names = {column.name: column.label for column in COLUMNS if column.name.startswith(begun)}
    return names or {name: column.label for name, column in BY_NAME.items() if name.startswith(begun)}


def _choices(column: Column) -> tuple[str, ...]:
    """The words a column is one of; none for one that may be anything."""
    return ("yes", "no") if column.measure is Measure.SWITCH else column.choices


def _completed(before: str, words: Mapping[str, str]) -> list[CompletionItem]:
    return [CompletionItem(before + word, help=help) for word, help in words.items()]


def _name(home: Home, id: str) -> str:
    try:
        return find_run(home, id).record().name
    except UserError:
        return ""
