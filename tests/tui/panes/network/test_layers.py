"""The layers over the epochs: gradients that vanish, histograms, and two runs beside each other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.builders.networks import layers_after
from tests.builders.stage import Stage, play, text_of
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.panes.network.layer_charts import METRICS, LayersView, shared_values
from tui.panes.network.layers_widget import LayersPane

VANISHING = LayersView("sigmoid", tuple(layers_after(n, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1) for n in (1, 2, 3)), 5)
STEADY = LayersView("relu", tuple(layers_after(n, 0.3, 0.1) for n in (1, 2, 3, 4, 5)), 5)


@pytest.mark.parametrize(("size", "glyphs"), [((80, 21), UNICODE), ((58, 16), ASCII), ((30, 9), UNICODE)])
def test_vanishing_gradients_are_seen_beside_those_of_another_run(size: tuple[int, int], glyphs: Glyphs) -> None:
    pane = LayersPane(glyphs)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert "Nothing is known of its layers" in " ".join(" ".join(text_of(pane)).split())
        pane.show([VANISHING, STEADY])
        text = "\n".join(text_of(pane))
        assert "gradient norm" in text and "sigmoid, epoch 3" in text and "1/100,000 of the output's" in text
        if size[0] >= 58:
            assert "relu, epoch 5" in text and "3.0" in text
        pane.show([replace(VANISHING, epoch=2), STEADY])
        assert "sigmoid, epoch 2" in "\n".join(text_of(pane))
        await pilot.press("M")
        text = "\n".join(text_of(pane))
        assert "histogram of activations" in text and "layer 1  -1.0000 to 3.0000" in text
        assert ("█" if glyphs is UNICODE else "#") in text
        await pilot.press("m", "l", "m")
        assert "update norm" in "\n".join(text_of(pane))

    play(pane, scene, (size[0], size[1] + 1))


def test_charts_beside_each_other_have_one_axis() -> None:
    low, high, *positive = shared_values([VANISHING, STEADY], METRICS[0])
    assert (low, high) == (1e-6, 0.3) and positive == [1e-6]
    unknown = next(metric for metric in METRICS if metric.field == "dead")
    assert shared_values([VANISHING], unknown) == ()
