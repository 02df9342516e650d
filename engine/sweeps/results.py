"""What a sweep says, in words: the best cell and what it beats, which setting mattered, and what to try next."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.comparison.formats import spread_text
from engine.comparison.results import MeanStd
from engine.comparison.significance import NOISE, holm, single_against_sample, welch
from engine.comparison.verdicts import WELCH, p_text
from engine.config.field_types import Number, Whole
from engine.config.run_config import BY_NAME
from engine.quantities import Measure, percent, quantity
from engine.runs.metrics import METRIC
from engine.runs.status import INTERRUPTED
from engine.sweeps.place import resume_command
from engine.sweeps.space import Values
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


@dataclass(frozen=True)
class MainEffect:
    """What the values of a setting come to by themselves: by value, the means of all cells that have it.

    `share` is that of the variance of all cells which these means explain, None where nothing can be told of it."""

    setting: str
    means: Mapping[str, MeanStd]
    share: float | None


def main_effects(settings: Sequence[str], cells: Sequence[tuple[Values, float]]) -> list[MainEffect]:
    """The main effect of each setting on cells, each its values in the order of `settings` and its mean, the setting
    that explains most first.

    The share is η² of a one-way analysis of variance: the sum of squares of the means over all cells of each value,
    weighted by how many they are, over that of all cells (R. A. Fisher, Statistical Methods for Research Workers,
    1925). None where fewer than two settings vary, of fewer than three cells, or where these do not differ. Where not
    every combination is among the cells, what settings share counts for each of them."""
    middle = statistics.fmean(mean for _, mean in cells) if cells else 0.0
    total = sum((mean - middle) ** 2 for _, mean in cells)
    can_tell = len(settings) > 1 and len(cells) > 2 and total > 0 and math.isfinite(total)
    effects = []
    for place, name in enumerate(settings):
        by_value: dict[str, list[float]] = {}
        for values, mean in cells:
            by_value.setdefault(values[place], []).append(mean)
        means = {value: MeanStd(tuple(own)) for value, own in by_value.items()}
        between = sum(len(own.values) * (own.mean - middle) ** 2 for own in means.values())
        effects.append(MainEffect(name, means, between / total if can_tell else None))
    return sorted(effects, key=lambda effect: -(effect.share or 0.0))


def explained(standing: Standing) -> dict[str, float]:
    """By setting the share of the variance of the cells' means that its main effect explains, the largest first; empty
    where nothing can be told of it."""
    return {effect.setting: effect.share for effect in _effects(standing) if effect.share is not None}


def _effects(standing: Standing) -> list[MainEffect]:
    cells = [(cell.values, cell.figures.mean) for cell in standing.ranked if cell.figures]
    return main_effects(standing.sweep.record.settings, cells)


def sentences(standing: Standing) -> list[str]:
    """What the sweep says, a sentence each, and last how one that was interrupted is gone on with."""
    record, best = standing.sweep.record, standing.best
    broken = standing.status == INTERRUPTED
    go_on = [f"It was interrupted; go on: {resume_command(record.group, standing.sweep.place)}"] if broken else []
    if best is None or best.figures is None:
        return [f"{record.group}: nothing has finished yet.", *go_on]
    metric = METRIC[record.metric]
    figures = spread_text(metric.measure, best.figures)
    count = f" (n = {len(best.figures.values)})" if len(best.figures.values) > 1 else ""
    lines = [f"{record.group}: best is {in_words(standing, best)}, of {metric.title.lower()} {figures}{count}."]
    lines += _beaten(standing)
    lines += _mattered(standing)
    lines += _next(standing, best)
    return lines + go_on


def _mattered(standing: Standing) -> list[str]:
    """Which setting mattered most, from where to where its values lead, and what each explains."""
    effects = [effect for effect in _effects(standing) if effect.share is not None]
    if not effects:
        return []
    metric, most = METRIC[standing.sweep.record.metric], effects[0]
    ends = sorted(most.means.items(), key=lambda pair: metric.better * pair[1].mean)
    worst, best = (f"{quantity(own.mean, metric.measure)} at {value}" for value, own in (ends[0], ends[-1]))
    parts = ", ".join(f"{effect.setting} {percent(effect.share or 0.0, digits=0)}" for effect in effects)
    return [
        f"What mattered most is {most.setting}, whose means go from {worst} to {best}; of the variance main effects "
        f"explain: {parts} (eta squared)."
    ]


def in_words(standing: Standing, cell: CellStanding) -> str:
    """A cell as it would be asked for: `l2=0.001 batch_size=32`."""
    names = standing.sweep.record.settings
    return " ".join(f"{name}={value}" for name, value in zip(names, cell.values, strict=True)) or "the only cell"


def _beaten(standing: Standing) -> list[str]:
    """What the best beats beyond the noise, and what it does not."""
    others = rivals(standing)
    if not others:
        return []
    if all(rival.p is None for rival in others):
        return ["Whether it beats the others beyond luck cannot be told from these seeds; --seeds 3 would tell."]
    beaten = [rival for rival in others if rival.is_beaten]
    alike = [rival for rival in others if rival.p is not None and not rival.is_beaten]
    untold = len(others) - len(beaten) - len(alike)
    parts = [f"beats {_named(standing, beaten)} by more than luck"] if beaten else []
    if alike:
        near = "is within the noise of" if beaten else "beats none beyond luck:"
        parts.append(f"{near} {_named(standing, alike)}")
    if untold:
        parts.append(f"cannot be told from {untold} whose figures are too few")
    return [f"It {', and '.join(parts)} ({WELCH} with {HOLM} for {len(others)} comparisons)."]


def _named(standing: Standing, several: Sequence[Rival]) -> str:
    """Cells with how far they are behind; the first few, and how many more."""
    measure = METRIC[standing.sweep.record.metric].measure
    names = []
    for rival in several[:MOST_NAMED]:
        gap = f"{rival.difference * 100:.2f} points" if measure is Measure.SHARE else f"{rival.difference:.4f}"
        names.append(f"{in_words(standing, rival.cell)} ({gap}, {p_text(rival.p or 0.0)})")
    more = len(several) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _next(standing: Standing, best: CellStanding) -> list[str]:
    """What to try next: beyond an end of a range that the best is at."""
    lines = []
    for place, name in enumerate(standing.sweep.record.settings):
        kind = BY_NAME[name].kind
        texts = dict.fromkeys(cell.values[place] for cell in standing.cells)
        values = {text: kind.read(text) for text in texts}
        numbers = sorted(value for value in values.values() if isinstance(value, (int, float)) and value is not True)
        if not isinstance(kind, (Number, Whole)) or len(numbers) < 3 or values[best.values[place]] not in numbers:
            continue
        value = values[best.values[place]]
        if value == numbers[-1] and value < kind.high:
            lines.append(f"Try {name} above {best.values[place]}, as the best is at the upper end of what was tried.")
        elif value == numbers[0] and value > kind.low:
            lines.append(f"Try {name} below {best.values[place]}, as the best is at the lower end of what was tried.")
    seeds = standing.sweep.record.seeds
    if not lines and any(rival.p is not None and not rival.is_beaten for rival in rivals(standing)):
        lines.append(f"To tell the first cells apart, train them with more than {seeds} seed{'s' * (seeds > 1)}.")
    return lines
