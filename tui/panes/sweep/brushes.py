"""The settings of a sweep as axes, ranges of values brushed on them, and the cells that these let through."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from engine.quantities import Measure
from tui.charts.units import Unit, nice_step, tick_label
from tui.panes.sweep.view import CellView, SweepView, numbers_of

TO = "–"
# Into how many steps at most the figures that cells are judged by are put.
MOST_STEPS = 8


class Axis(NamedTuple):
    """A setting, or what cells are judged by: its values in order, and by cell which of them it has, by their places.

    What cells are judged by is in steps such as `96–98`, the best first."""

    name: str
    texts: tuple[str, ...]
    at: Mapping[int, int]

    def place(self, text: str) -> int:
        """The place of a value, or of the nearest to one that there is no longer."""
        if text in self.texts:
            return self.texts.index(text)
        numbers = numbers_of([known.partition(TO)[0] for known in (text, *self.texts)])
        return 0 if numbers is None else min(range(len(self.texts)), key=lambda n: abs(numbers[n + 1] - numbers[0]))


class Brush(NamedTuple):
    """A range of the values of an axis, from that where it was begun to that where it has been led."""

    start: str
    end: str

    def span(self, axis: Axis) -> range:
        """The places of its values on the axis."""
        first, last = sorted((axis.place(self.start), axis.place(self.end)))
        return range(first, last + 1)

    def words(self, axis: Axis) -> str:
        """The range in words: `l2 0 to 0.001`."""
        ends = dict.fromkeys((axis.texts[self.span(axis)[0]], axis.texts[self.span(axis)[-1]]))
        return f"{axis.name} {' to '.join(ends)}"


Brushes = Mapping[str, Brush]
NO_BRUSHES: Brushes = MappingProxyType({})


def axes_of(view: SweepView) -> tuple[Axis, ...]:
    """Every setting that varies and, once something has finished, what cells are judged by."""
    axes = []
    for number, (name, texts) in enumerate(zip(view.settings, view.options, strict=False)):
        places = {text: place for place, text in enumerate(texts)}
        axes.append(Axis(name, texts, {cell.place: places[cell.values[number]] for cell in view.cells}))
    return (*axes, judged) if (judged := _judged(view)) else tuple(axes)


def _judged(view: SweepView) -> Axis | None:
    means = {cell.place: cell.mean for cell in view.cells if cell.rank is not None and cell.mean is not None}
    if not means:
        return None
    unit = Unit.PERCENT if view.measure is Measure.SHARE else Unit.NUMBER
    low, high = min(means.values()), max(means.values())
    step = nice_step(max(high - low, 1e-3 * abs(high), 1e-6), MOST_STEPS - 1, unit)
    steps = {place: math.floor(mean / step + 1e-9) for place, mean in means.items()}
    # Cells come best first, and so do their steps.
    ranks = {number: place for place, number in enumerate(dict.fromkeys(steps.values()))}
    ends = ([tick_label(end * step, step, unit).removesuffix(" %") for end in (number, number + 1)] for number in ranks)
    return Axis(
        view.metric, tuple(TO.join(both) for both in ends), {place: ranks[number] for place, number in steps.items()}
    )


def within(cells: Sequence[CellView], axes: Sequence[Axis], brushes: Brushes) -> list[CellView]:
    """The cells within every range that is brushed."""
    spans = [(axis.at, brushes[axis.name].span(axis)) for axis in axes if axis.name in brushes]
    return [cell for cell in cells if all(at.get(cell.place) in span for at, span in spans)]


def beside(cells: Sequence[CellView], axis: Axis, place: int, by: int) -> int | None:
    """The cell to go to from that at a `place` of the sweep for the next value of an axis that some cell has, behind
    it or, where `by` is below zero, before it."""
    at = axis.at.get(place)
    values = {axis.at[cell.place] for cell in cells if cell.place in axis.at}
    ahead = [value for value in values if at is None or (value - at) * by > 0]
    return reach(cells, axis, (min if by > 0 else max)(ahead), place) if ahead else None


def reach(cells: Sequence[CellView], axis: Axis, value: int, place: int) -> int | None:
    """Of the cells that have a value of an axis that which differs least from the one at a `place` of the sweep, the
    best of several."""
    own = next((cell for cell in cells if cell.place == place), None)
    reachable = [cell for cell in cells if axis.at.get(cell.place) == value]
    return min(reachable, key=lambda cell: _differences(cell, own)).place if reachable else None


def _differences(cell: CellView, other: CellView | None) -> int:
    return sum(a != b for a, b in zip(cell.values, other.values, strict=True)) if other else 0
