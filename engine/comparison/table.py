"""Runs side by side: the settings that differ, a table of figures with its winners, and differences to a baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.comparison.results import EpochChoice, MeanStd, RunResult, SeedGroup, at_equal_epochs, spread
from engine.config.differences import titles
from engine.config.run_config import FIELDS
from engine.quantities import Measure
from engine.runs.events import Epoch
from engine.runs.metrics import METRICS

TARGET = 0.95
# Digits that are shown of a fraction or a loss; times that differ by no more than this share of them are alike.
SHOWN_DIGITS, ALIKE = 4, 0.03

Measured = Callable[[RunResult, EpochChoice, float], float | None]


@dataclass(frozen=True)
class Figure:
    """A column of the table of figures. `better` is 1 where higher wins, -1 where lower does, 0 where nothing does.

    `value` takes a run, the epoch to look at and the accuracy to reach; `by_epoch` figures heed the epoch."""

    name: str
    label: str
    measure: Measure
    better: int
    value: Measured
    by_epoch: bool = True

    @property
    def has_differences(self) -> bool:
        """Whether how much more one line has than another says anything; of which epoch something is says it itself."""
        return self.by_epoch or bool(self.better)


def _of_epoch(measured: Callable[[Epoch], float | None]) -> Measured:
    def value(trial: RunResult, pick: EpochChoice, target: float) -> float | None:
        epoch = trial.at(pick)
        return measured(epoch) if epoch else None

    return value


def _speed(trial: RunResult, pick: EpochChoice, target: float) -> float | None:
    epoch = trial.at(pick)
    return trial.train_size / epoch.seconds if epoch and trial.train_size and epoch.seconds > 0 else None


def _seconds(trial: RunResult, pick: EpochChoice, target: float) -> float | None:
    return sum(epoch.seconds for epoch in trial.compared) if trial.compared else None


def _number(epoch: Epoch | None) -> float | None:
    return epoch.epoch if epoch else None


FIGURES: tuple[Figure, ...] = (
    *(Figure(m.name, m.short, m.measure, m.better, _of_epoch(m.value)) for m in METRICS),
    Figure("best_epoch", "best epoch", Measure.NUMBER, 0, lambda trial, *_: _number(trial.best), False),
    Figure(
        "last_epoch",
        "last epoch",
        Measure.NUMBER,
        0,
        lambda trial, *_: _number(trial.epochs[-1] if trial.epochs else None),
        False,
    ),
    Figure("time_to", "time to", Measure.SPAN, -1, lambda trial, _, target: trial.seconds_to(target), False),
    Figure("seconds", "time", Measure.SPAN, -1, _seconds, False),
    Figure("samples_per_second", "samples/s", Measure.NUMBER, 1, _speed),
)
FIGURE: dict[str, Figure] = {figure.name: figure for figure in FIGURES}


@dataclass(frozen=True)
class Setting:
    """What a field is in each line; the seeds of a line are one value, and what is not known is empty."""

    name: str
    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the lines of which it is known differ in it."""
        return len(set(filter(None, self.values))) > 1


@dataclass(frozen=True)
class MetricRow:
    """One figure of every line, a column of the table; None where a run of a line has none."""

    figure: Figure
    pick: EpochChoice
    cells: tuple[MeanStd | None, ...]

    @cached_property
    def winners(self) -> frozenset[int]:
        """The lines whose mean is best, as far as can be told; none where all are alike, or only one has the figure."""
        means = {index: cell.mean for index, cell in enumerate(self.cells) if cell}
        if not self.figure.better or len(means) < 2:
            return frozenset()
        best = max(means.values(), key=lambda mean: mean * self.figure.better)
        won = frozenset(index for index, mean in means.items() if self._are_alike(mean, best))
        return won if len(won) < len(means) else frozenset()

    def _are_alike(self, mean: float, best: float) -> bool:
        """Whether a mean is no worse than the best: as shares and losses are shown, times within a few per cent."""
        if self.figure.measure in (Measure.SHARE, Measure.LOSS):
            return round(mean, SHOWN_DIGITS) == round(best, SHOWN_DIGITS)
        return abs(mean - best) <= ALIKE * best

    def difference(self, index: int, baseline: int) -> float | None:
        """The mean of a line less that of the baseline; None where either has none."""
        own, base = self.cells[index], self.cells[baseline]
        return own.mean - base.mean if own and base else None


