"""Whether test accuracies differ by more than luck, in figures and in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.comparison.disagreement import Disagreement, DisagreementError, RunPairs
from engine.comparison.results import EpochChoice, MeanStd, RunResult, SeedGroup, same_data
from engine.comparison.significance import NOISE, single_against_sample, welch
from engine.comparison.table import Comparison
from engine.errors import UserError
from engine.home import Home

WELCH, SINGLE, MCNEMAR = "Welch's t-test", "t-test of one run against several", "exact McNemar test"
# Networks that differ by seed alone often differ so: McNemar's test sees these two networks, not what made them.
BEYOND = {
    WELCH: "more than luck",
    SINGLE: "more than luck",
    MCNEMAR: "more than the choice of test digits explains, though another seed might",
}
Disagree = Callable[[RunResult, RunResult, EpochChoice], Disagreement]


@dataclass(frozen=True)
class Verdict:
    """How the test accuracy of the line at `place` compares with the baseline's.

    `difference` is a fraction; `p` is that of `test`, and None where none fits, which `remark` explains."""

    place: int
    difference: float
    test: str = ""
    p: float | None = None
    remark: str = ""

    @property
    def within_noise(self) -> bool | None:
        """Whether luck explains the difference well enough; None where it cannot be told."""
        return None if self.p is None else self.p >= NOISE

    def __str__(self) -> str:
        points = f"test accuracy {self.difference * 100:+z.2f} points"
        if self.p is None:
            return f"{points}; no test of it: {self.remark}"
        return f"{points}, {in_words(self.test, self.p)} ({self.test}, {p_text(self.p)}, {self.remark})"


def in_words(test: str, p: float) -> str:
    """What the p of a test says of a difference."""
    return "within the noise" if p >= NOISE else BEYOND[test]


def p_text(p: float) -> str:
    """A p with two digits, or how small it is at least."""
    return f"p = {p:.2g}" if p >= 1e-4 else "p < 0.0001"


def judge(comparison: Comparison, disagree: Disagree) -> list[Verdict]:
    """A verdict on each line but the baseline that has a test accuracy.

    Lines of several seeds are judged by Welch's t-test, one run against several by Student's, and two single runs by
    McNemar's exact test on the same test digits, for which `disagree` is asked; it may raise UserError."""
    standing = comparison.standing("test_accuracy")
    base = standing.cells[comparison.baseline] if standing else None
    if standing is None or base is None:
        return []
    verdicts = []
    for index, cell in enumerate(standing.cells):
        if index != comparison.baseline and cell is not None:
            lines = comparison.lines[index], comparison.lines[comparison.baseline]
            verdicts.append(_verdict(index, lines, (cell, base), standing.pick, disagree))
    return verdicts


def disagreement(comparison: Comparison, disagree: Disagree) -> Disagreement | None:
    """The digits on which two runs disagree; None where other than two are compared, or it is not known."""
    standing = comparison.standing("test_accuracy")
    if standing is None or [len(line.trials) for line in comparison.lines] != [1, 1]:
        return None
    try:
        return disagree(comparison.lines[0].first, comparison.lines[1].first, standing.pick)
    except UserError:
        return None


def by_predictions(home: Home) -> Disagree:
    """Where runs of a home disagree, from the predictions that they have kept of the epochs meant."""
    pairs = RunPairs(home)

    def disagree(a: RunResult, b: RunResult, pick: EpochChoice) -> Disagreement:
        epochs = a.at(pick), b.at(pick)
        if not (epochs[0] and epochs[1]):
            raise DisagreementError("not both have ended an epoch")
        return pairs.pair(a.record, b.record).at(epochs[0].epoch, epochs[1].epoch)

    return disagree


def _verdict(
    index: int,
    lines: tuple[SeedGroup, SeedGroup],
    cells: tuple[MeanStd, MeanStd],
    pick: EpochChoice,
    disagree: Disagree,
) -> Verdict:
    own, base = cells
    difference = own.mean - base.mean
    if not same_data(lines[0].first, lines[1].first):
        return Verdict(index, difference, remark="they were not tested on the same digits")
    if len(own.values) == len(base.values) == 1:
        return _of_two_runs(index, difference, lines, pick, disagree)
    if min(len(own.values), len(base.values)) == 1:
        single, several = (own, base) if len(own.values) == 1 else (base, own)
        test, p = SINGLE, single_against_sample(single.mean, several.values)
    else:
        test, p = WELCH, welch(own.values, base.values)
    counted = f"n = {len(own.values)} and {len(base.values)}"
    return Verdict(index, difference, test, p, "the figures do not vary with the seed" if p is None else counted)


def _of_two_runs(
    index: int, difference: float, lines: tuple[SeedGroup, SeedGroup], pick: EpochChoice, disagree: Disagree
) -> Verdict:
    try:
        pair = disagree(lines[0].first, lines[1].first, pick)
    except UserError as error:
        return Verdict(index, difference, remark=str(error))
    counts = f"{len(pair.only_a):,} digits right that the other has wrong, against {len(pair.only_b):,}"
    return Verdict(index, difference, MCNEMAR, pair.p, counts)
