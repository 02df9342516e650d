"""What a sweep says, in words: the best cell and what it beats, which setting mattered, and what to try next."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from engine.comparison.formats import spread_text
from engine.comparison.results import MeanStd
from engine.comparison.significance import NOISE, holm, single_against_sample, welch
from engine.comparison.verdicts import WELCH, p_text
from engine.config.field_types import Number, Whole
from engine.config.run_config import BY_NAME
from engine.quantities import Measure, percent
from engine.runs.metrics import METRIC
from engine.sweeps.standing import CellStanding, Standing

MOST_NAMED = 3
HOLM = "Holm's correction"


@dataclass(frozen=True)
class Rival:
    """Another cell beside the best: by how much its mean is worse, and the corrected p of that, None without a test."""

    cell: CellStanding
    difference: float
    p: float | None

    @property
    def is_beaten(self) -> bool:
        """Whether the best is better than it beyond the noise."""
        return self.p is not None and self.p < NOISE


def rivals(standing: Standing) -> list[Rival]:
    """Every other cell held against the best, in the order of their means.

    Each by Welch's t-test or, where one of the two has a single seed, Student's of one value; the p are corrected for
    their number by Holm's method."""
    if not standing.ranked or not (best := standing.ranked[0].figures):
        return []
    others = [(cell, cell.figures) for cell in standing.ranked[1:] if cell.figures]
    corrected = holm([_p(best, own) for _, own in others])
    return [Rival(cell, abs(own.mean - best.mean), p) for (cell, own), p in zip(others, corrected, strict=True)]


def _p(best: MeanStd, other: MeanStd) -> float | None:
    """The p that two samples differ by luck alone. Samples that do not vary tell nothing."""
    if min(len(best.values), len(other.values)) > 1:
        return welch(best.values, other.values)
    single, several = sorted((best, other), key=lambda sample: len(sample.values))
    return single_against_sample(single.values[0], several.values)


def explained(standing: Standing) -> dict[str, float]:
    """By setting the share of the variance of the cells' means that its main effect explains, the largest first.

    The share is η² of a one-way analysis of variance: the variance of the means over all cells of each value, weighted
    by how many they are, over that of all cells (R. A. Fisher, Statistical Methods for Research Workers, 1925). Empty
    where fewer than two settings vary, or cells do not differ."""
    cells = [(cell.values, cell.figures.mean) for cell in standing.ranked if cell.figures]
    settings = standing.sweep.record.settings
    if len(settings) < 2 or len(cells) < 3:
        return {}
    middle = statistics.fmean(mean for _, mean in cells)
    total = sum((mean - middle) ** 2 for _, mean in cells)
    if not (total > 0 and math.isfinite(total)):
        return {}
    shares = {}
    for place, name in enumerate(settings):
        between = 0.0
        for own in main_effect(cells, place).values():
            between += len(own) * (statistics.fmean(own) - middle) ** 2
        shares[name] = between / total
    return dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def main_effect(cells: Sequence[tuple[tuple[str, ...], float]], place: int) -> dict[str, list[float]]:
    """By value of the setting at `place` the means of all cells that have it."""
    found: dict[str, list[float]] = {}
    for values, mean in cells:
        found.setdefault(values[place], []).append(mean)
    return found


def effects(standing: Standing, name: str) -> dict[str, MeanStd]:
    """By value of a setting, in the order tried, the metric over all cells that have it: its main effect."""
    place = standing.sweep.record.settings.index(name)
    cells = [(cell.values, cell.figures.mean) for cell in standing.ranked if cell.figures]
    found = main_effect(cells, place)
    order = dict.fromkeys(cell.values[place] for cell in standing.cells)
    return {value: MeanStd(tuple(found[value])) for value in order if value in found}


def sentences(standing: Standing) -> list[str]:
    """What the sweep says, a sentence each; one alone where nothing has finished."""
    record, best = standing.sweep.record, standing.best
    if best is None or best.figures is None:
        return [f"{record.group}: nothing has finished yet."]
    metric = METRIC[record.metric]
    figures = spread_text(metric.measure, best.figures)
    count = f" (n = {len(best.figures.values)})" if len(best.figures.values) > 1 else ""
    told = [f"{record.group}: best is {in_words(standing, best)}, of {metric.title.lower()} {figures}{count}."]
    told += _beaten(standing)
    if shares := explained(standing):
        parts = ", ".join(f"{name} {percent(share, digits=0)}" for name, share in shares.items())
        told.append(f"What mattered most is {next(iter(shares))}; of the variance main effects explain: {parts} (η²).")
    told += _next(standing, best)
    return told


def in_words(standing: Standing, cell: CellStanding) -> str:
    """A cell as it would be asked for: `l2=0.001 batch_size=32`."""
    names = standing.sweep.record.settings
    return " ".join(f"{name}={value}" for name, value in zip(names, cell.values, strict=True)) or "the only cell"


def _beaten(standing: Standing) -> list[str]:
    """What the best beats beyond the noise, and what it does not."""
    found = rivals(standing)
    if not found:
        return []
    if all(rival.p is None for rival in found):
        return ["Whether it beats the others beyond luck cannot be told from these seeds; --seeds 3 would tell."]
    beaten = [rival for rival in found if rival.is_beaten]
    alike = [rival for rival in found if rival.p is not None and not rival.is_beaten]
    untold = len(found) - len(beaten) - len(alike)
    parts = [f"beats {_named(standing, beaten)} by more than luck"] if beaten else []
    if alike:
        near = "is within the noise of" if beaten else "beats none beyond luck:"
        parts.append(f"{near} {_named(standing, alike)}")
    if untold:
        parts.append(f"cannot be told from {untold} whose figures are too few")
    return [f"It {', and '.join(parts)} ({WELCH} with {HOLM} for {len(found)} comparisons)."]


def _named(standing: Standing, several: Sequence[Rival]) -> str:
    """Cells with how far they are behind; the first few, and how many more."""
    measure = METRIC[standing.sweep.record.metric].measure
    told = []
    for rival in several[:MOST_NAMED]:
        gap = f"{rival.difference * 100:.2f} points" if measure is Measure.SHARE else f"{rival.difference:.4f}"
        told.append(f"{in_words(standing, rival.cell)} ({gap}, {p_text(rival.p or 0.0)})")
    more = len(several) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _next(standing: Standing, best: CellStanding) -> list[str]:
    """What to try next: beyond an end of a range that the best is at."""
    told = []
    for place, name in enumerate(standing.sweep.record.settings):
        kind = BY_NAME[name].kind
        texts = dict.fromkeys(cell.values[place] for cell in standing.cells)
        values = {text: kind.read(text) for text in texts}
        numbers = sorted(value for value in values.values() if isinstance(value, (int, float)) and value is not True)
        if not isinstance(kind, (Number, Whole)) or len(numbers) < 3 or values[best.values[place]] not in numbers:
            continue
        value = values[best.values[place]]
        if value == numbers[-1] and value < kind.high:
            told.append(f"Try {name} above {best.values[place]}, as the best is at the upper end of what was tried.")
        elif value == numbers[0] and value > kind.low:
            told.append(f"Try {name} below {best.values[place]}, as the best is at the lower end of what was tried.")
    seeds = standing.sweep.record.seeds
    if not told and any(not rival.is_beaten for rival in rivals(standing)):
        told.append(f"To tell the first cells apart, train them with more than {seeds} seed{'s' * (seeds > 1)}.")
    return told
