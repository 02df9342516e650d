"""How quantities are written."""

from __future__ import annotations

import math

import pytest

from engine.quantities import duration, gibibytes, loss, megabytes, percent, scientific, thousands


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (percent(0.97405), "97.41 %"), (percent(1.0), "100.00 %"), (percent(None), "-"), (percent(math.nan), "-"),
        (percent(math.inf, "–"), "–"), (loss(0.08342), "0.0834"), (loss(123456.0), "1.2e+05"), (loss(None), "-"),
        (loss(math.nan), "-"), (loss(math.inf, "–"), "–"), (duration(0.456), "0.46 s"), (duration(12.34), "12.3 s"),
        (duration(59.96), "60.0 s"), (duration(12.34, 1), "12 s"), (duration(7.26, 0.5), "7.3 s"),
        (duration(61), "1:01"), (duration(119.7, 1), "2:00"), (duration(3725), "1:02:05"), (duration(math.nan), "-"),
        (percent(0.126, digits=0), "13 %"), (thousands(61_234.0), "61.2k"), (thousands(9_999), "9,999"),
        (megabytes(11_594_722), "11.6 MB"), (gibibytes(3 << 29), "1.5 GiB"), (scientific(1.5e-7, 1), "1.5e-7"),
    ],
)  # fmt: skip
def test_figures_in_words(shown: str, text: str) -> None:
    assert shown == text