@dataclass(frozen=True)
class Comparison:
    """The lines, and what is compared of them; `baseline` is the place of the line that others are held against.

    Where one is still in training, all are compared by their epochs up to `level`, which is 0 elsewhere."""

    lines: tuple[SeedGroup, ...]
    settings: tuple[Setting, ...]
    standings: tuple[MetricRow, ...]
    baseline: int
    target: float
    level: int = 0

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The title of every line, which begins with what tells it from the others."""
        return titles(self.lines)

    @property
    def differing(self) -> tuple[Setting, ...]:
        """The settings in which lines differ."""
        return tuple(setting for setting in self.settings if setting.differs)

    @property
    def repeated(self) -> list[list[int]]:
        """The lines of the same settings, seeds included: those of each that more than one has."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for index in range(len(self.lines)):
            alike.setdefault(tuple(s.values[index] for s in self.settings[: len(FIELDS)]), []).append(index)
        return [places for places in alike.values() if len(places) > 1]

    def standing(self, name: str) -> MetricRow | None:
        return next((standing for standing in self.standings if standing.figure.name == name), None)


def measure(
    line: SeedGroup, figure: Figure, pick: EpochChoice = EpochChoice.LAST, target: float = TARGET
) -> MeanStd | None:
    """A figure of every run of a line; None where one has none."""
    return spread(figure.value(trial, pick, target) for trial in line.trials)


def compare(
    lines: Sequence[SeedGroup],
    *,
    baseline: int = 0,
    picks: Mapping[str, EpochChoice] | None = None,
    pick: EpochChoice = EpochChoice.LAST,
    target: float = TARGET,
    figures: Iterable[Figure] = FIGURES,
) -> Comparison:
    """Lines (of `trials.fold` or `trials.unfolded`) side by side, after as many epochs each where one is in training.

    Each figure is of the epoch that `picks` has under its name, else of `pick`; figures that no line has are left out.
    `target` is the test accuracy that `time_to` is the time to."""
    lines, level = at_equal_epochs(lines)
    chosen = [(figure, (picks or {}).get(figure.name, pick)) for figure in figures]
    standings = (
        MetricRow(figure, picked, tuple(measure(line, figure, picked, target) for line in lines))
        for figure, picked in chosen
    )
    rows = tuple(standing for standing in standings if any(standing.cells) or standing.figure is FIGURE["time_to"])
    return Comparison(tuple(lines), tuple(_settings(lines)), rows, baseline, target, level)


def _settings(lines: Sequence[SeedGroup]) -> Iterator[Setting]:
    """The fields of the configuration, then what the runs met with: data and device."""
    for spec in FIELDS:
        values = (tuple(dict.fromkeys(t.record.setting(spec.name) for t in line.trials)) for line in lines)
        yield Setting(spec.name, spec.label, tuple(_several(own) for own in values))
    for name, label, known in FACTS:
        values = (tuple(dict.fromkeys(known(trial) for trial in line.trials)) for line in lines)
        yield Setting(name, label, tuple(", ".join(filter(None, own)) for own in values))


FACTS: tuple[tuple[str, str, Callable[[RunResult], str]], ...] = (
    ("fingerprint", "Data fingerprint", lambda trial: trial.record.data.get("fingerprint", "")),
    ("ran_on", "Ran on", lambda trial: trial.record.device),
    ("torch", "PyTorch", lambda trial: trial.record.versions.get("torch", "")),
)


def _several(values: tuple[str, ...]) -> str:
    """Several values as one text; whole numbers in a row as `1-5`."""
    if len(values) > 2 and all(value.isdecimal() for value in values):
        numbers = sorted(map(int, values))
        if numbers[-1] - numbers[0] == len(numbers) - 1:
            return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(values)
