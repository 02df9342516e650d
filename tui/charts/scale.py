"""Limits that move in steps, and where values and ticks lie between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tui.charts.units import Unit, nice_step, tick_label

Array = npt.NDArray[np.float64]

LARGEST = 1e300
SMALLEST = 1e-300
# Limits are kept while what they hold fills at least this share of them, so that an axis does not twitch.
KEPT_WHILE_FILLED = 0.45
# A range narrower than this share of its values would show noise as if it mattered.
NARROWEST = 0.01
# The same for a single value, which says nothing of the range to come.
ONE_VALUE = 0.5


@dataclass(frozen=True)
class Scale:
    """The limits of an axis, `low < high`; both above zero where it is logarithmic."""

    low: float
    high: float
    unit: Unit
    log: bool = False

    @property
    def span(self) -> float:
        """The length of the axis, in decades where it is logarithmic."""
        return math.log10(self.high) - math.log10(self.low) if self.log else self.high - self.low

    def fractions(self, values: Array) -> Array:
        """Where values lie, 0 at the lower limit and 1 at the upper; all within, NaN for what has no place."""
        with np.errstate(all="ignore"):
            if self.log:
                part = (np.log10(np.where(values > 0, values, np.nan)) - math.log10(self.low)) / self.span
            else:
                part = (values - self.low) / self.span
        return np.clip(part, 0.0, 1.0)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """At most `most` ticks, each its fraction and its label; the limits themselves where no two others fit."""
        values, step = self._decades(most) if self.log else self._multiples(most)
        if len(values) < 2:
            values, step = [self.low, self.high], 0.0 if self.log else nice_step(self.span, 10, self.unit)
        fractions = self.fractions(np.array(values, dtype=float)).tolist()
        return [(f, tick_label(v, step or v, self.unit)) for f, v in zip(fractions, values, strict=True)]

    def _multiples(self, most: int) -> tuple[list[float], float]:
        step = nice_step(self.span, max(1, most - 1), self.unit)
        first, last = math.ceil(self.low / step - 1e-6), math.floor(self.high / step + 1e-6)
        return [step * i for i in range(first, last + 1)][:most], step

    def _decades(self, most: int) -> tuple[list[float], float]:
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        within = (self.low * (1 - 1e-9), self.high * (1 + 1e-9))
        for digits in ((1, 2, 5), (1, 3), (1,)):
            values = [d * 10.0**p for p in powers for d in digits if within[0] <= d * 10.0**p <= within[1]]
            if len(values) <= most:
                break
        return values[:: math.ceil(len(values) / max(1, most)) or 1], 0


def fit(low: float, high: float, unit: Unit, log: bool = False, before: Scale | None = None) -> Scale:
    """A scale for values from `low` to `high`, of magnitudes up to LARGEST, above zero when `log`.

    `before` is kept as long as it holds them and they fill enough of it."""
    fresh = _log_steps(low, high, unit) if log else _steps(low, high, unit)
    if before is not None and (before.unit, before.log) == (unit, log):
        holds = before.low <= low and high <= before.high
        if holds and fresh.span >= KEPT_WHILE_FILLED * before.span:
            return before
    return fresh


def fit_end(end: float, unit: Unit, before: Scale | None = None, reached: float = math.inf) -> Scale:
    """A scale from 0 that holds what is `reached`, growing in few steps until it holds all up to `end`.

    It ends exactly there for counts, known beforehand, and in a step near it for time, which is an estimate."""
    end = min(max(end, SMALLEST), LARGEST)
    grown = nice_step(reached, 1, unit) if SMALLEST < reached < end else end
    if grown < end or unit is not Unit.SECONDS:
        return Scale(0.0, min(grown, end), unit)
    step = nice_step(end, 8, unit)
    fresh = Scale(0.0, step * math.ceil(end / step - 1e-6), unit)
    stays = before is not None and before.unit is unit and end <= before.high and fresh.high >= 0.6 * before.high
    return before if stays and before is not None else fresh


def _steps(low: float, high: float, unit: Unit) -> Scale:
    low, high = _widened(low, high, unit)
    step = nice_step(high - low, 5, unit)
    return Scale(step * math.floor(low / step + 1e-6), step * math.ceil(high / step - 1e-6), unit)


def _widened(low: float, high: float, unit: Unit) -> tuple[float, float]:
    """The range, wider on both sides where it is too narrow; not below 0 or above 100 % where the values are not."""
    magnitude = max(abs(low), abs(high))
    magnitude = magnitude if magnitude > SMALLEST else 1.0
    missing = (NARROWEST if high > low else ONE_VALUE) * magnitude - (high - low)
    if missing <= 0:
        return low, high
    bottom = max(0.0, low - missing / 2) if low >= 0 else low - missing / 2
    top = min(1.0, high + missing / 2) if unit is Unit.PERCENT and high <= 1 else high + missing / 2
    return bottom, top


def _log_steps(low: float, high: float, unit: Unit) -> Scale:
    bottom, top = _digit_step(max(low, SMALLEST), -1), _digit_step(min(max(high, SMALLEST), LARGEST), 1)
    return Scale(bottom, top if top > bottom else bottom * 10, unit, log=True)


def _digit_step(value: float, direction: int) -> float:
    """The nearest of 1, 2, 5 times a power of ten at or beyond `value`, downwards or upwards."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = [digit * power for digit in (1, 2, 5, 10)]
    if direction < 0:
        return max(step for step in (power / 2, *steps) if step <= value * (1 + 1e-9))
    return min(step for step in (*steps, 20 * power) if step >= value * (1 - 1e-9))
