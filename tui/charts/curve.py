"""What a chart shows, as plain values: curves over one axis, and how to look at them."""

from __future__ import annotations

from dataclasses import dataclass

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
    without colour. `faint` curves lie behind; `smooth` ones may be smoothed."""

    name: str
    x: Array
    y: Array
    colour: int = 0
    mark: int | None = None
    faint: bool = False
    smooth: bool = False

    def __post_init__(self) -> None:
        x, y = np.array(self.x, dtype=float), np.array(self.y, dtype=float)
        x, y = x[: len(y)], y[: len(x)]
        y = np.where(np.abs(y) <= LARGEST, y, np.nan)
        placed = np.abs(x) <= LARGEST
        if not placed.all():
            x, y = x[placed], y[placed]
        if (x[1:] < x[:-1]).any():
            order = np.argsort(x, kind="stable")
            x, y = x[order], y[order]
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)

    def until(self, end: float) -> tuple[Array, Array]:
        """The points from 0 to `end`."""
        part = slice(*np.searchsorted(self.x, (0.0, np.nextafter(end, np.inf))))
        return self.x[part], self.y[part]

    def at(self, x: float) -> float:
        """The value last known at `x`; NaN before the first point and once the curve has ended."""
        index = int(np.searchsorted(self.x, x, side="right")) - 1
        if index < 0:
            return float("nan")
        spacing = self.x[-1] - self.x[-2] if len(self.x) > 1 else 0.0
        ended = index == len(self.x) - 1 and x > self.x[-1] + spacing
        return float("nan") if ended else float(self.y[index])


@dataclass(frozen=True)
class XAxis:
    """The axis of a chart: its name, its unit, where it ends (0 when not known), and how much of it an epoch is."""

    name: str
    unit: Unit
    end: float
    per_epoch: float = 0.0


@dataclass(frozen=True, eq=False)
class ChartData:
    """All that a chart shows. `hint` is what it says while there is nothing to draw."""

    curves: tuple[Curve, ...] = ()
    x: XAxis = XAxis(STEP, Unit.COUNT, 0.0)
    unit: Unit = Unit.NUMBER
    hint: str = ""


@dataclass(frozen=True)
class ChartOptions:
    """How to look at a chart. `smoothing` is the share of the x axis that a smoothed value is taken over."""

    log: bool = False
    smoothing: float = SMOOTHINGS[0]
    x_axis: str = STEP
