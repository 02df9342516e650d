"""How quantities are written for people: a number, a space, and its unit; what is not known is a dash."""

from __future__ import annotations

import math
from datetime import datetime
from enum import Enum

NOTHING = "-"


class Measure(Enum):
    """What values are: `SHARE` in [0, 1], `POINTS` the difference of two shares, `LOSS` in nats, `SPAN` in seconds,
    `MOMENT` in Unix seconds.

    The values of `WORDS` are several texts, as tags are, those of `NUMBER` any other figure."""

    NUMBER = "number"
    SHARE = "share"
    POINTS = "points"
    LOSS = "loss"
    SPAN = "span"
    MOMENT = "moment"
    TEXT = "text"
    WORDS = "words"
    SWITCH = "switch"

    @property
    def is_figure(self) -> bool:
        """Whether values are ordered as numbers."""
        return self not in (Measure.TEXT, Measure.WORDS, Measure.SWITCH)


def quantity(value: float | None, measure: Measure, nothing: str = NOTHING) -> str:
    """A figure, written as what it is."""
    if value is None or not math.isfinite(value):
        return nothing
    match measure:
        case Measure.SHARE:
            return percent(value)
        case Measure.POINTS:
            return points(value)
        case Measure.LOSS:
            return loss(value)
        case Measure.SPAN:
            return duration(value)
        case Measure.MOMENT:
            return local_time(value)
    return f"{value:,.0f}"


def percent(share: float | None, nothing: str = NOTHING, digits: int = 2) -> str:
    """A share in [0, 1] as `97.40 %`."""
    return nothing if share is None or not math.isfinite(share) else f"{100 * share:.{digits}f} %"


def points(difference: float) -> str:
    """How far two shares are apart, as `+2.63 points`."""
    return f"{100 * difference:+z.2f} points"


def loss(value: float | None, nothing: str = NOTHING) -> str:
    """A loss in nats, in eight cells at most."""
    if value is None or not math.isfinite(value):
        return nothing
    return f"{value:.4f}" if value < 1000 else f"{value:.1e}"


def duration(seconds: float, step: float = 0.0) -> str:
    """A span of time as `0.83 s`, `12.3 s`, `3:05` or `1:02:03`: under a minute to the `step`, or in three digits."""
    if not math.isfinite(seconds):
        return NOTHING
    if seconds < 60 and step < 60:
        return f"{decimal(seconds, min(step, 1) or (0.1 if seconds >= 10 else 0.01))} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def thousands(value: float) -> str:
    """A large number as `61.2k`."""
    return f"{value / 1000:,.1f}k" if value >= 10_000 else f"{value:,.0f}"


def megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"


def gibibytes(size: float, digits: int = 1) -> str:
    """An amount of memory or of room on a disk."""
    return f"{size / 2**30:,.{digits}f} GiB"


def local_time(seconds: float) -> str:
    """A moment, in this machine's time zone."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S}"


def decimal(value: float, step: float) -> str:
    """A number with the digits that steps of this size need, in at most six cells where that can be."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    text = f"{value:z.{min(digits, 9)}f}"
    return text if len(text) <= 6 else scientific(value, 1).replace(".0", "")


def scientific(value: float, digits: int, sign: str = "") -> str:
    """A number as `1.5e-7`."""
    mantissa, _, exponent = f"{value:{sign}.{digits}e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
