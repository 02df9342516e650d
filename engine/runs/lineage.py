"""Which run was made from which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary


@dataclass(frozen=True, eq=False)
class LineageNode:
    """A run of a family below the one it was made from, if that is known; `more` tells whether siblings follow it."""

    run: RunSummary
    parent: LineageNode | None = field(default=None, repr=False)
    more: bool = False

    @property
    def rails(self) -> tuple[bool, ...]:
        """For each generation above it, from the second on, and for itself, whether more of it follow."""
        rails, kin = [], self
        while kin.parent is not None:
            rails.append(kin.more)
            kin = kin.parent
        return tuple(reversed(rails))

    def branch(self) -> str:
        """The lines that lead to the run in a drawing of the tree, three cells a generation."""
        rails = self.rails
        if not rails:
            return ""
        return "".join("│  " if more else "   " for more in rails[:-1]) + ("├─ " if rails[-1] else "└─ ")


class Families:
    """The families of some runs, each found without another look at all of them."""

    def __init__(self, runs: Iterable[RunSummary]) -> None:
        runs = list(runs)
        # Made anew whenever one of thousands of runs has changed, so without a call of Python for each.
        self._known = dict(zip(map(attrgetter("record.id"), runs), runs, strict=True))
        self._children: dict[str, list[RunSummary]] = {}
        self._found: dict[str, Sequence[LineageNode]] = {}
        for run in compress(runs, map(attrgetter("record.parent"), runs)):
            self._children.setdefault(run.record.parent, []).append(run)

    def of(self, id: str) -> Sequence[LineageNode]:
        """The family of a run, from its oldest known ancestor down, each followed by its children, the oldest first.

        Empty when the run is not known. Runs that claim to descend from each other are shown once."""
        if id not in self._known:
            return ()
        eldest = self._eldest(id)
        if eldest not in self._found:
            self._found[eldest] = self._descent(eldest)
        return self._found[eldest]

    def _descent(self, eldest: str) -> Sequence[LineageNode]:
        nodes: dict[str, LineageNode] = {}
        waiting = [LineageNode(self._known[eldest])]
        while waiting:
            kin = waiting.pop()
            if kin.run.id in nodes:
                continue
            nodes[kin.run.id] = kin
            children = sorted(self._children.get(kin.run.id, ()), key=lambda run: run.id, reverse=True)
            waiting += [LineageNode(child, kin, index > 0) for index, child in enumerate(children)]
        return tuple(nodes.values())

    def _eldest(self, id: str) -> str:
        seen = {id}
        while (parent := self._known[id].record.parent) in self._known and parent not in seen:
            seen.add(parent)
            id = parent
        return id


def family(runs: Iterable[RunSummary], id: str) -> Sequence[LineageNode]:
    """The family of one run among others; see `Families.of`."""
    return Families(runs).of(id)
