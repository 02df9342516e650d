"""What a chart shows, as plain values: curves over one axis, and how to look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from tui.charts.scale import LARGEST, Array
from tui.charts.units import Unit

COLOURS = 10
SMOOTHINGS = (0.0, 0.01, 0.05)
STEP, EPOCH, TIME = "step", "epoch", "time"
X_AXES = (STEP, EPOCH, TIME)


@dataclass(frozen=True, eq=False)
class Curve:
    """Points joined by a line, made from any numbers: of columns of unequal length the shorter counts, x is put in
    order, and a y that is not finite, or of a magnitude above 1e300, is a gap.

    `colour` picks one of the palette's; `mark`, when there is one, is the symbol set on points and tells curves apart
    without colour. `faint` curves lie behind; `smooth` ones may be smoothed. `deviation`, of values from 0, is half the
    height of a band around the curve. `short` is the name where there is no room for the whole one."""

    name: str
    x: Array
    y: Array
    colour: int = 0
    mark: int | None = None
    faint: bool = False
    smooth: bool = False
    deviation: Array | None = None
    short: str = ""

    def __post_init__(self) -> None:
        names = ("x", "y") if self.deviation is None else ("x", "y", "deviation")
        columns = [np.array(getattr(self, name), dtype=float) for name in names]
        shortest = min(map(len, columns))
        x, *others = (column[:shortest] for column in columns)
        others = [np.where(np.abs(column) <= LARGEST, column, np.nan) for column in others]
        placed = np.abs(x) <= LARGEST
        if not placed.all():
            x, others = x[placed], [column[placed] for column in others]
        if (x[1:] < x[:-1]).any():
            order = np.argsort(x, kind="stable")
            x, others = x[order], [column[order] for column in others]
        for name, column in zip(names, (x, *others), strict=True):
            object.__setattr__(self, name, column)

    def looks_like(self, other: Curve) -> bool:
        """Whether the other has the same points and is drawn the same, whenever either was made."""
        return all(_alike(getattr(self, field.name), getattr(other, field.name)) for field in fields(self))

    def until(self, end: float) -> tuple[Array, Array]:
        """The points from 0 to `end`."""
        part = self._until(end)
        return self.x[part], self.y[part]

    def band(self, end: float) -> tuple[Array, Array]:
        """The lower and the upper bound of the band at the points from 0 to `end`; NaN where there is none."""
        part = self._until(end)
        y = self.y[part]
        deviation = np.full(len(y), np.nan) if self.deviation is None else np.abs(self.deviation[part])
        return np.maximum(y - deviation, -LARGEST), np.minimum(y + deviation, LARGEST)

    def at(self, x: float) -> float:
        """The value last known at `x`; NaN before the first point and once the curve has ended."""
        index = int(np.searchsorted(self.x, x, side="right")) - 1
        if index < 0:
            return float("nan")
        spacing = self.x[-1] - self.x[-2] if len(self.x) > 1 else 0.0
        ended = index == len(self.x) - 1 and x > self.x[-1] + spacing
        return float("nan") if ended else float(self.y[index])

    @property
    def last(self) -> float:
        """The last value; NaN when there is none."""
        return float(self.y[-1]) if len(self.y) else float("nan")

    def _until(self, end: float) -> slice:
        return slice(*np.searchsorted(self.x, (0.0, np.nextafter(end, np.inf))))


def _alike(mine: object, theirs: object) -> bool:
    if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray):
        return np.array_equal(mine, theirs, equal_nan=True)
    return type(mine) is type(theirs) and mine == theirs


def last_x(curves: Iterable[Curve]) -> float:
    """Where the longest of the curves ends; 0 when none has a point."""
    return max((float(curve.x[-1]) for curve in curves if len(curve.x)), default=0.0)


@dataclass(frozen=True)
class XAxis:
    """The axis of a chart: its name, its unit, where it ends (0 when not known), and how much of it an epoch is.

    Without `ticks`, each a place and its label, the unit says where they are."""

    name: str
    unit: Unit
    end: float
    per_epoch: float = 0.0
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class ChartData:
    """All that a chart shows. `hint` is what it says while there is nothing to draw; `baseline` is the curve that the
    others are held against; the y axis holds the values in `least` whatever the curves are, so that charts beside each
    other have the same."""

    curves: tuple[Curve, ...] = ()
    x: XAxis = XAxis(STEP, Unit.COUNT, 0.0)
    unit: Unit = Unit.NUMBER
    hint: str = ""
    baseline: Curve | None = None
    least: tuple[float, ...] = ()


@dataclass(frozen=True)
class ChartOptions:
    """How to look at a chart. `smoothing` is the share of the x axis that a smoothed value is taken over; `close`
    fits the y axis to the second half of the curves alone."""

    log: bool = False
    smoothing: float = SMOOTHINGS[0]
    x_axis: str = STEP
    close: bool = False
