"""Where units are on the map, and how those that do nothing are told from others without colours."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inference.network import TrainedNetwork
from engine.inference.units import Activations
from engine.inference.what_if import ask
from tests.builders.networks import drawn_network
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.drawing.styled_lines import plain, width
from tui.panes.network.unit_map import UnitMap, symbols_line
from tui.panes.network.view import NetworkView, Place

IMAGES = np.random.default_rng(5).integers(0, 256, (20, 28, 28)).astype(np.uint8)
LABELS = np.arange(20, dtype=np.uint8) % 10


def view_of(network: TrainedNetwork) -> NetworkView:
    """The network on a few images."""
    activations = Activations.of(network, IMAGES)
    return NetworkView("a run", activations, IMAGES, LABELS, ask(activations, LABELS, {}))


@pytest.mark.parametrize("cells", [(58, 16), (28, 14), (80, 20), (20, 8)])
@pytest.mark.parametrize("sizes", [(10,), (128, 64, 10), (64, 64, 64, 64, 64, 10), (4096, 10)])
def test_each_unit_that_is_seen_is_found_again_where_it_is_drawn(
    sizes: tuple[int, ...], cells: tuple[int, int]
) -> None:
    place = Place(0, sizes[0] - 1)
    drawn = UnitMap(sizes, place, *cells)
    found = {drawn.at(x, y) for x in range(cells[0]) for y in range(cells[1])} - {None}
    assert place in found
    if sum(sizes) < 500 and cells == (80, 20):
        assert len(found) == sum(sizes)


def test_arrows_reach_every_layer_and_stop_at_the_edges() -> None:
    sizes = (30, 7, 10)
    place = Place(0, 0)
    seen = {place}
    for _ in range(40):
        place = UnitMap(sizes, place, 58, 16).beside(1, 0)
        seen.add(place)
    assert {layer for layer, _ in seen} == {0, 1, 2} and place.layer == 2
    for _ in range(40):
        place = UnitMap(sizes, place, 58, 16).beside(-1, 0)
    assert place.layer == 0
    for down, last in ((1, 9), (-1, 0)):
        for _ in range(40):
            place = UnitMap(sizes, place, 58, 16).beside(0, down)
        assert place.layer == 0 and place.unit // UnitMap(sizes, place, 58, 16).blocks[0].columns == last


@pytest.mark.parametrize("known", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_dead_saturated_and_switched_off_units_have_a_mark_of_their_own(known: Glyphs) -> None:
    network = drawn_network("hidden=6,5 activation=relu,sigmoid")
    network.arrays["0.bias"][1] = -1e4
    network.arrays["1.bias"][2] = 1e4
    view = view_of(network)
    drawn = UnitMap(view.sizes, Place(0, 0), 58, 16)
    off = {0: np.arange(6) == 4}
    lines = drawn.lines(view, off, known)
    text = [known.shown(plain(line)) for line in lines]
    dead, saturated, switched = (known.shown(mark) for mark in "×▲○")
    assert "1 dead" in text[1] and "1 saturated" in text[1]
    assert "".join(text).count(saturated) == 1 and dead in text[2 + 1] and switched in text[2 + 4]
    legend = known.shown(plain(symbols_line(view, True, known, 80)))
    assert all(
        f"{mark} {word}" in legend for mark, word in ((dead, "dead"), (saturated, "saturated"), (switched, "off"))
    )
    assert all(width(line) <= 58 for line in lines)
