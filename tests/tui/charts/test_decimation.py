"""Smoothing and thinning: fewer points, no spike lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui.charts.decimation import column_of, cut, smooth, span_in_points, thin

ANY_Y = st.floats(-1e300, 1e300) | st.just(np.nan)


@st.composite
def points(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Ascending x from 0 to 100, and any y."""
    count = draw(st.integers(0, 60))
    x = np.sort(draw(arrays(float, count, elements=st.floats(0, 100))))
    return x, draw(arrays(float, count, elements=ANY_Y))


@given(points(), st.integers(1, 40))
def test_at_most_two_points_a_column_and_all_finite(
    case: tuple[np.ndarray, np.ndarray],
    columns: int,
) -> None:
    x, y, joined = thin(*case, 100, columns)
    assert np.isfinite(x).all() and np.isfinite(y).all()
    assert len(x) == len(y) == len(joined) <= 2 * columns
    assert (np.diff(x) >= 0).all()


@given(points(), st.integers(1, 40))
def test_the_highest_and_the_lowest_value_of_every_column_are_kept(
    case: tuple[np.ndarray, np.ndarray],
    columns: int,
) -> None:
    x, y = case
    thinned = thin(x, y, 100, columns)
    finite = np.isfinite(y)
    edges = np.searchsorted(x[finite], np.arange(columns) * (100 / columns))
    for part in np.split(y[finite], edges[1:]):
        assert not part.size or {part.min(), part.max()} <= set(thinned.y)


def test_a_single_spike_among_a_hundred_thousand_survives() -> None:
    y = np.full(100_000, 0.1)
    y[54_321] = 9.0
    assert 9.0 in thin(np.arange(100_000.0), y, 99_999, 80).y


def test_few_points_are_left_as_they_are() -> None:
    x, y, joined = thin(np.array([1.0, 5.0, 9.0]), np.array([3.0, 1.0, 2.0]), 10, 10)
    assert x.tolist() == [1, 5, 9] and y.tolist() == [3, 1, 2] and joined.tolist() == [False, True, True]


def test_a_column_runs_from_high_to_low_where_the_curve_falls() -> None:
    falling = thin(np.arange(4.0), np.array([4.0, 3.0, 2.0, 1.0]), 4, 1)
    rising = thin(np.arange(4.0), np.array([1.0, 2.0, 3.0, 4.0]), 4, 1)
    assert falling.y.tolist() == [4, 1] and rising.y.tolist() == [1, 4]


def test_what_is_not_a_number_breaks_the_line() -> None:
    x, y = np.arange(5.0), np.array([1.0, np.nan, 2.0, 3.0, np.nan])
    thinned = thin(x, y, 4, 50)
    assert thinned.x.tolist() == [0, 2, 3]
    assert thinned.joined.tolist() == [False, False, True]


@given(points(), st.integers(0, 64))
def test_a_smoothed_value_lies_among_those_before_it_and_gaps_stay(
    case: tuple[np.ndarray, np.ndarray],
    span: int,
) -> None:
    _, y = case
    smoothed = smooth(y, span)
    assert np.array_equal(np.isfinite(smoothed), np.isfinite(y))
    for index in np.flatnonzero(np.isfinite(y)):
        seen = y[: index + 1][np.isfinite(y[: index + 1])]
        room = 1e-5 * np.abs(seen).max()
        assert seen.min() - room <= smoothed[index] <= seen.max() + room


def test_smoothing_is_the_exponential_average_of_the_textbook() -> None:
    y, span = np.random.default_rng(5).normal(size=300), 16
    decay, total, weight, expected = 1 - 2 / (span + 1), 0.0, 0.0, []
    for value in y:
        total, weight = value + decay * total, 1 + decay * weight
        expected.append(total / weight)
    assert smooth(y, span) == pytest.approx(np.array(expected), rel=1e-4, abs=1e-5)


def test_smoothing_looks_back_only() -> None:
    y = np.random.default_rng(5).normal(size=100)
    assert np.array_equal(smooth(y, 8)[:60], smooth(y[:60], 8))


def test_the_span_is_a_share_of_the_axis_and_wavers_not() -> None:
    x = np.arange(0, 5000, 10.0)
    assert span_in_points(0.1, 10_000, x) == 128
    assert span_in_points(0.1, 10_000, x[:50]) == 128
    assert span_in_points(0.0, 10_000, x) == span_in_points(0.1, 10_000, x[:1]) == 0


@given(st.floats(0, 1e300), st.integers(1, 500))
def test_every_place_has_a_column(x: float, columns: int) -> None:
    assert 0 <= column_of(np.array([x]), max(x, 1e-300), columns)[0] < columns


def test_a_line_is_cut_where_it_leaves_and_where_it_comes_back() -> None:
    x, y = cut(np.arange(4.0), np.array([0.5, 2.5, 0.5, -0.5]), 0.0, 1.0)
    assert x.tolist() == [0, 0.25, 1, 1.75, 2, 2.5, 3]
    assert np.array_equal(y, [0.5, 1, np.nan, 1, 0.5, 0, np.nan], equal_nan=True)


@given(points(), st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_nothing_beyond_is_left_of_a_cut_line_and_nothing_within_is_lost(
    case: tuple[np.ndarray, np.ndarray],
    low: float,
    height: float,
) -> None:
    x, y = cut(*case, low, low + height)
    kept = np.isfinite(y)
    assert ((low <= y[kept]) & (y[kept] <= low + height)).all()
    assert (np.diff(x) >= 0).all() and len(x) == len(y)
    within = case[1][(case[1] >= low) & (case[1] <= low + height)]
    assert set(within) <= set(y[kept])
