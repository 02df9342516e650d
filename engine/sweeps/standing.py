"""How a sweep stands: what each cell has come to, which is best, and how long the rest takes."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.comparison.results import MeanStd, RunResult, spread
from engine.home import Home
from engine.runs.metrics import METRIC
from engine.runs.status import ENDED, FAILED, FINISHED, INTERRUPTED, LIVE, PRUNED, QUEUED, STOPPED, UNQUEUED
from engine.sweeps.result_reader import ResultReader
from engine.sweeps.space import Values
from engine.sweeps.sweep_file import Sweep, SweepFollower, sweep_lock

# Of a cell or a seed that has no run yet, and of a run that somebody or something has ended before its time.
WAITING = "waiting"
BROKEN_OFF = (STOPPED, UNQUEUED, INTERRUPTED)


@dataclass(frozen=True)
class CellStanding:
    """A cell: its place, the texts of its settings, and by seed what its run has come to, None before there is one."""

    place: int
    values: Values
    seeds: range
    results: tuple[RunResult | None, ...]
    metric: str

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        """By seed the status of the run."""
        return tuple(WAITING if result is None else result.status for result in self.results)

    @cached_property
    def status(self) -> str:
        """What the cell has come to: finished once all seeds are, failed where one has, else what most is going on."""
        statuses = set(self.statuses)
        if len(statuses) == 1:
            return next(iter(statuses))
        if ended := [status for status in (PRUNED, FAILED) if status in statuses]:
            return ended[0]
        live = statuses - ENDED - {WAITING, QUEUED, INTERRUPTED}
        broken_off = [status for status in BROKEN_OFF if status in statuses]
        return next(iter([*sorted(live, reverse=True), *broken_off, WAITING]))

    @cached_property
    def figures(self) -> MeanStd | None:
        """The metric of the seeds that have finished; None before the first."""
        return self.measured(self.metric)

    def measured(self, name: str) -> MeanStd | None:
        """Any metric of the seeds that have finished; None before the first, or where one of them has none."""
        done = [result for result in self.results if result and result.status == FINISHED]
        return spread(figure(result, name) for result in done)

    @cached_property
    def so_far(self) -> float | None:
        """The mean of the metric at the last epochs there are, of runs that have not finished too; None before any."""
        known = [value for result in self.results if result and (value := figure(result, self.metric)) is not None]
        return statistics.fmean(known) if known else None

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing left to train of it."""
        return self.status == PRUNED or all(status in (FINISHED, FAILED) for status in self.statuses)

    @property
    def epochs(self) -> int:
        """How many epochs its runs have ended."""
        return sum(len(result.epochs) for result in self.results if result)

    @property
    def seconds(self) -> float | None:
        """The mean seconds of training of the seeds that have finished."""
        done = [result for result in self.results if result and result.status == FINISHED]
        return statistics.fmean(sum(epoch.seconds for epoch in result.epochs) for result in done) if done else None


def figure(result: RunResult, metric: str) -> float | None:
    """A metric of the network that a run keeps; None before its first epoch has ended."""
    return METRIC[metric].value(result.last) if result.last else None


@dataclass(frozen=True)
class Standing:
    """A sweep at one moment; `fed` says whether an engine has it in hand, `at` when this was, in Unix seconds."""

    sweep: Sweep
    cells: tuple[CellStanding, ...]
    fed: bool
    at: float

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many runs have which status; those without a directory wait."""
        return Counter(status for cell in self.cells for status in cell.statuses)

    @property
    def runs(self) -> int:
        """How many runs there are in all, those to come included."""
        return (self.sweep.record.trials or len(self.cells)) * self.sweep.record.seeds

    @property
    def status(self) -> str:
        """Of the sweep: running while it is fed, finished once every cell has ended of itself, else why it is not."""
        if self.fed:
            return "running"
        is_whole = len(self.cells) >= self.sweep.record.trials
        if is_whole and all(cell.has_ended for cell in self.cells):
            return FINISHED
        return STOPPED if self.sweep.ended else INTERRUPTED if self.sweep.begun else WAITING

    @cached_property
    def ranked(self) -> tuple[CellStanding, ...]:
        """The cells some seeds of which have finished, none failed and none was ended early, the best first."""
        better = METRIC[self.sweep.record.metric].better
        known = [(cell.figures.mean, cell) for cell in self.cells if cell.figures and _counts(cell)]
        return tuple(cell for _, cell in sorted(known, key=lambda pair: -better * pair[0]))

    @property
    def best(self) -> CellStanding | None:
        """The cell of the best mean."""
        return self.ranked[0] if self.ranked else None

    @property
    def failed(self) -> tuple[CellStanding, ...]:
        """The cells of which a run has failed."""
        return tuple(cell for cell in self.cells if FAILED in cell.statuses)

    @cached_property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the speed since it was begun; None before an epoch has ended since."""
        begun = self.sweep.begun
        done = sum(epoch.time >= begun for cell in self.cells for r in cell.results if r for epoch in r.epochs)
        if not (self.fed and done and self.at > begun):
            return None
        left = sum(
            self._epochs_of(cell) - (len(result.epochs) if result else 0)
            for cell in self.cells
            if not cell.has_ended
            for result in cell.results
            if (result is None or result.status not in ENDED)
        )
        left += (
            max(0, self.sweep.record.trials - len(self.cells)) * self.sweep.record.seeds * self.sweep.record.base.epochs
        )
        return max(0, left) * (self.at - begun) / done

    @property
    def epochs(self) -> int:
        """How many epochs all runs of its cells have together."""
        return sum(map(self._epochs_of, self.cells)) * self.sweep.record.seeds

    def _epochs_of(self, cell: CellStanding) -> int:
        """How many epochs each run of a cell has."""
        return self.sweep.configs[cell.place].epochs


def _counts(cell: CellStanding) -> bool:
    """Whether a cell may be best: those that were ended early, or failed with a seed, are left out of means."""
    return set(cell.statuses) <= {FINISHED, WAITING, *BROKEN_OFF, *LIVE}


def cell_standing(sweep: Sweep, place: int, results: ResultReader) -> CellStanding:
    """What a cell of a sweep has come to by now."""
    seeds = sweep.record.all_seeds
    ids = (sweep.runs.get((place, seed)) for seed in seeds)
    by_seed = tuple(results.read(id) if id else None for id in ids)
    return CellStanding(place, sweep.cells[place], seeds, by_seed, sweep.record.metric)


class SweepReader:
    """Reads how a sweep of a home stands, again and again: of what has not changed since nothing is read twice.

    Not for several threads at once."""

    def __init__(self, home: Home, group: str) -> None:
        self._home, self.group = home, group
        self._follower = SweepFollower(home, group)
        self._results = ResultReader(home)

    def read(self) -> Standing:
        """How it stands now. Raises StoreError."""
        fed = sweep_lock(self._home, self.group).held()
        sweep = self._follower.read()
        cells = tuple(cell_standing(sweep, place, self._results) for place in range(len(sweep.cells)))
        return Standing(sweep, cells, fed, time.time())
