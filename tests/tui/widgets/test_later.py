"""Work that is put off."""

from __future__ import annotations

import time

from textual.pilot import Pilot
from textual.widgets import Static

from tests.builders.consoles import until
from tests.builders.stage import Stage, play
from tui.widgets.later import Later


def test_work_is_done_once_at_the_earliest_time_asked_for() -> None:
    widget = Static()
    done: list[float] = []
    later = Later(widget, lambda: done.append(time.monotonic()))

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        asked = time.monotonic()
        later.within(3600)
        later.within(0.05)
        later.within(3600)
        seen = [later.is_due]
        await until(pilot, lambda: bool(done))
        assert done[0] >= asked + 0.05
        seen.append(later.is_due)
        later.within(3600)
        later.cancel()
        seen.append(later.is_due)
        assert seen == [True, False, False] and len(done) == 1

    play(widget, scene)
