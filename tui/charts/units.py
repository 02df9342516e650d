"""What the numbers of an axis are: the steps its ticks take and how its figures are written."""

from __future__ import annotations

import math
from enum import Enum

from engine.quantities import decimal, duration, percent, scientific

# Steps of a clock face, in seconds; below a second and above a day steps are decimal.
_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_SUFFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


class Unit(Enum):
    """`COUNT` whole things, `SECONDS` time, `NUMBER` plain figures, `PERCENT` fractions shown as percentages,
    `POINTS` differences of such fractions, shown in hundredths."""

    COUNT = "count"
    SECONDS = "seconds"
    NUMBER = "number"
    PERCENT = "percent"
    POINTS = "points"


def nice_step(span: float, most: int, unit: Unit) -> float:
    """The smallest step of 1, 2 or 5 times a power of ten (on a clock: of its face) that parts `span` into at most
    `most` pieces; whole for counts."""
    rough = span / max(1, most)
    if unit is Unit.COUNT and rough <= 1:
        return 1
    if unit is Unit.SECONDS and 0.5 < rough <= _CLOCK[-1]:
        return next(step for step in _CLOCK if step >= rough)
    power = 10.0 ** math.floor(math.log10(rough))
    # A step a hair too small, from rounding, is taken all the same.
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * (1 - 1e-9))


def tick_label(value: float, step: float, unit: Unit) -> str:
    """A short label for a tick; `step` decides how many digits are worth writing."""
    if unit is Unit.COUNT:
        scale, suffix = next(((s, x) for s, x in _SUFFIXES if step >= s), (1, ""))
        count = round(value / scale)
        return f"{count}{suffix}" if count else "0"
    if unit is Unit.SECONDS:
        return duration(value, step)
    if unit is Unit.PERCENT:
        return f"{decimal(value * 100, step * 100)} %"
    if unit is Unit.POINTS:
        return decimal(value * 100, step * 100)
    return decimal(value, step)


def figure(value: float, unit: Unit) -> str:
    """A value as a reader wants to know it, of steady width where that can be."""
    if not math.isfinite(value):
        return "–"
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    if unit is Unit.SECONDS:
        return duration(value, 0.1 if value < 10 else 1)
    if unit is Unit.PERCENT and abs(value) < 100:
        return percent(value, digits=2 if abs(value) < 0.99995 else 1)
    if unit is Unit.POINTS and abs(value) < 100:
        return f"{100 * value:z.2f}"
    return f"{value:.4f}" if 0.001 <= abs(value) < 1000 or value == 0 else scientific(value, 2)


def difference(value: float, base: float, unit: Unit) -> str:
    """How much more `value` is than `base`, with its sign; that of percentages in points. Nothing where one is none."""
    more = value - base
    if not math.isfinite(more):
        return ""
    if unit in (Unit.PERCENT, Unit.POINTS):
        return f"{more * 100:+z.2f}" if abs(more) < 100 else scientific(more * 100, 2, "+")
    if unit is Unit.NUMBER and 0.001 <= max(abs(value), abs(base)) < 1000:
        return f"{more:+z.4f}"
    size = figure(abs(more), unit)
    return ("-" if more < 0 and size != figure(0.0, unit) else "+") + size
