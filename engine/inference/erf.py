"""The error function of whole arrays, which numpy has not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

# erf(x) is x P(x²) / Q(x²) up to a few units in the last place of a float32, and 1 beyond: the coefficients, highest
# power first, are those of `erf` for floats in Eigen and XLA (a minimax approximation on [-4, 4]).
NUMERATOR = (
    -2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04,
    -2.95459980854025e-03, -1.60960333262415e-02,
)  # fmt: skip
DENOMINATOR = (
    -1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02,
)  # fmt: skip
REACH = 4.0


def erf(values: Array) -> Array:
    """The error function of each value, within 1e-6."""
    within = np.clip(values, -REACH, REACH)
    squares = within * within
    result: Array = within * _polynomial(NUMERATOR, squares) / _polynomial(DENOMINATOR, squares)
    return result


def _polynomial(coefficients: tuple[float, ...], at: Array) -> Array:
    """By Horner's rule, in one array."""
    result = np.full_like(at, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= at
        result += np.float32(coefficient)
    return result
