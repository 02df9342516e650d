"""Figures that runs of a lesson might have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.comparison.results import MeanStd
from engine.comparison.verdicts import WELCH
from engine.home import Home
from engine.lessons.evidence import Chance, Evidence
from engine.lessons.judges import ALIKE, RANGE, Band, Compare, Judge, Leader
from engine.lessons.measures import Measured


@dataclass(frozen=True)
class Figures(Evidence):
    """Evidence that is nothing but figures by cell, which luck explains with a `p` where one is given."""

    figures: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    p: float | None = None

    def measured(self, measured: Measured, cell: str) -> MeanStd:
        return MeanStd(self.figures[cell])

    def chance(self, measured: Measured, a: str, b: str) -> Chance | None:
        return None if self.p is None else Chance(WELCH, self.p)


def figures(home: Home, by_cell: Mapping[str, tuple[float, ...]], p: float | None = None) -> Figures:
    """Evidence of cells that vary in a setting for each word of their names."""
    words = max((len(cell.split()) for cell in by_cell), default=0)
    return Figures(home, ("l2", "l2_mode", "dropout")[:words], {}, by_cell, p)


def figures_for(home: Home, judge: Judge, outcome: str) -> Figures | None:
    """Figures from which a judge should find this outcome alone; None where it looks at more than figures."""
    match judge:
        case Leader(measure=name):
            better = Measured.read(name).measure.better or 1
            return figures(home, {cell: (0.5 + 0.4 * better * (cell == outcome),) for cell in judge.among})
        case Compare():
            high = {"first": judge.first, "second": judge.second}.get(outcome)
            return figures(
                home,
                {cell: (0.5 + 0.4 * (cell == high),) for cell in judge.cells},
                0.9 if outcome == ALIKE else 0.001,
            )
        case Band():
            place = judge.bands.index(outcome)
            ends = (judge.bounds[0] - 1, *judge.bounds, judge.bounds[-1] + 1)
            middle = (ends[place] + ends[place + 1]) / 2
            if judge.of == RANGE:
                middle = max(0.0, (max(0.0, ends[place]) + ends[place + 1]) / 2)
                return figures(home, {judge.cell: (0.5, 0.5 + middle)})
            return figures(home, {judge.cell: (middle,), **({judge.over: (1.0,)} if judge.over else {})})
    return None
