"""A sweep of one setting as a curve."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders.sweep_views import sweep_of
from tui.charts.chart import draw
from tui.charts.chart_data import ChartOptions
from tui.charts.symbols import BRAILLE
from tui.drawing.styled_lines import plain
from tui.panes.sweep.curve import curve_data, positions


@pytest.mark.parametrize(
    ("texts", "even"),
    [
        (["0.001", "0.01", "0.1"], True),
        (["16", "32", "64", "128"], True),
        (["0", "1e-05", "0.0001", "0.001"], True),
        (["1", "2", "3", "4"], True),
        (["1", "2", "10"], False),
        (["0.7"], True),
    ],
)
def test_values_stand_by_their_logarithms_where_these_are_more_even(texts: list[str], even: bool) -> None:
    places = positions(texts)
    assert places[0] > 0 and places[-1] < 1 and places == sorted(places)
    steps = np.diff(places)
    assert bool(np.allclose(steps, steps[:1])) is even


def test_the_axis_is_labelled_with_the_values_and_the_best_is_marked() -> None:
    view = sweep_of({"l2": ("0", "1e-05", "0.0001")}, [0.97, 0.98, "waiting"])
    lines = [plain(line) for line in draw(curve_data(view), ChartOptions(), 60, 14, BRAILLE).lines]
    assert lines[-1].split() == ["0", "1e-05", "0.0001"]
    assert sum("▲" in line for line in lines) == 1 and any("●" in line for line in lines)
