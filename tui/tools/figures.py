"""What a bench finds."""

from __future__ import annotations

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
