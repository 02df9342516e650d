"""Which run was made from which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.history import RunSummary


@dataclass(frozen=True)
class Kin:
    """A run of a family; `rails` tell for each generation above it, from the second on, whether more of it follow."""

    run: RunSummary
    rails: tuple[bool, ...] = ()

    def branch(self, ascii: bool = False) -> str:
        """The lines that lead to the run in a drawing of the tree, three cells a generation."""
        down, fork, corner = ("|  ", "|- ", "`- ") if ascii else ("│  ", "├─ ", "└─ ")
        if not self.rails:
            return ""
        return "".join(down if more else "   " for more in self.rails[:-1]) + (fork if self.rails[-1] else corner)


def family(runs: Iterable[RunSummary], id: str) -> list[Kin]:
    """The family of a run, from its oldest known ancestor down, each followed by its children, the oldest first.

    Empty when the run is not among `runs`. Runs that claim to descend from each other are shown once."""
    known = {run.id: run for run in runs}
    if id not in known:
        return []
    children: dict[str, list[RunSummary]] = {}
    for run in sorted(known.values(), key=lambda run: run.id, reverse=True):
        children.setdefault(run.record.parent, []).append(run)
    found: dict[str, Kin] = {}
    waiting = [Kin(known[_eldest(known, id)])]
    while waiting:
        kin = waiting.pop()
        if kin.run.id in found:
            continue
        found[kin.run.id] = kin
        for place, child in enumerate(children.get(kin.run.id, ())):
            waiting.append(Kin(child, (*kin.rails, place > 0)))
    return list(found.values())


def _eldest(known: dict[str, RunSummary], id: str) -> str:
    seen = {id}
    while (parent := known[id].record.parent) in known and parent not in seen:
        seen.add(parent)
        id = parent
    return id
