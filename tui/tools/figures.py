"""What a bench finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure and the budget it is to keep."""

    name: str
    value: float
    unit: str
    budget: float
    ok: bool


def at_most(name: str, value: float, unit: str, budget: float) -> Figure:
    """A figure that must not be larger than its budget."""
    return Figure(name, value, unit, budget, value <= budget)


def at_least(name: str, value: float, unit: str, budget: float) -> Figure:
    """A figure that must not be smaller than its budget."""
    return Figure(name, value, unit, budget, value >= budget)


class Failure(NamedTuple):
    """What could not be measured, and why."""

    name: str
    error: str
    ok: bool = False


class Measurement(NamedTuple):
    """What is measured, by what yields its figures."""

    name: str
    figures: Callable[[], Iterable[Figure]]


def measure(measurements: Iterable[Measurement], report: Callable[[str], None]) -> Iterator[Figure | Failure]:
    """Each figure as soon as it is had, and in place of one that cannot be had why; `report` is told what is next."""
    for name, figures in measurements:
        report(name)
        try:
            yield from figures()
        except Exception as error:  # Whatever keeps one from being measured, the others are.
            yield Failure(name, str(error) or type(error).__name__)
