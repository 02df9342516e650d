"""Curves of any numbers, and the values read from them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.curves import curve_of

ANY = st.lists(st.floats(), max_size=30)


@given(ANY, ANY)
def test_any_columns_make_an_ordered_curve(x: list[float], y: list[float]) -> None:
    curve = curve_of("any", x, y)
    assert len(curve.x) == len(curve.y) <= min(len(x), len(y))
    assert np.isfinite(curve.x).all() and not np.isinf(curve.y).any()
    assert (np.diff(curve.x) >= 0).all()


def test_points_are_put_in_order_with_their_values() -> None:
    curve = curve_of("mixed", [3, 1, math.nan, 2], [30, 10, 0, math.inf])
    assert curve.x.tolist() == [1, 2, 3]
    assert curve.y[0] == 10 and math.isnan(curve.y[1]) and curve.y[2] == 30


@pytest.mark.parametrize(("x", "value"), [(0.5, math.nan), (1, 10), (1.9, 10), (2, 20), (3.9, 30), (4.1, math.nan)])
def test_a_value_holds_until_the_next_point_and_ends_with_the_curve(x: float, value: float) -> None:
    assert curve_of("steps", [1, 2, 3], [10, 20, 30]).at(x) == pytest.approx(value, nan_ok=True)


def test_the_part_until_an_end_includes_it() -> None:
    x, y = curve_of("line", [-1, 0, 1, 2], [5, 6, 7, 8]).until(1)
    assert x.tolist() == [0, 1] and y.tolist() == [6, 7]


@given(ANY, ANY, st.floats(allow_nan=False))
def test_reading_anywhere_gives_a_value_of_the_curve_or_none(x: list[float], y: list[float], place: float) -> None:
    curve = curve_of("any", x, y)
    value = curve.at(place)
    assert math.isnan(value) or value in curve.y


@given(ANY, ANY, ANY)
def test_any_deviation_makes_a_band_around_the_curve(x: list[float], y: list[float], deviation: list[float]) -> None:
    curve = curve_of("any", x, y, deviation=deviation)
    low, high = curve.band(math.inf)
    around = curve.until(math.inf)[1]
    known = np.isfinite(low)
    assert np.array_equal(known, np.isfinite(high))
    assert (low[known] <= around[known]).all() and (around[known] <= high[known]).all()


def test_a_band_moves_with_its_points() -> None:
    low, high = curve_of("mixed", [2, 1], [20, 10], deviation=[2, 1]).band(2)
    assert low.tolist() == [9, 18] and high.tolist() == [11, 22]
