"""The line under the charts that says how the run is doing."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from engine.comparison.observations import Observation
from engine.home import Home
from engine.runs.events import Epoch
from tests.builders.consoles import Live, append, run_console, story, text_on, trained, until
from tests.builders.stage import text_of
from tui.console.console import Console
from tui.dialogs.help import KeyList
from tui.drawing.styled_lines import plain
from tui.panes.run.observation import are_observations_wanted, observation_line

SENTENCE = "Training is 2.63 points above test, more than noise: a sign of overfitting."


def test_a_sentence_is_followed_by_the_key_that_tells_why_where_there_is_room() -> None:
    line = Observation("stuck", "Loss stuck.", "For a reason.")
    assert plain(observation_line(line, 21)) == " Loss stuck.   ? why"
    assert plain(observation_line(line, 18)) == " Loss stuck."
    assert plain(observation_line(line, 8)) == " Loss s…"
    assert observation_line(None, 80) == ()


def test_the_line_is_under_the_charts_and_leaves_its_place_to_nothing_else(stocked_home: Home) -> None:
    """You should read how the run is doing below the charts, why in the help, and nothing of it in other views; the
    charts stay as high as they are when the next epoch leaves nothing to say, and another run has them whole."""
    run = story(stocked_home)

    def charts(console: Console) -> int:
        return console.main.board.pane("loss").size.height

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: SENTENCE in text_on(console))
        height = charts(console)
        await pilot.press("question_mark")
        told = " ".join(" ".join(text_of(console.screen.query_one(KeyList))).split())
        assert told.startswith(f"{SENTENCE} The network is better on images that it was trained on")
        await pilot.press("escape", "e")
        assert SENTENCE not in text_on(console)
        await pilot.press("escape")
        assert SENTENCE in text_on(console)
        better = [replace(e, train_accuracy=e.test_accuracy) if isinstance(e, Epoch) else e for e in trained(4, 4)]
        append(run, *better)
        await until(pilot, lambda: SENTENCE not in text_on(console))
        assert charts(console) == height

    with Live(run):
        run_console(stocked_home, scene, (80, 24))


def test_the_line_is_switched_off_and_that_is_kept(stocked_home: Home) -> None:
    story(stocked_home)
    heights = []

    async def switch(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: SENTENCE in text_on(console))
        heights.append(console.main.board.pane("loss").size.height)
        await pilot.press("semicolon")
        await until(pilot, lambda: SENTENCE not in text_on(console))
        heights.append(console.main.board.pane("loss").size.height)

    async def look(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.is_complete)
        assert SENTENCE not in text_on(console)
        await pilot.press("3", "semicolon")
        await until(pilot, lambda: "The line under the charts is shown." in text_on(console).splitlines()[-2])

    run_console(stocked_home, switch, (80, 24))
    assert heights[1] == heights[0] + 1
    assert not are_observations_wanted(stocked_home)
    run_console(stocked_home, look, (80, 24))
