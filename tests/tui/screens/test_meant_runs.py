"""Which run a key acts on: that of the cursor unless somebody marked others, which are named first."""

from __future__ import annotations

from functools import partial

from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.record import RunRecord
from engine.service.protocol import Continue, Start
from tests.builders.consoles import (
    Engine,
    append,
    board,
    finished,
    made_run,
    pane_text,
    run_console,
    started,
    text_on,
    trained,
    until,
)
from tests.builders.summaries import summary
from tui.console.console import Console
from tui.screens.editing import named


def four_runs(home: Home) -> list[Run]:
    return [made_run(home, n, name, started(), *trained(1, 2), finished()) for n, name in enumerate("abcd", 1)]


def is_asked(console: Console, question: str) -> bool:
    return question in text_on(console)


def test_after_a_fork_delete_means_the_run_under_the_cursor(stocked_home: Home) -> None:
    """You should see fork and parent compared, nobody's marks changed, and a question about another run alone."""
    runs = four_runs(stocked_home)
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: len(board(console).history.runs) == 4)
        await pilot.press("3", "end", "r", "f5")
        await until(pilot, lambda: engine.asked)
        asked = engine.asked[0]
        assert isinstance(asked, Start) and asked.parent == runs[0].id
        fork = Run(stocked_home.runs / engine.accepts)
        fork.path.mkdir()
        fork.write_record(RunRecord(fork.id, "fork", asked.config, 0.0, parent=runs[0].id, data={"name": "synthetic"}))
        append(fork, started(), *trained(1, 1))
        await until(pilot, lambda: "B fork" in pane_text(console, "figures"))
        assert board(console).history.marked == ()
        await pilot.press("3")
        board(console).history.highlight(runs[2].id)
        await pilot.press("d")
        await until(pilot, lambda: "Delete c?" in text_on(console))
        await pilot.press("y")
        await until(pilot, lambda: not runs[2].path.exists())
        assert runs[0].path.exists() and fork.path.exists()
        await pilot.press("u")
        await until(pilot, lambda: "Undone: c deleted" in text_on(console))
        assert runs[2].path.exists()

    run_console(stocked_home, scene, engine=engine)


def test_several_runs_are_named_before_anything_is_done_to_them(stocked_home: Home) -> None:
    runs = four_runs(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: len(board(console).history.runs) == 4)
        await pilot.press("3", "home", "space", "space", "end")
        for key, question in (("d", "Delete 2 runs?"), ("*", "Give 2 runs a star?"), ("n", "Labels of 2 runs")):
            await pilot.press(key)
            await until(pilot, partial(is_asked, console, question))
            assert "  d, 20" in text_on(console) and "  c, 20" in text_on(console)
            await pilot.press("escape" if key == "n" else "enter")
            assert console.screen is console.main
        console.main.flush()
        assert all(run.path.exists() and not run.record().starred for run in runs)

    run_console(stocked_home, scene)


def test_runs_of_one_name_are_named_by_what_differs() -> None:
    several = [summary(n, RunConfig(l2=l2), name="deep") for n, l2 in enumerate((0.1, 0.01))]
    assert [line.split(",")[0] for line in named(several).splitlines()] == ["  l2 0.1 · deep", "  l2 0.01 · deep"]


def test_a_view_keeps_a_focused_pane_whatever_escape_is_pressed_in(stocked_home: Home) -> None:
    four_runs(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.focused is board(console).pane("loss").content)
        for view in "123456":
            await pilot.press(view, "escape", "escape")
            await pilot.pause()
            assert console.main.focused is not None, view
        await pilot.press("1")
        board(console).reveal("history")
        await pilot.press("e", "escape")
        await until(pilot, lambda: console.focused is board(console).history)

    run_console(stocked_home, scene)


def test_the_keys_beside_the_details_are_those_of_the_run_they_are_about(stocked_home: Home) -> None:
    """You should see that the run under the cursor can be continued though the one that is shown cannot."""
    stopped = made_run(stocked_home, 1, "stopped", started(), *trained(1, 1))
    made_run(stocked_home, 2, "shown", started(), *trained(1, 5), finished())
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "shown" in pane_text(console, "run"))
        await pilot.press("3", "end", "tab")
        await until(pilot, lambda: console.focused is board(console).details)
        assert "stopped" in pane_text(console, "details")
        await until(pilot, lambda: "p Continue" in text_on(console))
        await pilot.press("p")
        await until(pilot, lambda: engine.asked)
        assert engine.asked == [Continue(run=stopped.id)]

    run_console(stocked_home, scene, engine=engine)
