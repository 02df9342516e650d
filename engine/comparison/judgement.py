"""What is known of a comparison from the predictions of its runs, which take reading."""

from __future__ import annotations

from dataclasses import dataclass

from engine.comparison.disagreement import Disagreement
from engine.comparison.table import Comparison
from engine.comparison.verdicts import Verdict, by_predictions, disagreement, judge
from engine.home import Home


@dataclass(frozen=True)
class Judgement:
    """The verdicts on a comparison, and where its two runs disagree if it is of two runs."""

    comparison: Comparison
    verdicts: tuple[Verdict, ...]
    disagreement: Disagreement | None

    def covers(self, comparison: Comparison, index: int) -> bool:
        """Whether a line of a later comparison is what was judged, against the same baseline."""
        known = index < min(len(self.comparison.lines), len(comparison.lines))
        return known and _evidence(self.comparison, index) == _evidence(comparison, index)

    def covers_all(self, comparison: Comparison) -> bool:
        """Whether there is nothing left to judge in a later comparison."""
        lines = len(comparison.lines)
        return lines == len(self.comparison.lines) and all(self.covers(comparison, index) for index in range(lines))

    def is_older(self, comparison: Comparison) -> bool:
        """Whether a comparison is of the same lines, held against the same one, that may have gone on since."""
        return _question(self.comparison) == _question(comparison)

    def of(self, comparison: Comparison) -> dict[int, Verdict]:
        """The verdicts that hold for a later comparison, by the places of their lines."""
        return {verdict.place: verdict for verdict in self.verdicts if self.covers(comparison, verdict.place)}


def judgement(comparison: Comparison, home: Home) -> Judgement:
    """The verdicts on a comparison of runs of a home, whose predictions are read."""
    disagree = by_predictions(home)
    return Judgement(comparison, tuple(judge(comparison, disagree)), disagreement(comparison, disagree))


def _question(comparison: Comparison) -> object:
    standing = comparison.standing("test_accuracy")
    return [line.ids for line in comparison.lines], comparison.baseline, standing and standing.pick


def _evidence(comparison: Comparison, index: int) -> object:
    """What a verdict on a line is made from: the epochs meant of its runs and of the baseline's."""
    standing = comparison.standing("test_accuracy")
    if standing is None:
        return None
    lines = comparison.lines[index], comparison.lines[comparison.baseline]
    epochs = [[(trial.id, trial.at(standing.pick)) for trial in line.trials] for line in lines]
    return standing.pick, standing.cells[index], standing.cells[comparison.baseline], epochs
