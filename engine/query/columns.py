"""What can be asked of a run in a list: the columns it is filtered and sorted by, hyperparameters included."""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from engine.config.differences import SEPARATOR
from engine.config.field_types import Listing, Number, Switch, Whole
from engine.config.fields import Field
from engine.config.run_config import FIELDS
from engine.errors import UserError
from engine.quantities import Measure
from engine.runs.metrics import METRIC
from engine.runs.status import ENDED, INTERRUPTED, LIVE

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

Value = float | str | bool | tuple[str, ...] | None
Item = TypeVar("Item")
STATUSES: tuple[str, ...] = tuple(sorted((*LIVE, *ENDED, INTERRUPTED)))

# Clocks of hosts that are set by the network differ by less, in seconds.
CLOCKS_AGREE = 60.0


class ColumnError(UserError):
    """No column is called that; `brief` says so and which come close, the message all there are where none does."""

    def __init__(self, brief: str, further: str = "") -> None:
        self.brief = brief
        super().__init__(brief + further)


@dataclass(frozen=True)
class Column:
    """A column by its `name`; `value` is None where a run has none. `field` is the setting, where it is one."""

    name: str
    label: str
    measure: Measure
    value: Callable[[RunSummary], Value]
    aliases: tuple[str, ...] = ()
    field: Field | None = None
    choices: tuple[str, ...] = ()

    def figure(self, run: RunSummary) -> float | None:
        """The value as a number; None where there is none or it is not one."""
        value = self.value(run)
        return value if isinstance(value, (int, float)) and not math.isnan(value) else None


@dataclass(frozen=True)
class Order:
    """A column to sort by."""

    column: Column
    descending: bool = False

    def __str__(self) -> str:
        return self.column.name + (":desc" if self.descending else "")


def column(name: str) -> Column:
    """The column of that name or alias, in any case, with `-` or `_`. Raises ColumnError."""
    key = name.strip().lower().replace("-", "_")
    if key in BY_NAME:
        return BY_NAME[key]
    near = difflib.get_close_matches(key[:40], BY_NAME, n=3, cutoff=0.6)
    shown = "".join(c if c.isprintable() else "?" for c in name[:40])
    unknown = f"no column is called {shown!r}"
    raise ColumnError(f"{unknown}; did you mean {' or '.join(near)}?") if near else ColumnError(unknown, f"; {ALL}")


def parse_columns(text: str) -> list[Column]:
    """Columns by their names separated by commas. Raises ColumnError."""
    return [column(name) for name in text.split(",") if name.strip()]


def parse_orders(text: str) -> list[Order]:
    """Orders such as `test_accuracy:desc,name`, the first one foremost. Raises ColumnError."""
    return [_order(part) for part in text.split(",") if part.strip()]


def sort(runs: Iterable[RunSummary], orders: Sequence[Order]) -> list[RunSummary]:
    """The runs in order; equals stay as they were, and those without a value come last either way."""
    return sort_by(runs, orders, lambda column: column.value)


def sort_by(
    items: Iterable[Item], orders: Sequence[Order], value: Callable[[Column], Callable[[Item], Value]]
) -> list[Item]:
    """The same of anything that has a value in each column."""
    ordered = list(items)
    for order in reversed(orders):
        keys = _keys(order.column.measure, map(value(order.column), ordered))
        having = [place for place, key in enumerate(keys) if key is not None]
        having.sort(key=keys.__getitem__, reverse=order.descending)
        missing = [item for item, key in zip(ordered, keys, strict=True) if key is None]
        ordered = [ordered[place] for place in having] + missing
    return ordered


def _order(text: str) -> Order:
    name, _, direction = text.partition(":")
    if direction.strip().lower() not in ("", "asc", "desc"):
        raise ColumnError(f"{name.strip()[:40]!r} is sorted :asc or :desc")
    return Order(column(name), direction.strip().lower() == "desc")


def _keys(measure: Measure, values: Iterable[Any]) -> list[Any]:
    """What values are sorted by; None for one that is missing."""
    if measure is Measure.TEXT:
        return [(value.casefold(), value) if value else None for value in values]
    if measure is Measure.WORDS:
        return [_words_key(value) if value else None for value in values]
    # What is not a number is no figure either, and alone in not being equal to itself.
    return [value if value == value else None for value in values]


