"""Limits that hold all values, move in steps, and stay while they can."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tui.charts.scale import LARGEST, Scale, fit, fit_end
from tui.charts.units import Unit

VALUES = st.floats(-LARGEST, LARGEST)
ABOVE_ZERO = st.floats(1e-290, LARGEST)


@given(VALUES, VALUES, st.sampled_from((Unit.NUMBER, Unit.PERCENT)))
@example(5e-324, 5e-324, Unit.NUMBER)
def test_a_scale_holds_what_it_was_made_for(one: float, other: float, unit: Unit) -> None:
    low, high = sorted((one, other))
    scale = fit(low, high, unit)
    room = 1e-5 * scale.span
    assert scale.low < scale.high
    assert scale.low - room <= low and high <= scale.high + room


@given(ABOVE_ZERO, ABOVE_ZERO)
def test_a_logarithmic_scale_holds_what_it_was_made_for(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = fit(low, high, Unit.NUMBER, log=True)
    assert 0 < scale.low <= low * 1.00001 and high <= scale.high * 1.00001
    assert scale.span > 0


@given(st.lists(st.floats()), VALUES, VALUES, st.booleans())
def test_every_value_lies_within_or_nowhere(values: list[float], one: float, other: float, log: bool) -> None:
    low, high = sorted((one, other))
    assume(not log or low > 1e-290)
    fractions = fit(low, high, Unit.NUMBER, log).fractions(np.array(values, dtype=float))
    assert ((fractions >= 0) & (fractions <= 1) | np.isnan(fractions)).all()


@given(VALUES, VALUES, st.integers(0, 12), st.booleans())
def test_ticks_are_few_ascending_and_within(one: float, other: float, most: int, log: bool) -> None:
    low, high = sorted((one, other))
    assume(not log or low > 1e-290)
    ticks = fit(low, high, Unit.NUMBER, log).ticks(most)
    fractions = [fraction for fraction, _ in ticks]
    assert 2 <= len(ticks) <= max(2, most)
    assert fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 for fraction in fractions)


@pytest.mark.parametrize(
    ("low", "high", "log", "limits", "labels"),
    [
        (0.05, 0.93, False, (0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.05, 2.31, False, (0.0, 2.5), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
        (0.07, 0.93, True, (0.05, 1.0), ["0.05", "0.1", "0.2", "0.5", "1"]),
        (0.0004, 3.0, True, (0.0002, 5.0), ["0.001", "0.01", "0.1", "1"]),
        (0.5, 0.5, False, (0.35, 0.65), ["0.4", "0.5", "0.6"]),
        (0.0, 0.0, False, (0.0, 0.25), ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]),
        (2.3024, 2.3026, False, (2.29, 2.315), ["2.290", "2.295", "2.300", "2.305", "2.310", "2.315"]),
    ],
)
def test_limits_and_ticks_one_expects(
    low: float, high: float, log: bool, limits: tuple[float, float], labels: list[str]
) -> None:
    scale = fit(low, high, Unit.NUMBER, log)
    assert (scale.low, scale.high) == pytest.approx(limits)
    assert [label for _, label in scale.ticks(6)] == labels


def test_an_accuracy_never_has_limits_beyond_a_hundred_percent() -> None:
    assert fit(1.0, 1.0, Unit.PERCENT).high == 1.0
    assert [label for _, label in fit(0.953, 0.991, Unit.PERCENT).ticks(6)] == [
        "95 %",
        "96 %",
        "97 %",
        "98 %",
        "99 %",
        "100 %",
    ]


def test_limits_stay_while_values_fill_them_and_then_move_in_a_step() -> None:
    scale = fit(0.4, 2.3, Unit.NUMBER)
    assert fit(0.1, 2.4, Unit.NUMBER, before=scale) is scale
    assert fit(0.1, 1.3, Unit.NUMBER, before=scale) is scale
    assert fit(0.1, 0.4, Unit.NUMBER, before=scale).high < 1
    assert fit(0.1, 2.6, Unit.NUMBER, before=scale).high == 3.0


def test_a_curve_that_wavers_about_a_limit_moves_it_once() -> None:
    scale, moves = fit(0.2, 1.0, Unit.NUMBER), 0
    for high in [1.001, 0.999] * 20:
        before, scale = scale, fit(0.2, high, Unit.NUMBER, before=scale)
        moves += scale is not before
    assert moves == 1


def test_changing_to_a_logarithmic_scale_takes_new_limits() -> None:
    assert fit(0.1, 2.3, Unit.NUMBER, log=True, before=fit(0.1, 2.3, Unit.NUMBER)).log


def test_a_count_ends_exactly_and_time_in_steps() -> None:
    assert fit_end(9375, Unit.COUNT) == Scale(0, 9375, Unit.COUNT)
    assert fit_end(61.3, Unit.SECONDS).high == 70


def test_an_estimate_that_wavers_leaves_the_end_of_time_where_it_is() -> None:
    scale = fit_end(60, Unit.SECONDS)
    for estimate in (57.0, 60.0, 41.0, 55.0):
        assert fit_end(estimate, Unit.SECONDS, scale) is scale
    assert fit_end(20, Unit.SECONDS, scale).high < 30
    assert fit_end(62, Unit.SECONDS, scale).high > 60


@given(st.floats(allow_nan=False, min_value=0))
def test_any_end_makes_an_axis(end: float) -> None:
    for unit in (Unit.COUNT, Unit.SECONDS):
        scale = fit_end(end, unit)
        assert 0 < scale.high < math.inf
        assert len(scale.ticks(5)) >= 2
