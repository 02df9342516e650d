"""The error function of arrays against Python's own."""

from __future__ import annotations

import math

import numpy as np

from engine.inference.erf import erf


def test_the_error_function_is_as_exact_as_single_precision_needs() -> None:
    values = np.concatenate([np.linspace(-9, 9, 5_001), [1e-30, -1e-30, 1e30]]).astype(np.float32)
    expected = np.array([math.erf(value) for value in values.tolist()])
    found = erf(values)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert np.isnan(erf(np.array([np.nan], np.float32))).all()
