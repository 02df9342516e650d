"""The run pane as its run goes on."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from engine.runs.status import PAUSED, RUNNING
from tests.builders.stage import Stage, play, text_of
from tui.panes.run.view import RunView
from tui.panes.run.widget import RunPane

VIEW = RunView("deep", RUNNING, "mnist", 3, 5, 5625, 9375, seconds_left=3.0, samples_per_second=60_000.0)


def test_a_run_is_shown_and_only_what_changes_painted_again() -> None:
    pane = RunPane()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        assert "No run is shown. F5 trains" in text_of(pane)[0]
        pane.show(VIEW)
        await pilot.pause()
        assert text_of(pane)[0] == "● running  deep" + " " * 19 + "test –"
        before = [pane.render_line(y) for y in range(4)]
        pane.show(replace(VIEW, samples_per_second=61_000.0))
        await pilot.pause()
        assert [y for y in range(4) if pane.render_line(y) is not before[y]] == [3]
        pane.show(replace(VIEW, status=PAUSED))
        await pilot.pause()
        assert text_of(pane)[0].startswith("‖ paused")
        pane.show(None)
        await pilot.pause()
        assert "No run is shown" in text_of(pane)[0]

    play(pane, scene, (40, 5))


def test_user_text_is_not_markup() -> None:
    pane = RunPane()

    async def scene(pilot: Pilot[None], stage: Stage) -> None:
        pane.show(replace(VIEW, name="[b]x[/b]", notices=("[red]careful[/]",)))
        await pilot.pause()
        assert "[b]x[/b]" in text_of(pane)[0]
        assert "! [red]careful[/]" in text_of(pane)

    play(pane, scene)
