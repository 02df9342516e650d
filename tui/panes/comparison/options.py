"""How runs are compared: what is chosen at the keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.comparison.results import EpochChoice, RunResult, fold_once, unfolded
from engine.comparison.table import FIGURES, TARGET, Comparison, Setting, compare

TARGETS = (0.9, 0.95, 0.97, 0.98, 0.99)
BY_EPOCH = frozenset(figure.name for figure in FIGURES if figure.by_epoch)


@dataclass(frozen=True)
class Choices:
    """`baseline` is the id of a run in the line that others are held against, else the first line is.

    The figures named in `best` are of a run's best epoch, not its last; `folded` runs that differ only by seed are one
    line; `target` is the test accuracy that is timed; `all_settings` are shown, or those that differ."""

    baseline: str = ""
    best: frozenset[str] = frozenset()
    folded: bool = True
    target: float = TARGET
    all_settings: bool = False

    def compare(self, trials: Iterable[RunResult]) -> Comparison:
        """The runs, at least one, side by side, those left out that repeat one in a mean."""
        lines, repeated = fold_once(trials) if self.folded else (unfolded(trials), {})
        asked_baseline = repeated.get(self.baseline, self.baseline)
        baseline = next((index for index, line in enumerate(lines) if asked_baseline in line.ids), 0)
        picks = dict.fromkeys(self.best, EpochChoice.BEST)
        return compare(lines, baseline=baseline, picks=picks, target=self.target)

    def settings(self, comparison: Comparison) -> tuple[Setting, ...]:
        return comparison.settings if self.all_settings else comparison.differing

    def turned(self, figure: str) -> Choices:
        """With that figure of the other epoch."""
        return replace(self, best=self.best ^ {figure})

    def of_best(self, figures: Iterable[str]) -> Choices:
        """With these figures of the best epoch."""
        return replace(self, best=self.best.union(figures))

    def of_last(self, figures: Iterable[str]) -> Choices:
        """With these figures of the last epoch."""
        return replace(self, best=self.best.difference(figures))

    def next_target(self) -> Choices:
        """With the next higher accuracy to time, the lowest after the highest."""
        return replace(self, target=next((target for target in TARGETS if target > self.target), TARGETS[0]))
