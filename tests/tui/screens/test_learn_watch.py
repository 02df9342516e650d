"""The Learn view: a lesson trains its runs, opens what answers it, and judges by these runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from engine.home import Home
from engine.lessons.lesson import Lesson, lesson, lessons
from engine.lessons.progress import Chosen, Progress, read_progress
from engine.lessons.standing import LessonStanding, newest_runs
from engine.service.protocol import FeedSweep
from engine.sweeps.sweep_file import read_sweep
from tests.builders.consoles import Engine, board, pane_text, run_console, text_on, until
from tests.builders.sweeps import finish_cell, make_sweep
from tui.console.console import Console
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.drawing.styled_lines import plain
from tui.panes.learn.drawing import page
from tui.panes.learn.page import LessonPage
from tui.panes.learn.view import Choose
from tui.widgets import views

DEPTH = lesson("depth")


def finish(home: Home, own: Lesson) -> None:
    """The runs of the lesson on depth, as they often come out."""
    request = own.request
    make_sweep(home, request.texts, request.base, name=request.name, preset=request.preset)
    for cell, accuracy in enumerate((0.92, 0.97, 0.975, 0.974)):
        finish_cell(home, cell, {1: accuracy})


async def open_depth(pilot: Pilot[None], console: Console) -> None:
    await pilot.press("0")
    await until(pilot, lambda: "Depth" in pane_text(console, "lessons"))
    await pilot.press("g", *["down"] * [*lessons()].index("depth"), "enter")
    await until(pilot, lambda: "What does a hidden layer buy" in " ".join(pane_text(console, "lesson").split()))


def test_what_lessons_point_at_is_there() -> None:
    for own in lessons().values():
        for look in own.looks:
            view = views.VIEWS[views.place(look.view)]
            assert look.pane in (*view.panes, view.strip), (own.name, look)
            assert bool(look.cell or own.planned.count == 1) == (look.view not in ("Sweep", "Compare")), (
                own.name,
                look,
            )


def test_a_lesson_begins_its_runs_by_a_key_and_stays_in_sight(home: Home) -> None:
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await open_depth(pilot, console)
        await pilot.press("enter")
        await until(pilot, lambda: engine.asked)
        await until(pilot, lambda: "broken off" in pane_text(console, "lesson"))
        assert board(console).view.name == "Learn"

    run_console(home, scene, engine=engine)
    assert engine.asked == [FeedSweep(group="lesson-depth")]
    assert DEPTH.newest([read_sweep(home, "lesson-depth").record])


def test_runs_that_wait_are_not_said_to_train(home: Home) -> None:
    request = DEPTH.request
    make_sweep(home, request.texts, request.base, name=request.name, preset=request.preset)
    runs = newest_runs(home, DEPTH)

    def told() -> str:
        assert runs is not None
        standing = LessonStanding(DEPTH, replace(runs, fed=True), Progress())
        return " ".join(map(plain, page(standing, 80).lines))

    assert "Its 4 runs wait for their turn." in told()
    finish_cell(home, 0, {1: 0.92})
    runs = newest_runs(home, DEPTH)
    assert "Its runs train: 1 of 4 have ended" in told()


@pytest.mark.parametrize(("size", "glyphs"), [((120, 40), UNICODE), ((80, 24), ASCII)])
def test_answers_are_judged_by_the_runs_and_kept_and_looks_open_their_views(
    home: Home, size: tuple[int, int], glyphs: Glyphs
) -> None:
    """You should see an answer told wrong with all the figures and reasons that say so and the cursor on what comes
    next, one told right, then the cells of the sweep and how to come back."""
    finish(home, DEPTH)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await open_depth(pilot, console)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: "Not by these runs: The one without" in pane_text(console, "lesson"))
        assert read_progress(home)["depth"].chosen == {0: Chosen("first", False)}
        content = board(console).pane("lesson").content
        assert isinstance(content, LessonPage) and content.request == Choose(1, "first")
        assert "that is where the points come from." in " ".join(pane_text(console, "lesson").split())
        await pilot.press("G", "k", "k", "enter")
        await until(pilot, lambda: len(read_progress(home)["depth"].chosen) == 2)
        await pilot.press("g", "enter")
        await until(pilot, lambda: board(console).view.name == "Sweep" and "cells" in board(console).current)
        await until(pilot, lambda: "hidden" in pane_text(console, "cells"))
        assert "where is hidden=none" in text_on(console).replace("\n", " ") or size == (80, 24)

        def told() -> str:
            return " ".join([text_on(console), *(note.message for note in console._notifications)])

        await until(pilot, lambda: "(0: back to the lesson)" in " ".join(told().split()))
        assert (size == (80, 24)) == (not console._notifications)

    run_console(home, scene, size, glyphs=glyphs)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_escape_goes_from_a_lesson_back_to_the_list(home: Home, size: tuple[int, int]) -> None:
    """You should see among the keys how to come back to the list, and stand there on the lesson you came from."""

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await open_depth(pilot, console)
        assert "Esc Lessons" in text_on(console)
        await pilot.press("z", "escape")
        assert board(console).current == "lesson" and not board(console).enlarged
        await pilot.press("escape")
        assert board(console).current == "lessons" and "Esc Lessons" not in text_on(console)
        await pilot.press("enter")
        await until(pilot, lambda: "What does a hidden layer buy" in " ".join(pane_text(console, "lesson").split()))

    run_console(home, scene, size)
