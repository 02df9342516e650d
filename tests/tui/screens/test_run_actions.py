"""What is said of runs in passing."""

from __future__ import annotations

from textual.pilot import Pilot

from engine.home import Home
from engine.runs.events import RunFailed
from engine.runs.status import FAILED, FINISHED, RUNNING
from tests.builders.consoles import Live, append, run_console, story, text_on, until
from tests.builders.summaries import summary
from tui.console.console import Console
from tui.workers.run_choice import newly_failed

REASON = "its worker was killed (SIGKILL)"


def test_a_run_whose_worker_has_died_is_told_without_a_dialog(stocked_home: Home) -> None:
    """You should see the reason in passing, whatever run is shown, and go on with the keys."""
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: [r.status for r in console.main.following.runs if r.id == run.id] == [RUNNING])
        append(run, RunFailed(epoch=3, step=5625, test_loss=0.1, test_accuracy=0.9, seconds=3.0, reason=REASON))
        run.lock.release()
        await until(pilot, lambda: "deep has failed" in text_on(console))
        assert console.screen is console.main

    with Live(run):
        run_console(stocked_home, scene)


def test_only_what_was_alive_has_newly_failed() -> None:
    before = [summary(1, status=RUNNING), summary(2, status=FAILED), summary(3, status=RUNNING)]
    after = [summary(1, status=FAILED), summary(2, status=FAILED), summary(3, status=FINISHED)]
    assert [run.id for run in newly_failed(before, after)] == [after[0].id]
    assert newly_failed([], after) == []


def test_which_run_is_compared_with_is_told_in_every_view(stocked_home: Home) -> None:
    """You should see in a line of the keys, which covers no pane, which run is behind the charts you do not see."""
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete)
        told = "The reference behind the charts is dropout"
        for view in "84590":
            await pilot.press(view, "b")
            await until(pilot, lambda: "No run is the reference now." in text_on(console).splitlines()[-2])
            await pilot.press("b")
            await until(pilot, lambda: told in text_on(console).splitlines()[-2])
        assert not console._notifications

    run_console(stocked_home, scene)
