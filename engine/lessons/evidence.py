"""The runs that a lesson is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from engine.comparison.disagreement import RunPairs
from engine.comparison.results import MeanStd, RunResult, spread
from engine.comparison.significance import single_against_sample, welch
from engine.comparison.verdicts import MCNEMAR, SINGLE, WELCH
from engine.errors import UserError
from engine.files import StoreError
from engine.home import Home
from engine.lessons.measures import MEASURES, Measured
from engine.runs.directory import Run
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED
from engine.sweeps.space import Values
from engine.sweeps.sweep_file import Sweep


class CannotTell(UserError):
    """The runs do not answer a question; the message says why, and what to do."""


@dataclass(frozen=True)
class Chance:
    """By which test, and with which p, two cells differ by luck alone."""

    test: str
    p: float


@dataclass(frozen=True)
class Evidence:
    """The finished runs of a lesson's sweep by the names of its cells, in the order of seeds."""

    home: Home
    settings: tuple[str, ...]
    cells: Mapping[str, tuple[RunSnapshot, ...]]

    @classmethod
    def of(cls, home: Home, sweep: Sweep) -> Evidence:
        """What lies in the home of a sweep; runs that have not finished, or cannot be read, are left out."""
        snapshots: dict[str, tuple[RunSnapshot, ...]] = {}
        for place, values in enumerate(sweep.cells):
            ids = (sweep.runs.get((place, seed)) for seed in sweep.record.all_seeds)
            runs = [run for id in ids if id and (run := _finished(home, id))]
            snapshots[cell_name(values)] = tuple(runs)
        return cls(home, sweep.record.settings, snapshots)

    def runs(self, cell: str) -> tuple[RunSnapshot, ...]:
        """The finished runs of a cell. Raises CannotTell where there are none."""
        if not (runs := self.cells.get(cell)):
            raise CannotTell(f"{self.words(cell)} has no run that has finished; train the lesson once more")
        return runs

    def measured(self, measured: Measured, cell: str) -> MeanStd:
        """A measure of every finished run of a cell. Raises CannotTell where one has none."""
        if figures := spread(measured(run) for run in self.runs(cell)):
            return figures
        raise CannotTell(f"{self.words(cell)} has no {measured.title}: {measured.measure.missing}")

    def words(self, cell: str) -> str:
        """A cell as it is asked for: `hidden=128,64`."""
        pairs = zip(self.settings, cell.split(), strict=True)
        return " ".join(f"{name}={value}" for name, value in pairs) or "the run"

    def chance(self, measured: Measured, a: str, b: str) -> Chance | None:
        """How likely luck alone sets two cells so far apart; None where no test fits.

        Two single runs are held against each other by what they say of the same test digits."""
        first, second = (self.measured(measured, cell).values for cell in (a, b))
        if min(len(first), len(second)) > 1:
            return _chance(WELCH, welch(first, second))
        if max(len(first), len(second)) > 1:
            single, several = sorted((first, second), key=len)
            return _chance(SINGLE, single_against_sample(single[0], several))
        if measured.measure is not MEASURES["test_accuracy"]:
            return None
        (one,), (other,) = self.runs(a), self.runs(b)
        epochs = measured.epoch(one), measured.epoch(other)
        with suppress(UserError):
            if epochs[0] and epochs[1]:
                pair = RunPairs(self.home).pair(one.record, other.record)
                return _chance(MCNEMAR, pair.at(epochs[0].epoch, epochs[1].epoch).p)
        return None


def cell_name(values: Values) -> str:
    """What a cell is called: the texts of its settings, in the order of the sweep."""
    return " ".join(values)


def _chance(test: str, p: float | None) -> Chance | None:
    return None if p is None else Chance(test, p)


def _finished(home: Home, id: str) -> RunSnapshot | None:
    with suppress(StoreError):
        run = RunSnapshot.of(Run(home.runs / id))
        if run.status == FINISHED and RunResult.of(run).last and run.record.is_of_its_settings:
            return run
    return None
