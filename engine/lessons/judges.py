"""What a person's own runs answer to the question of a lesson: a few ways to judge, which the lessons name.

Each is asked for its `outcomes`, the words that it may answer with, and finds which of them the runs bear out, and why.
Several are where the runs cannot tell them apart.
"""

from __future__ import annotations

import statistics
from bisect import bisect
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from engine.comparison.significance import NOISE, holm
from engine.comparison.verdicts import in_words, p_text
from engine.config.run_config import CLASSES
from engine.lessons.evidence import CannotTell, Chance, Evidence
from engine.lessons.measures import Measured

ALIKE = "alike"
OTHER = "other"
RANGE, MEAN = "range", "mean"


@dataclass(frozen=True)
class Finding:
    """The outcomes that the runs bear out, and the figures that say so."""

    outcomes: tuple[str, ...]
    reason: str


class Judge(Protocol):
    """Judges the runs of a lesson."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All it may find."""

    @property
    def cells(self) -> Collection[str]:
        """The cells whose runs it looks at."""

    def find(self, evidence: Evidence) -> Finding:
        """What the runs say. Raises CannotTell."""


@dataclass(frozen=True)
class Leader:
    """Which of some cells has the best of a measure: it, and those that luck alone may have put behind it.

    Cells closer than `margin` are alike."""

    measure: str
    among: tuple[str, ...]
    margin: float = 0.0

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.among

    @property
    def cells(self) -> tuple[str, ...]:
        return self.among

    def find(self, evidence: Evidence) -> Finding:
        measured = Measured.read(self.measure)
        means = {cell: evidence.measured(measured, cell).mean for cell in self.among}
        ranked = sorted(means, key=lambda cell: -(measured.measure.better or 1) * means[cell])
        best, *others = ranked
        chances = [evidence.chance(measured, best, cell) for cell in others]
        corrected = holm([_p(chance) for chance in chances])
        alike = [
            cell
            for cell, p in zip(others, corrected, strict=True)
            if abs(means[cell] - means[best]) <= self.margin or _is_luck(p)
        ]

        def told(cell: str) -> str:
            return f"{evidence.words(cell)} {measured.measure.write(means[cell])}"

        reason = f"{measured.title}: {', '.join(map(told, ranked))}"
        if alike:
            reason += f". {' and '.join(map(evidence.words, alike))} cannot be told from the first"
        return Finding((best, *alike), reason)


@dataclass(frozen=True)
class Compare:
    """Whether the `first` of two cells has more of a measure, the `second`, or they are alike: closer than `margin`, or
    no further apart than luck explains."""

    measure: str
    first: str
    second: str
    margin: float = 0.0

    @property
    def outcomes(self) -> tuple[str, ...]:
        return "first", "second", ALIKE

    @property
    def cells(self) -> tuple[str, ...]:
        return self.first, self.second

    def find(self, evidence: Evidence) -> Finding:
        measured = Measured.read(self.measure)
        first, second = (evidence.measured(measured, cell).mean for cell in self.cells)
        chance = evidence.chance(measured, self.first, self.second)
        outcome = "first" if first > second else "second"
        if abs(first - second) <= self.margin or _is_luck(_p(chance)):
            outcome = ALIKE
        figures = (
            f"{evidence.words(c)} {measured.measure.write(v)}" for c, v in zip(self.cells, (first, second), strict=True)
        )
        return Finding((outcome,), f"{measured.title}: {', '.join(figures)}{_of_chance(chance)}")


@dataclass(frozen=True)
class Band:
    """Within which `bounds` a measure of a cell lies, of which each ends a band: the first is below the first bound.

    With `over` it is how many times that of another cell; with `of` range how far the seeds of the cell are apart."""

    measure: str
    cell: str
    bounds: tuple[float, ...]
    bands: tuple[str, ...]
    over: str = ""
    of: str = MEAN

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.bands

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.cell, self.over) if self.over else (self.cell,)

    def find(self, evidence: Evidence) -> Finding:
        measured = Measured.read(self.measure)
        figures = evidence.measured(measured, self.cell)
        write, words = measured.measure.write, evidence.words(self.cell)
        value, reason = figures.mean, f"{measured.title} of {words}: {write(figures.mean)}"
        if self.of == RANGE:
            low, high = min(figures.values), max(figures.values)
            value, deviation = high - low, statistics.stdev(figures.values) if low < high else 0.0
            seeds, apart = f"{len(figures.values)} seeds of {words}", measured.measure.apart
            reason = f"{measured.title} of {seeds}: from {write(low)} to {write(high)}, {apart(value)} apart"
            reason += f", a standard deviation of {apart(deviation)}"
        elif self.over:
            other = evidence.measured(measured, self.over).mean
            if not other:
                raise CannotTell(
                    f"{measured.title} of {evidence.words(self.over)} is 0, which nothing is a multiple of"
                )
            value = figures.mean / other
            reason += f", of {evidence.words(self.over)}: {write(other)}; that is {_times(value)} times as much"
        return Finding((self.bands[bisect(self.bounds, value)],), reason)


@dataclass(frozen=True)
class Confusion:
    """Which two classes the first run of a cell mixes up most often, either way: one of `pairs`, or another."""

    cell: str
    pairs: tuple[str, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (*self.pairs, OTHER)

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.cell,)

    def find(self, evidence: Evidence) -> Finding:
        from engine.comparison.confusion import confusion, fits
        from engine.datasets.loading import load_test_images
        from engine.runs.directory import Run
        from engine.runs.predictions import read_predictions

        run = evidence.runs(self.cell)[0]
        last, images = run.state.last, load_test_images(run.dataset, evidence.home)
        predictions = read_predictions(Run(evidence.home.runs / run.id), last.epoch) if last else None
        if images is None or predictions is None or not fits(predictions, images.labels):
            raise CannotTell(
                f"what {run.record.title} says of the test digits is not there; train the lesson once more"
            )
        table = confusion(images.labels, predictions.classes)
        both = {(a, b): int(table[a, b] + table[b, a]) for b in range(CLASSES) for a in range(b)}
        ranked = sorted(both, key=lambda pair: -both[pair])
        top = [pair for pair in ranked if both[pair] == both[ranked[0]]]
        names = [f"{a}-{b}" for a, b in top]
        outcomes = dict.fromkeys(name if name in self.pairs else OTHER for name in names)
        wrong = int(table.sum() - table.trace())
        told = ", ".join(f"{both[a, b]} are between {a} and {b}" for a, b in ranked[:3])
        return Finding(tuple(outcomes), f"of {wrong:,} mistakes {told}")


JUDGES: dict[str, type[Any]] = {
    "leader": Leader,
    "compare": Compare,
    "band": Band,
    "confusion": Confusion,
}


def _p(chance: Chance | None) -> float | None:
    return chance.p if chance else None


def _is_luck(p: float | None) -> bool:
    """Whether luck explains a difference; where no test fits, only a margin tells."""
    return p is not None and p >= NOISE


def _times(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _of_chance(chance: Chance | None) -> str:
    return f": {in_words(chance.test, chance.p)} ({chance.test}, {p_text(chance.p)})" if chance else ""
