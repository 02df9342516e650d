"""Which runs are listed, and in which order: filtered, the runs of a group folded into one entry, sorted."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.config.differences import shared_differences
from engine.config.run_config import FIELDS
from engine.quantities import Measure
from engine.query.columns import Column, Order, Value, sort, sort_by
from engine.query.filters import EVERY, And, Filter, Not, Or
from engine.query.parser import select
from engine.runs.status import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    LIVE,
    PAUSED,
    PREPARING,
    PRUNED,
    QUEUED,
    RUNNING,
    STOPPED,
    UNQUEUED,
)
from engine.runs.summaries import RunSummary

if TYPE_CHECKING:
    from engine.comparison.results import MeanStd

LOOKED_AT = 200
BUT_SEED = tuple(field.name for field in FIELDS if field.name != "seed")
# The status of several runs is the first of these that one of them has.
RANKS = (RUNNING, PREPARING, PAUSED, FAILED, INTERRUPTED, STOPPED, QUEUED, UNQUEUED, PRUNED, FINISHED)


@dataclass(frozen=True)
class Fold:
    """The runs of a group as one entry: two or more, newest first."""

    group: str
    runs: tuple[RunSummary, ...]

    @property
    def id(self) -> str:
        """The id of its newest run."""
        return self.runs[0].id

    @property
    def status(self) -> str:
        """The most notable status among its runs."""
        return min((run.status for run in self.runs), key=RANKS.index)

    def value(self, column: Column) -> Value:
        """What it is sorted by: the mean of a figure, the newest moment, else the value that all its runs share."""
        if column.name == "name":
            return self.group
        if column.measure is Measure.MOMENT:
            return max((figure for run in self.runs if (figure := column.figure(run)) is not None), default=None)
        if column.measure.is_figure and column.field is None:
            figures = [column.figure(run) for run in self._ended]
            known = [figure for figure in figures if figure is not None and math.isfinite(figure)]
            return sum(known) / len(known) if known and len(known) == len(figures) else None
        values = {column.value(run) for run in self.runs}
        return values.pop() if len(values) == 1 else None

    def spread(self, column: Column) -> MeanStd | None:
        """The figures of the runs that have ended; None unless all of these have one."""
        # Only a folded list needs this, so the console opens without it.
        from engine.comparison.results import spread

        return spread(map(column.figure, self._ended))

    @cached_property
    def repeats_one(self) -> bool:
        """Whether those of its runs that have ended differ by seed alone: then the seed makes their deviation."""
        first, *others = (run.record.config for run in self._ended)
        return all(getattr(other, name) == getattr(first, name) for other in others for name in BUT_SEED)

    @cached_property
    def _ended(self) -> list[RunSummary]:
        return [run for run in self.runs if run.status not in LIVE]


Entry = RunSummary | Fold


def runs_of(entry: Entry) -> tuple[RunSummary, ...]:
    """The runs an entry stands for."""
    return entry.runs if isinstance(entry, Fold) else (entry,)


def fold(runs: Sequence[RunSummary], opened: Collection[str] = ()) -> list[Entry]:
    """The runs, newest first, with those of a group in one entry where its newest run was; groups that are `opened`,
    those of which there is only one run, and runs that were changed in training stay as they are."""
    groups: dict[str, list[RunSummary]] = {}
    for run in runs:
        if run.record.group and run.record.group not in opened and run.record.is_of_its_settings:
            groups.setdefault(run.record.group, []).append(run)
    entries: list[Entry] = []
    for run in runs:
        members = groups.get(run.record.group, ())
        if len(members) < 2 or not run.record.is_of_its_settings:
            entries.append(run)
        elif members[0] is run:
            entries.append(Fold(run.record.group, tuple(members)))
    return entries


class RunList:
    """The runs of a home and the `entries` that are listed of them, newest first unless there is an `order`.

    `matching` are the ids of the runs that the filter lets through.
    What is typed and what happens to a single run change little, so what is known of the rest is kept."""

    def __init__(self) -> None:
        self.runs: list[RunSummary] = []
        self.entries: Sequence[Entry] = []
        self.query: Filter = EVERY
        self.order: Order | None = None
        self.folded = False
        self.matching: Collection[str] = ()
        self._opened: frozenset[str] = frozenset()
        self._given: Sequence[RunSummary] = ()
        self._folds: list[Entry] = []
        # All runs in order, unless they are still to be put in it.
        self._sorted: list[RunSummary] | None = None
        # The ids of the runs that match each word and comparison of the filter.
        self._known: dict[Filter, set[str]] = {}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all runs."""
        return frozenset(map(attrgetter("record.id"), self.runs))

    @cached_property
    def has_groups(self) -> bool:
        """Whether there is a group that can be folded."""
        groups = [run.record.group for run in self.runs if run.record.group]
        return len(set(groups)) < len(groups)

    @cached_property
    def has_changes(self) -> bool:
        """Whether one of the newest runs differs from its preset: to look at all of thousands takes too long."""
        return any(run.record.differences for run in self.runs[:LOOKED_AT])

    @cached_property
    def shared(self) -> dict[str, list[str]]:
        """What the newest runs of a group all change in their presets, by group."""
        groups: dict[str, list[Sequence[str]]] = {}
        for run in self.runs[:LOOKED_AT]:
            if run.record.group:
                groups.setdefault(run.record.group, []).append(run.record.differences)
        return {group: shared_differences(changed) for group, changed in groups.items()}

    def take(self, runs: Sequence[RunSummary]) -> bool:
        """List these runs, in any order, from now on; whether they are others than before."""
        if runs == self._given:
            return False
        before, self._given = self.runs, list(runs)
        self.runs = sorted(runs, key=attrgetter("record.id"), reverse=True)
        for known in ("ids", "has_groups", "shared"):
            self.__dict__.pop(known, None)
        changes = [(old, new) for old, new in zip(before, self.runs, strict=False) if old is not new]
        if len(before) == len(self.runs) and all(old.id == new.id for old, new in changes):
            self._change(changes)
        else:
            self._known.clear()
            self._sorted = None
            self.__dict__.pop("has_changes", None)
        self._list()
        return True

    def filter(self, query: Filter) -> None:
        """List the runs that match."""
        self.query = query
        self._list()

    def sort(self, order: Order | None) -> None:
        """List the runs in this order, equals and all without one newest first."""
        self.order, self._sorted = order, None
        self._arrange()

    def fold(self, folded: bool, opened: Iterable[str] = ()) -> None:
        """List the runs of a group as one entry, but for groups that are `opened`, or each run by itself."""
        self.folded, self._opened = folded, frozenset(opened)
        self._list()

    def open(self, group: str) -> None:
        """List the runs of this group by themselves."""
        self.fold(True, self._opened | {group})

    def index_of(self, run_id: str | None) -> int | None:
        """Where a run is listed; None where it is not."""
        for index, entry in enumerate(self.entries):
            if isinstance(entry, Fold):
                if any(run.record.id == run_id for run in entry.runs):
                    return index
            elif entry.record.id == run_id:
                return index
        return None

    def _change(self, changes: Iterable[tuple[RunSummary, RunSummary]]) -> None:
        """The same runs as before, some of which have changed."""
        renewed = {new.id: new for _, new in changes}
        for query, ids in self._known.items():
            ids.difference_update(renewed)
            ids.update(run.id for run in select(renewed.values(), query))
        value = self.order.column.value if self.order else attrgetter("record.id")
        if self._sorted is None or any(value(old) != value(new) for old, new in changes):
            self._sorted = None
        else:
            self._sorted = [renewed.get(run.record.id, run) for run in self._sorted]

    def _list(self) -> None:
        """Find the runs that match."""
        known, self._known = self._known, {}
        self.matching = self._ids(self.query, known)
        if self.folded:
            self._folds = fold(self._matching(self.runs), self._opened)
        self._arrange()

    def _arrange(self) -> None:
        """List them in order."""
        orders = [self.order] if self.order else []
        if self.folded:
            self.entries = sort_by(self._folds, orders, _value_in)
            return
        if self._sorted is None:
            self._sorted = sort(self.runs, orders)
        self.entries = self._matching(self._sorted)

    def _matching(self, runs: list[RunSummary]) -> list[RunSummary]:
        return runs if self.query == EVERY else [run for run in runs if run.record.id in self.matching]

    def _ids(self, query: Filter, known: dict[Filter, set[str]]) -> set[str] | frozenset[str]:
        """The ids of the runs that match; what is `known` of parts of the filter is taken from there."""
        match query:
            case And(parts):
                return self.ids.intersection(*(self._ids(part, known) for part in parts))
            case Or(parts):
                return frozenset().union(*(self._ids(part, known) for part in parts))
            case Not(inner):
                return self.ids - self._ids(inner, known)
        if query not in self._known:
            ids = known.get(query)
            self._known[query] = {run.record.id for run in select(self.runs, query)} if ids is None else ids
        return self._known[query]


def _value_in(column: Column) -> Callable[[Entry], Value]:
    return lambda entry: entry.value(column) if isinstance(entry, Fold) else column.value(entry)
