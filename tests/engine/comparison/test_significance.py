"""Tests of significance against known values, exact sums and each other."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparison.significance import holm, incomplete_beta, mcnemar, single_against_sample, student_p, welch

POSITIVE = st.floats(0.05, 500)
SAMPLES = st.lists(st.floats(0, 1), min_size=2, max_size=8)


def binomial_p(fewer: int, total: int) -> float:
    """The two-sided p of a fair coin that fell one way only `fewer` times, by exact sums."""
    tail = sum(math.comb(total, k) for k in range(fewer + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**total)))


@pytest.mark.parametrize(
    ("t", "degrees", "p"),
    # Critical values as tables of Student's distribution print them.
    [(12.706205, 1, 0.05), (4.302653, 2, 0.05), (2.228139, 10, 0.05), (2.042272, 30, 0.05), (3.169273, 10, 0.01),
     (1.812461, 10, 0.1), (63.656741, 1, 0.01), (0.0, 5, 1.0)],
)  # fmt: skip
def test_students_distribution_is_that_of_the_tables(t: float, degrees: float, p: float) -> None:
    assert student_p(t, degrees) == pytest.approx(p, rel=1e-5)
    assert student_p(-t, degrees) == student_p(t, degrees)


def test_students_distribution_of_one_degree_is_cauchys() -> None:
    for t in (0.01, 0.5, 1.0, 3.0, 1e3, 1e6):
        assert student_p(t, 1) == pytest.approx(2 * math.atan2(1, t) / math.pi, rel=1e-12)


@given(POSITIVE, POSITIVE, st.floats(0, 1))
def test_the_incomplete_beta_function_is_symmetric_and_within_bounds(a: float, b: float, x: float) -> None:
    value = incomplete_beta(a, b, x)
    assert 0 <= value <= 1
    assert value == pytest.approx(1 - incomplete_beta(b, a, 1 - x), abs=1e-9)


@given(POSITIVE, POSITIVE, st.floats(0.01, 0.98))
def test_the_incomplete_beta_function_grows(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) <= incomplete_beta(a, b, x + 0.01) + 1e-12


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.01, 0.99))
def test_the_incomplete_beta_function_of_whole_numbers_is_a_binomial_sum(a: int, b: int, x: float) -> None:
    n = a + b - 1
    total = math.fsum(math.comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))
    assert incomplete_beta(a, b, x) == pytest.approx(total, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(0, 0), (0, 1), (3, 10), (108, 113), (300, 400), (4000, 5000), (0, 1000)]
)
def test_mcnemar_is_exact(only_a: int, only_b: int) -> None:
    p = binomial_p(min(only_a, only_b), only_a + only_b)
    assert mcnemar(only_a, only_b) == pytest.approx(p, rel=1e-9)
    assert mcnemar(only_b, only_a) == mcnemar(only_a, only_b)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_binomial_test(only_a: int, only_b: int) -> None:
    assert mcnemar(only_a, only_b) == pytest.approx(binomial_p(min(only_a, only_b), only_a + only_b), rel=1e-9)


def test_welch_is_students_test_where_sizes_and_variances_are_equal() -> None:
    # Means 3 and 5, variances 2.5, n = 5: t = −2 with 8 degrees of freedom.
    assert welch([1, 2, 3, 4, 5], [3, 4, 5, 6, 7]) == pytest.approx(0.0805, abs=5e-5)


def test_welch_takes_its_degrees_of_freedom_from_the_variances() -> None:
    # Variances 1 and 100 of three each: t = 10/√(101/3), degrees (101/3)² / (((1/3)² + (100/3)²)/2) = 2.04.
    p = welch([9.0, 10.0, 11.0], [-10.0, 0.0, 10.0])
    assert p == pytest.approx(student_p(10 / math.sqrt(101 / 3), 2 * 101**2 / (1 + 100**2)), rel=1e-12)
    assert p is not None and 0.2 < p < 0.25


@given(SAMPLES, SAMPLES)
def test_welch_takes_no_side(a: list[float], b: list[float]) -> None:
    p = welch(a, b)
    assert p is None or 0 <= p <= 1
    assert welch(b, a) == (None if p is None else pytest.approx(p))


def test_what_cannot_be_tested_is_not() -> None:
    assert welch([1.0], [1.0, 2.0]) is None
    assert welch([1.0, 1.0], [2.0, 2.0]) is None
    assert single_against_sample(1.0, [1.0]) is None
    assert single_against_sample(1.0, [2.0, 2.0]) is None
    assert single_against_sample(math.nan, [1.0, 2.0]) is None


def test_one_run_against_several_allows_for_the_error_of_their_mean() -> None:
    # Mean 3, deviation √2.5, n = 5: t = (7 − 3) / √(2.5 · 1.2) with 4 degrees of freedom.
    assert single_against_sample(7, [1, 2, 3, 4, 5]) == pytest.approx(student_p(4 / math.sqrt(3), 4))


def test_holm_raises_each_p_by_how_many_are_no_smaller_and_never_below_a_smaller_one() -> None:
    # The example of the method's usual account: 0.01, 0.04, 0.03 and 0.005 of four tests.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([None, 0.4, 0.9]) == [None, 0.8, 0.9]
    assert holm([]) == []
