"""Curves to draw in tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui.charts.chart_data import STEP, ChartData, Curve, XAxis
from tui.charts.units import Unit

STEPS = 1000
PER_EPOCH = 200


def curve_of(name: str, x: Sequence[float], y: Sequence[float], deviation: Sequence[float] | None = None) -> Curve:
    """A curve through these points, whatever their order and number."""
    return Curve(name, np.array(x), np.array(y), deviation=None if deviation is None else np.array(deviation))


def falling(until: int = STEPS, height: float = 1.0) -> np.ndarray:
    """A loss at every tenth step."""
    return height * (0.05 + 0.9 * np.exp(-np.arange(10, until + 1, 10) / 150))


def losses(until: int = STEPS, behind: bool = False) -> ChartData:
    """A run's training and test loss so far; behind it a slower run, at its end."""
    steps, epochs = np.arange(10.0, until + 1, 10), np.arange(PER_EPOCH, until + 1.0, PER_EPOCH)
    curves = [
        Curve("train", steps, falling(until), 0, smooth=True),
        Curve("test", epochs, 0.1 + 0.5 * np.exp(-epochs / 200), 1, 0),
    ]
    if behind:
        steps, epochs = np.arange(10.0, STEPS + 1, 10), np.arange(PER_EPOCH, STEPS + 1.0, PER_EPOCH)
        curves += [
            Curve("old train", steps, falling(height=1.6), 0, faint=True, smooth=True),
            Curve("old test", epochs, 0.3 + 0.5 * np.exp(-epochs / 200), 1, 4, faint=True),
        ]
    return ChartData(tuple(curves), XAxis(STEP, Unit.COUNT, STEPS, PER_EPOCH), Unit.NUMBER, "press F5 to train")


def accuracies(until: int = STEPS) -> ChartData:
    """A run's training accuracy so far."""
    curve = Curve("train", np.arange(10.0, until + 1, 10), 1 - falling(until) / 4, 0, smooth=True)
    return ChartData((curve,), XAxis(STEP, Unit.COUNT, STEPS, PER_EPOCH), Unit.PERCENT)
