"""Runs as they are compared: the figures of every epoch, and those that differ only by seed folded into one line."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from engine.config.differences import SEPARATOR, shared_differences
from engine.files import StoreError
from engine.runs.directory import Run
from engine.runs.events import Epoch
from engine.runs.record import RunRecord
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import last_or_kept
from engine.runs.status import LIVE

LARGEST = 1e100


class EpochChoice(Enum):
    """The epoch a figure is of: the one of highest test accuracy, or the last."""

    BEST = "best"
    LAST = "last"


@dataclass(frozen=True)
class RunResult:
    """One run: its record, status, epochs in order, and how many images an epoch trains on (0 when not known).

    It is compared by its epochs up to `level`, by all of them where that is 0; its last one is the one that was `kept`
    at its end, where that is not 0."""

    record: RunRecord
    status: str
    epochs: tuple[Epoch, ...] = ()
    train_size: int = 0
    level: int = 0
    kept: int = 0

    @classmethod
    def of(cls, run: RunSnapshot) -> RunResult:
        started = run.state.started
        size = started.train_size if started else 0
        return cls(run.record, run.status, tuple(run.state.epochs), size, kept=run.state.kept_epoch)

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def compared(self) -> tuple[Epoch, ...]:
        return tuple(epoch for epoch in self.epochs if epoch.epoch <= self.level) if self.level else self.epochs

    @property
    def last(self) -> Epoch | None:
        """The last epoch compared, or the one that was kept if it is compared."""
        return last_or_kept(self.compared, self.kept)

    @property
    def best(self) -> Epoch | None:
        """The epoch compared of highest test accuracy, the first of equals."""
        tested = [epoch for epoch in self.compared if math.isfinite(epoch.test_accuracy)]
        return max(tested, key=lambda epoch: epoch.test_accuracy, default=None)

    def at(self, pick: EpochChoice) -> Epoch | None:
        return self.best if pick is EpochChoice.BEST else self.last

    def seconds_to(self, accuracy: float) -> float | None:
        """Seconds of training up to the end of the first epoch of at least that test accuracy; None if there is none.

        Neither evaluation nor pauses count."""
        passed = 0.0
        for epoch in self.epochs:
            passed += epoch.seconds
            if epoch.test_accuracy >= accuracy:
                return passed
        return None


@dataclass(frozen=True)
class SeedGroup:
    """One line of a comparison: a run, or several that differ only by seed."""

    trials: tuple[RunResult, ...]

    @property
    def first(self) -> RunResult:
        """The run that stands for the line where one has to."""
        return self.trials[0]

    @property
    def name(self) -> str:
        """The name the runs share, else that of the first."""
        return self.first.record.name

    @property
    def differences(self) -> tuple[str, ...]:
        """What all its runs change in their preset."""
        return tuple(shared_differences(trial.record.differences for trial in self.trials))

    @property
    def title(self) -> str:
        """The name, and what all its runs change in their preset."""
        return SEPARATOR.join((self.name, *self.differences))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(trial.id for trial in self.trials)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(trial.record.config.seed for trial in self.trials)


@dataclass(frozen=True)
class MeanStd:
    """Measurements of one figure, one a run: at least one, each finite."""

    values: tuple[float, ...]

    @cached_property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @cached_property
    def deviation(self) -> float | None:
        """The sample standard deviation (of n − 1 degrees of freedom); None for a single run."""
        return statistics.stdev(self.values) if len(self.values) > 1 else None


def read_result(run: Run) -> RunResult:
    """A run with all its epochs. Raises StoreError when it is none; torn and foreign events are passed over."""
    return RunResult.of(RunSnapshot.of(run, steps=False))


def read_results(runs: Iterable[Run]) -> tuple[list[RunResult], list[str]]:
    """The runs that can be read, each once, and why the others cannot."""
    trials, refused = [], []
    seen: set[str] = set()
    for run in runs:
        if run.id in seen:
            continue
        seen.add(run.id)
        try:
            trials.append(read_result(run))
        except StoreError as error:
            refused.append(str(error))
    return trials, refused


def fold(trials: Iterable[RunResult]) -> list[SeedGroup]:
    """The runs in lines, in the order of their first: one line for those that differ only by seed.

    They must have been measured on the same data and after the same number of epochs, have no settings that this
    version does not know, and nothing that was changed in training. Of runs with the same seed as
    well, which repeat each other, each goes into another line, so that none counts twice."""
    return [SeedGroup(tuple(members)) for members in _by_line(trials).values()]


def fold_once(trials: Iterable[RunResult]) -> tuple[list[SeedGroup], dict[str, str]]:
    """The lines of `fold` without the runs that repeat one of several seeds; and these, as `twins` finds them."""
    trials = list(trials)
    repeated = twins(trials)
    return fold(trial for trial in trials if trial.id not in repeated), repeated


def twins(trials: Iterable[RunResult]) -> dict[str, str]:
    """The runs, by id, that repeat one of several seeds, and the run that each repeats: of the same settings and seed.

    Held against the mean of these seeds, such a run would be compared with itself."""
    lines = _by_line(trials)
    pairs = {}
    for (*key, repeat), members in lines.items():
        first = lines[(*key, 0)]
        if repeat and len(first) > 1:
            by_seed = {trial.record.config.seed: trial.id for trial in first}
            pairs.update({trial.id: by_seed[trial.record.config.seed] for trial in members})
    return pairs


def _by_line(trials: Iterable[RunResult]) -> dict[tuple[object, ...], list[RunResult]]:
    """The runs by what those of a line have in common; the last of it counts which repetition of its seed a run is."""
    lines: dict[tuple[object, ...], list[RunResult]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for trial in trials:
        config, last = trial.record.config, trial.last
        alone = "" if trial.record.is_of_its_settings else trial.id
        # Runs that end when nothing gets better are as far as each other, whenever that was.
        length = "until the best" if trial.kept else last.epoch if last else 0
        key = (dataclasses.replace(config, seed=0), _data(trial), length, alone)
        repeat = seen[(*key, config.seed)] = seen.get((*key, config.seed), -1) + 1
        lines.setdefault((*key, repeat), []).append(trial)
    return lines


def unfolded(trials: Iterable[RunResult]) -> list[SeedGroup]:
    """A line for each run."""
    return [SeedGroup((trial,)) for trial in trials]


def at_equal_epochs(lines: Sequence[SeedGroup]) -> tuple[list[SeedGroup], int]:
    """The lines by the epochs that all have which have any, and the last of these epochs.

    Where nothing is in training, or all have come equally far, the lines are as they were, and the epoch is 0."""
    trials = [trial for line in lines for trial in line.trials if trial.epochs]
    reached = {trial.epochs[-1].epoch for trial in trials}
    if len(reached) < 2 or not any(trial.status in LIVE for trial in trials):
        return list(lines), 0
    level = min(reached)
    return [SeedGroup(tuple(dataclasses.replace(t, level=level) for t in line.trials)) for line in lines], level


def spread(values: Iterable[float | None]) -> MeanStd | None:
    """The measurements of a figure; None where one is missing: a mean of the runs that got there would flatter.

    What is not finite, or so large that its square might not be, is missing."""
    known = []
    for value in values:
        if value is None or not abs(value) < LARGEST:
            return None
        known.append(value)
    return MeanStd(tuple(known)) if known else None


def same_data(a: RunResult, b: RunResult) -> bool:
    """Whether both were measured on the same test digits, as far as their records tell."""
    return _data(a) == _data(b)


def _data(trial: RunResult) -> tuple[str, str]:
    data = trial.record.data
    return data.get("name") or trial.record.config.dataset, data.get("fingerprint", "")
