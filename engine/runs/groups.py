"""Groups: runs that belong together under a name, such as one configuration trained with several seeds."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.run_config import RunConfig
from engine.files import StoreError
from engine.home import Home
from engine.text import clean

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

LONGEST_STEM = 60


@dataclass(frozen=True)
class Repetition:
    """A configuration to train with `count` seeds from its own on, and what its runs are to be labelled with."""

    config: RunConfig
    count: int = 1
    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    preset: str = ""
    group: str = ""
    keep_weights: str = ""

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.config.seed, self.config.seed + self.count)

    def configs(self) -> list[RunConfig]:
        """The configuration with each seed. Raises ConfigError."""
        return [self.config.replace({"seed": seed}) for seed in self.seeds]

    def free_group(self, taken: Container[str]) -> str:
        """A name for its group that is not `taken` yet, such as `deep-seeds-1-5`."""
        stem = clean(self.name or self.preset, LONGEST_STEM) or "custom"
        base = f"{stem}-seeds-{self.seeds[0]}-{self.seeds[-1]}"
        names = itertools.chain([base], (f"{base}-{number}" for number in itertools.count(2)))
        return next(name for name in names if name not in taken)


def groups_of(home: Home) -> set[str]:
    """The names of the groups in a home; what is not a run is passed over."""
    from engine.runs.directory import Run
    from engine.runs.summaries import recent_ids

    groups = set()
    for id in recent_ids(home.runs):
        try:
            groups.add(Run(home.runs / id).record().group)
        except StoreError:
            continue
    return groups - {""}


def place_in_group(run: RunSummary, runs: Iterable[RunSummary]) -> str:
    """Which run of its group it is, as `2 of 3` in the order of making; nothing where there is no other."""
    if not run.record.group:
        return ""
    ids = sorted(other.id for other in runs if other.record.group == run.record.group)
    return f"{ids.index(run.id) + 1} of {len(ids)}" if len(ids) > 1 and run.id in ids else ""
