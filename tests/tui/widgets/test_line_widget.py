"""Lines of styled text as Textual paints them."""

from __future__ import annotations

from textual.pilot import Pilot

from engine.runs.status import FAILED, FINISHED, STOPPED
from tests.builders.stage import Stage, play
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.panes.details.widget import Details
from tui.panes.history.widget import History
from tui.panes.run.widget import RunPane


def test_a_status_looks_the_same_in_every_pane() -> None:
    """You should see the same in the list, beside it and above the charts, and each end in a colour of its own."""
    history, others = History(), (RunPane(), Details())

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        await stage.mount_all(others)
        looks = {status: history.look(status) for status in STATUS_SYMBOLS}
        for other in others:
            assert {status: other.look(status) for status in STATUS_SYMBOLS} == looks
        assert len({looks[status].color for status in (FINISHED, STOPPED, FAILED)}) == 3

    play(history, scene)
