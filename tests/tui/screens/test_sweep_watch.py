"""The view of sweeps: what it shows, where its cursor is, and what keys do with its cells."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.home import Home
from tests.builders.consoles import board, pane_text, press_at_once, run_console, text_on, until
from tests.builders.sweeps import finish_cell, make_sweep
from tui.console.console import Console


async def on_view(pilot: Pilot[None], console: Console) -> None:
    await until(pilot, lambda: "cells" in board(console).there)
    await pilot.press("7")
    await until(pilot, lambda: board(console).sweep.standing is not None)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_cells_come_best_first_and_fill_while_they_are_watched(stocked_home: Home, size: tuple[int, int]) -> None:
    make_sweep(stocked_home, {"l2": "0,0.1,0.2"}, seeds=2)
    finish_cell(stocked_home, 0, {1: 0.90, 2: 0.92})

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await until(pilot, lambda: "2 done  ○ 4 waiting" in text_on(console))
        finish_cell(stocked_home, 1, {1: 0.94, 2: 0.96})
        await until(pilot, lambda: "best is l2=0.1" in pane_text(console, "sweep"))
        if size[0] < 100:
            await pilot.press("tab")
        await until(pilot, lambda: "95.00" in pane_text(console, "cells"))
        rows = [row.split() for row in pane_text(console, "cells").splitlines() if "seeds" in row]
        assert [row[:2] for row in rows] == [["*", "0.1"], ["0", "91.00"], ["0.2", "-"]]

    run_console(stocked_home, scene, size)


def test_enter_shows_the_run_of_a_cell_or_lists_its_seeds_and_space_marks_them(stocked_home: Home) -> None:
    make_sweep(stocked_home, {"l2": "0,0.1"}, seeds=2)
    both = finish_cell(stocked_home, 0, {1: 0.95, 2: 0.96})
    (single,) = finish_cell(stocked_home, 1, {1: 0.90})

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await pilot.press("space")
        await until(pilot, lambda: set(board(console).history.marked) == {run.id for run in both})
        assert "▸" in pane_text(console, "cells")
        await pilot.press("enter")
        await until(pilot, lambda: board(console).view.name == "History")
        assert {run.id for run in board(console).history.listed} == {run.id for run in both}
        await pilot.press("7", "tab")
        press_at_once(console, "down", "enter")
        await until(pilot, lambda: board(console).view.name == "Train")
        assert console.main.following.shown_id == single.id

    run_console(stocked_home, scene)


def test_brackets_turn_to_another_sweep_and_e_exports_the_one_that_is_seen(stocked_home: Home) -> None:
    make_sweep(stocked_home, {"l2": "0,0.1"})
    finish_cell(stocked_home, 0, {1: 0.95})
    make_sweep(stocked_home, {"batch_size": "16,32"}, group="newer")

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await until(pilot, lambda: "newer: nothing has finished yet" in pane_text(console, "sweep"))
        await pilot.press("E")
        await until(pilot, lambda: "Export batch_size of the sweep" in text_on(console))
        await pilot.press("escape")
        await until(pilot, lambda: console.screen is console.main)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "best is l2=0" in pane_text(console, "sweep"))
        await pilot.press("E")
        await until(pilot, lambda: "Export l2 of the sweep" in text_on(console))

    run_console(stocked_home, scene)


def test_the_picture_that_was_chosen_stays_as_one_turns_to_other_sweeps(stocked_home: Home) -> None:
    """You should see the effects of each sweep once you asked for them, and of one setting the curve that it has."""
    for group, settings in (
        ("oldest", {"l2": "0,0.1", "batch_size": "16,32"}),
        ("middle", {"l2": "0,0.1"}),
        ("newest", {"l2": "0,0.1", "momentum": "0,0.9"}),
    ):
        make_sweep(stocked_home, settings, group=group)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await until(pilot, lambda: "newest" in pane_text(console, "sweep") and board(console).sweep.kind == "map")
        await pilot.press("i")
        await until(pilot, lambda: board(console).sweep.kind == "effects")
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "middle" in pane_text(console, "sweep") and board(console).sweep.kind == "map")
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "oldest" in pane_text(console, "sweep") and board(console).sweep.kind == "effects")
        await pilot.press("i")
        await until(pilot, lambda: board(console).sweep.kind == "map")

    run_console(stocked_home, scene)


THREE = {"hidden": "none/8", "learning_rate": "0.01,0.1,1", "l2": "0,0.1"}


def three_settings(home: Home) -> None:
    """Twelve cells of three settings, of which eleven have finished: the wider the better, and 0.1 best."""
    make_sweep(home, THREE)
    for place in range(11):
        wide, rate, decayed = place // 6, place // 2 % 3, place % 2
        finish_cell(home, place, {1: 0.9 + 0.04 * wide + (0.0, 0.03, 0.01)[rate] - 0.005 * decayed})


def rows(console: Console) -> list[list[str]]:
    """The cells of the table, by their words."""
    return [row.split() for row in pane_text(console, "cells").splitlines() if "✓" in row or "○" in row]


def test_a_filter_typed_from_the_picture_and_escape_list_cells(stocked_home: Home) -> None:
    three_settings(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await until(pilot, lambda: len(rows(console)) == 12)
        await pilot.press("slash", *"l2<1e-3 none")
        await until(pilot, lambda: len(rows(console)) == 3 and "3 of 12 cells" in pane_text(console, "sweep"))
        await pilot.press(*["backspace"] * 5, "enter")
        await until(pilot, lambda: len(rows(console)) == 6 and "6 of 12 cells" in pane_text(console, "sweep"))
        await pilot.press("slash", *"waiting")
        await until(pilot, lambda: "No cell matches" not in text_on(console) and len(rows(console)) == 1)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: len(rows(console)) == 12 and "of 12 cells" not in text_on(console))

    run_console(stocked_home, scene)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_a_range_brushed_on_an_axis_filters_the_cells(stocked_home: Home, size: tuple[int, int]) -> None:
    """You should see paths, the range led on by Shift and arrows, one value kept by `v`, and all cells after Esc."""
    three_settings(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await on_view(pilot, console)
        await until(pilot, lambda: "hidden=8 learning_rate=0.1 l2=0  97.00" in pane_text(console, "sweep"))
        press_at_once(console, "right", "shift+up")
        await until(pilot, lambda: "8 of 12 cells  learning_rate 0.01 to 0.1" in pane_text(console, "sweep"))
        assert "hidden=8 learning_rate=0.01 l2=0" in pane_text(console, "sweep"), "the cursor leads the range"
        await pilot.press("shift+down", "right", "right", "v")
        await until(pilot, lambda: "2 of 12 cells  learning_rate 0.1  Test accuracy 96" in pane_text(console, "sweep"))
        await pilot.press("v")
        await until(pilot, lambda: "4 of 12 cells  learning_rate 0.1" in pane_text(console, "sweep"))
        await pilot.press("i")
        await until(pilot, lambda: "n 2" in pane_text(console, "sweep"))
        await pilot.press("i")
        await until(pilot, lambda: "down: hidden" in pane_text(console, "sweep"))
        await pilot.press("escape")
        await until(pilot, lambda: "of 12 cells" not in pane_text(console, "sweep"))

    run_console(stocked_home, scene, size)
