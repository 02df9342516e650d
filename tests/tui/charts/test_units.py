"""Steps of an axis, and how its figures are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.charts.units import Unit, difference, figure, nice_step, tick_label

SPANS = st.floats(1e-290, 1e300)


@given(SPANS, st.integers(1, 30), st.sampled_from(Unit))
def test_a_step_parts_the_span_into_few_enough_pieces(span: float, most: int, unit: Unit) -> None:
    step = nice_step(span, most, unit)
    assert step > 0
    assert span / step <= most * (1 + 1e-6)


@given(SPANS, st.integers(1, 30))
def test_steps_are_one_two_or_five(span: float, most: int) -> None:
    step = nice_step(span, most, Unit.NUMBER)
    digit = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(digit - nice) for nice in (1, 2, 5)) < 1e-6


@pytest.mark.parametrize(
    ("span", "most", "unit", "step"),
    [
        (9375, 5, Unit.COUNT, 2000),
        (3, 10, Unit.COUNT, 1),
        (0.9, 5, Unit.NUMBER, 0.2),
        (0.03, 5, Unit.PERCENT, 0.01),
        (95, 8, Unit.SECONDS, 15),
        (7200, 5, Unit.SECONDS, 1800),
        (0.4, 5, Unit.SECONDS, 0.1),
    ],
)
def test_steps_one_expects(span: float, most: int, unit: Unit, step: float) -> None:
    assert nice_step(span, most, unit) == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "step", "unit", "label"),
    [
        (0, 2000, Unit.COUNT, "0"),
        (4000, 2000, Unit.COUNT, "4k"),
        (1500, 500, Unit.COUNT, "1500"),
        (3e6, 1e6, Unit.COUNT, "3M"),
        (0.25, 0.05, Unit.NUMBER, "0.25"),
        (0.30000000000000004, 0.1, Unit.NUMBER, "0.3"),
        (2.0, 0.5, Unit.NUMBER, "2.0"),
        (1e30, 1e30, Unit.NUMBER, "1e30"),
        (2e-7, 1e-7, Unit.NUMBER, "2e-7"),
        (0.975, 0.005, Unit.PERCENT, "97.5 %"),
        (1.0, 0.05, Unit.PERCENT, "100 %"),
        (0, 10, Unit.SECONDS, "0 s"),
        (90, 30, Unit.SECONDS, "1:30"),
        (0.5, 0.1, Unit.SECONDS, "0.5 s"),
    ],
)
def test_tick_labels_are_short(value: float, step: float, unit: Unit, label: str) -> None:
    assert tick_label(value, step, unit) == label


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.08124, Unit.NUMBER, "0.0812"),
        (0.0, Unit.NUMBER, "0.0000"),
        (0.00012, Unit.NUMBER, "1.20e-4"),
        (123456.0, Unit.NUMBER, "1.23e5"),
        (math.nan, Unit.NUMBER, "–"),
        (math.inf, Unit.PERCENT, "–"),
        (0.97849, Unit.PERCENT, "97.85 %"),
        (1.0, Unit.PERCENT, "100.0 %"),
        (0.0263, Unit.POINTS, "2.63"),
        (-0.00001, Unit.POINTS, "0.00"),
        (9375, Unit.COUNT, "9,375"),
        (7.26, Unit.SECONDS, "7.3 s"),
        (3723, Unit.SECONDS, "1:02:03"),
    ],
)
def test_figures_are_as_exact_as_they_are_worth(value: float, unit: Unit, text: str) -> None:
    assert figure(value, unit) == text


@given(st.floats(), st.sampled_from(Unit))
def test_any_number_can_be_written(value: float, unit: Unit) -> None:
    assert figure(value, unit)


@pytest.mark.parametrize(
    ("value", "base", "unit", "text"),
    [
        (0.9765, 0.974, Unit.PERCENT, "+0.25"),
        (0.974, 0.9765, Unit.PERCENT, "-0.25"),
        (0.5, 0.5, Unit.PERCENT, "+0.00"),
        (0.50001, 0.50003, Unit.PERCENT, "+0.00"),
        (0.03, 0.01, Unit.POINTS, "+2.00"),
        (0.50001, 0.50003, Unit.NUMBER, "+0.0000"),
        (0.0813, 0.0821, Unit.NUMBER, "-0.0008"),
        (0.0003, 0.0002, Unit.NUMBER, "+1.00e-4"),
        (12_000, 9_000, Unit.COUNT, "+3,000"),
        (math.nan, 1.0, Unit.NUMBER, ""),
        (1.0, math.inf, Unit.PERCENT, ""),
    ],
)
def test_a_difference_has_a_sign_and_that_of_percentages_is_in_points(
    value: float, base: float, unit: Unit, text: str
) -> None:
    assert difference(value, base, unit) == text


@given(st.floats(), st.floats(), st.sampled_from(Unit))
def test_any_difference_can_be_written(value: float, base: float, unit: Unit) -> None:
    text = difference(value, base, unit)
    assert bool(text) == math.isfinite(value - base)
    nothing = text[1:].strip("0.,s ") == ""
    assert not text or text[0] == ("-" if value < base and not nothing else "+"), "-0.00 is no difference"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.sampled_from(Unit))
@example(-0.5, 1.0, Unit.NUMBER)
def test_nothing_has_no_sign_of_less(value: float, step: float, unit: Unit) -> None:
    """You should see neither `-0k` at an axis nor `-0.00` as a difference."""
    for text in (tick_label(value, step, unit), difference(value, value + step / 1e9, unit)):
        assert not text.startswith("-") or text.strip("-0.,%kMGs:")
