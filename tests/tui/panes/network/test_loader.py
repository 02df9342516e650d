"""How many test digits a network is asked about."""

from __future__ import annotations

import pytest

from engine.home import Home
from tests.builders.networks import drawn_network, give
from tests.builders.runs import finished_run
from tui.drawing.glyphs import UNICODE
from tui.drawing.styled_lines import plain
from tui.panes.digits.image import SHADES
from tui.panes.network.loader import read_network
from tui.panes.network.unit_drawing import unit_lines
from tui.panes.network.view import Scene


def test_a_network_of_many_units_is_asked_about_fewer_digits_and_says_so(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(stocked_home)
    give(monkeypatch, {run.id: drawn_network("hidden=40")})
    monkeypatch.setattr("tui.panes.network.loader.MOST_FIGURES", 2_000)
    view = read_network(run.id, None, stocked_home)
    assert view.whole.confusion.sum() == len(view.images) == len(view.labels) == 2_000 // 50
    lines = map(plain, unit_lines(Scene(view), UNICODE, SHADES, 58, 16))
    assert any("of 40 test digits right" in line for line in lines)
