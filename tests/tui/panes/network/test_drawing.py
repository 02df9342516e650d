"""Pictures of weights, the unit under the cursor, and the evidence for an output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textual.pilot import Pilot

from engine.inference.what_if import ask, switched
from tests.builders.networks import drawn_network
from tests.builders.stage import Stage, play, text_of
from tests.tui.panes.network.test_unit_map import view_of
from tui.drawing.glyphs import ASCII, UNICODE
from tui.drawing.styled_lines import plain, width
from tui.panes.digits.image import HALF_BLOCKS, PLAIN, SHADES
from tui.panes.network.gallery import Gallery, gallery_lines
from tui.panes.network.picture import draw_weights
from tui.panes.network.unit_drawing import unit_lines
from tui.panes.network.view import Place, Scene
from tui.panes.network.widgets import FirstLayerPane, UnitsPane


@pytest.mark.parametrize("style", [SHADES, PLAIN])
@pytest.mark.parametrize("small", [False, True])
def test_what_excites_and_what_inhibits_differ_without_colours(style: str, small: bool) -> None:
    weights = np.zeros((28, 28), np.float32)
    weights[:8], weights[20:] = 0.3, -0.3
    text = [plain(line) for line in draw_weights(weights, style, ASCII if style == PLAIN else UNICODE, small)]
    assert (len(text), len(text[0])) == ((7, 14) if small else (14, 28))
    assert len({text[0], text[len(text) // 2], text[-1]}) == 3 and not text[len(text) // 2].strip()


def test_half_blocks_have_as_many_shades_of_either_colour() -> None:
    weights = np.linspace(-1, 1, 784, dtype=np.float32).reshape(28, 28)
    tones = {tone for line in draw_weights(weights, HALF_BLOCKS, UNICODE) for _, style in line for tone in style}
    assert len([tone for tone in tones if not isinstance(tone, str)]) == 9


@pytest.mark.parametrize("cells", [(58, 36), (58, 16), (80, 20), (40, 10)])
def test_the_unit_says_what_it_is_and_what_happens_without_it(cells: tuple[int, int]) -> None:
    view = view_of(drawn_network("hidden=6,5"))
    gains = switched({}, 1, 2, 5)
    scene = Scene(view, place=Place(1, 2), digit=7, gains=gains)
    for shown, word in (
        (scene, "1 unit of layer 2 off …"),
        (Scene(view, None, Place(1, 2), 7, gains, ask(view.activations, view.labels, gains)), "answered otherwise"),
    ):
        lines = unit_lines(shown, UNICODE, SHADES, *cells)
        text = " ".join(" ".join(map(plain, lines)).split())
        assert "Layer 2, unit 3 of 5 switched off" in text and "on this 7" in text and word in text
        assert len(lines) <= cells[1]
        assert cells[0] < 58 or all(width(line) <= cells[0] for line in lines)


def test_the_evidence_for_an_output_is_the_strongest_first_and_without_what_is_off() -> None:
    network = drawn_network("hidden=6")
    network.arrays["0.bias"][:] = 5
    network.arrays["1.weight"][3] = 0, 1, 2, -3, 0.5, 0
    view = view_of(network)
    gains = switched({}, 0, 2, 6)
    lines = [plain(line) for line in unit_lines(Scene(view, place=Place(1, 3), digit=4), UNICODE, SHADES, 60, 20)]
    assert any("Evidence for 3 on this 4" in line for line in lines)
    units = [line.split("unit ")[1].split()[0] for line in lines if "unit " in line and "Layer" not in line]
    assert sorted(units) == ["1", "2", "3", "4", "5", "6"] and units[-1] == "4"
    off = Scene(view, place=Place(1, 3), digit=4, gains=gains, answer=ask(view.activations, view.labels, gains))
    without = [plain(line) for line in unit_lines(off, UNICODE, SHADES, 60, 20)]
    assert any("unit 3" in line and "0.00" in line for line in without)


def test_the_first_layer_is_shown_by_influence_and_outputs_by_name() -> None:
    deep, shallow = view_of(drawn_network("hidden=20")), view_of(drawn_network("hidden=none"))
    gallery = Gallery.within(deep.orders[0], int(deep.orders[0][7]), 58, 16)
    text = [plain(line) for line in gallery_lines(deep, gallery, None, SHADES, UNICODE)]
    order = deep.orders[0].tolist()
    assert gallery.top <= 7 and f"unit {order[7] + 1}" in "".join(text)
    assert deep.influences[0][order[0]] == deep.influences[0].max()
    named = Gallery.within(shallow.orders[0], 0, 58, 16)
    assert plain(gallery_lines(shallow, named, None, SHADES, UNICODE)[8]).split() == ["0", "1", "2"]


def test_pictures_stay_while_one_moves_elsewhere() -> None:
    order = view_of(drawn_network("hidden=20")).orders[0]
    assert Gallery.within(order, int(order[19]), 58, 16, top=0).top == 0
    assert Gallery.within(order, int(order[19]), 58, 16).top > 0


def test_over_a_slow_link_no_symbol_has_a_colour_for_its_weight() -> None:
    pane = UnitsPane(UNICODE, 256, lambda place: None)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert len({str(pane.look(style)) for style in ("digit", "high", "low")}) == 3
        pane.set_low_bandwidth(True)
        assert pane.look("high") == pane.look("low") == pane.look("digit")
        assert pane.look("dead") != pane.look("digit") and pane.style_shown == SHADES
        pane.set_low_bandwidth(False)
        assert pane.look("high") != pane.look("digit") and pane.style_shown == HALF_BLOCKS

    play(pane, scene)


def test_first_layers_are_side_by_side_where_each_has_two_pictures() -> None:
    shown, reference = view_of(drawn_network("hidden=20")), replace(view_of(drawn_network("hidden=6")), run="another")
    order, others = shown.orders[0].tolist(), reference.orders[0].tolist()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        pane.show(Scene(shown, reference, Place(0, order[0])))
        text = text_of(pane)
        whole = "\n".join(text)
        if pane.size.width < 62:
            assert "most influential first" in whole and "another" not in whole
            assert pane.beside(0, 1).unit == order[3]
        else:
            assert "a run, epoch 1" in text[0] and "another, epoch 1" in text[0]
            assert text[8].split()[1::2] == [str(1 + unit) for unit in (*order[:2], *others[:2])]
            assert pane.beside(0, 1).unit == order[2]

    for wide in (58, 78):
        pane = FirstLayerPane(UNICODE, 16, lambda place: None)
        play(pane, scene, (wide, 18))


def test_both_runs_answer_the_digit_where_they_know_it() -> None:
    view, other = view_of(drawn_network("hidden=6")), view_of(drawn_network("hidden=5"))
    both = "\n".join(map(plain, unit_lines(Scene(view, other, digit=4), UNICODE, SHADES, 58, 16)))
    tenth = [f"{100 * one.whole.probabilities[4, 4]:.1f} %" for one in (view, other)]
    assert "reference" in both and all(share in both for share in tenth)
    fewer = replace(other, labels=other.labels[:4])
    alone = "\n".join(map(plain, unit_lines(Scene(view, fewer, digit=4), UNICODE, SHADES, 58, 16)))
    assert "reference" not in alone and tenth[0] in alone