@lru_cache(1024)
def _words_key(texts: tuple[str, ...]) -> tuple[object, ...]:
    """What several texts are sorted by; numbers among them count as numbers."""
    return tuple((not word.isdecimal(), int(word) if word.isdecimal() else 0, word.casefold()) for word in texts)


@lru_cache(1024)
def _texts(parts: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, parts))


def _setting(field: Field) -> Column:
    name = field.name

    def number(run: RunSummary) -> Value:
        value = getattr(run.record.config, name)
        return math.inf if isinstance(value, str) else float(value)

    def words(run: RunSummary) -> Value:
        return _texts(getattr(run.record.config, name))

    def plain(run: RunSummary) -> Value:
        value: Value = getattr(run.record.config, name)
        return value

    match field.kind:
        case Number() | Whole():
            measure, value = Measure.NUMBER, number
        case Listing():
            measure, value = Measure.WORDS, words
        case Switch():
            measure, value = Measure.SWITCH, plain
        case _:
            measure, value = Measure.TEXT, plain
    choices = getattr(field.kind, "words", ()) if measure is Measure.TEXT else ()
    return Column(name, field.label, measure, value, field.aliases, field, choices)


def _metric(name: str, *aliases: str) -> Column:
    """The column of a metric that a run is summed up by."""
    return Column(name, METRIC[name].title, METRIC[name].measure, attrgetter(name), aliases)


def _age(run: RunSummary) -> float | None:
    """Seconds since a run was made; None where its host's clock is ahead of this one's, so that nobody can tell."""
    age = time.time() - run.record.created
    return max(0.0, age) if run.record.created and age > -CLOCKS_AGREE else None


COLUMNS: tuple[Column, ...] = (
    Column("id", "Run", Measure.TEXT, lambda run: run.id, ("run",)),
    Column("name", "Name", Measure.TEXT, lambda run: run.record.name),
    Column("changed", "Changed in the preset", Measure.TEXT, lambda run: SEPARATOR.join(run.record.differences)),
    Column("status", "Status", Measure.TEXT, lambda run: run.status, ("state",), choices=STATUSES),
    Column("place", "Place in the queue", Measure.NUMBER, lambda run: run.place or None),
    _metric("test_accuracy", "acc", "accuracy"),
    _metric("test_loss", "loss"),
    _metric("train_accuracy", "train_acc"),
    _metric("validation_accuracy", "val_acc"),
    _metric("validation_loss", "val_loss"),
    Column("epoch", "Epoch", Measure.NUMBER, lambda run: run.epoch),
    Column("seconds", "Time", Measure.SPAN, lambda run: run.seconds, ("time", "duration")),
    Column("created", "Created", Measure.MOMENT, lambda run: run.record.created or None, ("date",)),
    Column("age", "Age", Measure.SPAN, _age),
    Column("updated", "Last event", Measure.MOMENT, lambda run: run.updated or None),
    Column("tag", "Tags", Measure.WORDS, lambda run: run.record.tags, ("tags",)),
    Column("group", "Group", Measure.TEXT, lambda run: run.record.group),
    Column("preset", "Preset", Measure.TEXT, lambda run: run.record.preset),
    Column("note", "Note", Measure.TEXT, lambda run: run.record.note),
    Column("starred", "Star", Measure.SWITCH, lambda run: run.record.starred, ("star",)),
    Column("parent", "Parent", Measure.TEXT, lambda run: run.record.parent),
    Column("host", "Host", Measure.TEXT, lambda run: run.record.host),
    Column("reason", "Reason", Measure.TEXT, lambda run: run.reason),
    Column("device", "Device", Measure.TEXT, lambda run: run.device or run.record.config.device),
    Column("layers", "Hidden layers", Measure.NUMBER, lambda run: len(run.record.config.hidden), ("depth",)),
    Column("parameters", "Parameters", Measure.NUMBER, lambda run: run.record.config.parameters(), ("params",)),
    *(_setting(field) for field in FIELDS if field.name != "device"),
)
BY_NAME: dict[str, Column] = {name: column for column in COLUMNS for name in (column.name, *column.aliases)}
ALL = "columns: " + ", ".join(column.name for column in COLUMNS)
