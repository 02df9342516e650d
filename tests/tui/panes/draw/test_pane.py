"""What the panes of drawings show before anybody draws."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.builders.stage import Stage, play, text_of
from tui.drawing.glyphs import UNICODE
from tui.panes.draw.pad import DrawPad
from tui.panes.draw.pane import DrawBoard


@pytest.mark.parametrize(("slow", "pen"), [(False, "▀"), (True, "+")])
def test_over_a_link_that_is_slow_from_the_start_no_cell_has_a_colour_of_its_own(
    monkeypatch: pytest.MonkeyPatch, slow: bool, pen: str
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    board = DrawBoard(UNICODE)
    board.set_low_bandwidth(slow)

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await board.mount_panes()
        await pilot.pause()
        assert any(pen in line for line in text_of(board.query_one(DrawPad)))

    play(board, scene)
