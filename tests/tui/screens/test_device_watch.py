"""The view of the devices: where its cursor is, and what keys do to the queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from engine.home import Home
from engine.runs.queue_order import write_order
from engine.service.protocol import Drop, Move
from tests.builders.consoles import (
    Engine,
    Live,
    board,
    pane_text,
    run_console,
    story,
    text_on,
    until,
)
from tests.builders.devices import card, server
from tui.console.console import Console
from tui.screens.device_watch import COLUMNS, SECONDS, UtilisationHistory


def with_queue(
    home: Home, scene: Callable[[Pilot[None], Console, Engine, list[str]], Awaitable[None]], size: tuple[int, int]
) -> None:
    """Play a scene on the view of the devices of a server, with a run in training and three that wait."""
    engine = Engine()

    async def on_view(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "devices" in board(console).there)
        await pilot.press("6")
        await until(pilot, lambda: "3 in the queue" in pane_text(console, "devices"))
        await until(pilot, lambda: "deep" in pane_text(console, "devices"))
        await scene(pilot, console, engine, [*engine.waiting])

    with server(home, engine):
        run_console(home, on_view, size, engine=engine)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
def test_keys_move_and_take_out_the_run_under_the_cursor(stocked_home: Home, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        def place(name: str) -> int:
            return pane_text(console, "devices").find(name)

        await pilot.press("j", "greater_than_sign")
        await until(pilot, lambda: engine.asked)
        assert engine.asked == [Move(run=ids[0], by=1)]
        write_order(console.main.home, [ids[1], ids[0], ids[2]])
        await until(pilot, lambda: 0 < place("second") < place("first"))
        assert board(console).devices.highlighted == ids[0]
        await pilot.press("less_than_sign", "s")
        await until(pilot, lambda: len(engine.asked) == 3)
        assert engine.asked[1:] == [Move(run=ids[0], by=-1), Drop(run=ids[0])]

    with_queue(stocked_home, scene, size)


def test_on_a_run_in_training_the_same_key_asks_whether_to_stop_it(stocked_home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        await pilot.press("g", "s")
        await until(pilot, lambda: "Stop deep?" in text_on(console))
        assert engine.asked == []

    with_queue(stocked_home, scene, (120, 40))


def test_enter_shows_the_run_under_the_cursor_in_train(stocked_home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        await pilot.press("G", "enter")
        await until(pilot, lambda: "third" in pane_text(console, "run"))
        assert board(console).view.name == "Train"
        assert console.main.following.shown_id == ids[2]

    with_queue(stocked_home, scene, (120, 40))


def test_the_queue_is_emptied_after_a_question(stocked_home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        await pilot.press("S")
        await until(pilot, lambda: "Take all 3 runs out of the queue?" in text_on(console))
        await pilot.press("n", "S")
        await until(pilot, lambda: "Take all 3 runs out of the queue?" in text_on(console))
        assert engine.asked == []
        await pilot.press("y")
        await until(pilot, lambda: "3 runs are out of the queue." in text_on(console))
        assert engine.asked == [Drop(run=run) for run in reversed(ids)]

    with_queue(stocked_home, scene, (120, 40))


def test_a_cursor_far_down_a_long_list_is_seen_and_so_are_the_heads_when_it_comes_back(stocked_home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        engine.devices = tuple(card(number, run="" if number else engine.devices[0].run) for number in range(20))
        await until(pilot, lambda: "cuda:6" in pane_text(console, "devices"))
        await pilot.press("G")
        await until(pilot, lambda: "third" in pane_text(console, "devices"))
        assert "done" not in pane_text(console, "devices")
        await pilot.press("g")
        await until(pilot, lambda: "done" in pane_text(console, "devices"))

    with_queue(stocked_home, scene, (40, 12))


def test_where_no_run_is_listed_no_key_acts_on_the_one_that_is_shown_elsewhere(stocked_home: Home) -> None:
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "Stop" in text_on(console))
        await until(pilot, lambda: "devices" in board(console).there)
        await pilot.press("6")
        await until(pilot, lambda: "Nothing is in the queue." in pane_text(console, "devices"))
        assert console.main.actions.target is None and console.main.actions.meant == ()
        await pilot.press("s", "S", "enter")
        assert console.screen is console.main and board(console).view.name == "Devices"

    with Live(run):
        run_console(stocked_home, scene)


def test_what_an_engine_told_is_shown_no_longer_when_it_has_gone(stocked_home: Home) -> None:
    async def scene(pilot: Pilot[None], console: Console, engine: Engine, ids: list[str]) -> None:
        engine.gone = True
        await until(pilot, lambda: "Start another engine?" in text_on(console))
        await pilot.press("n")
        await until(pilot, lambda: "The devices are not known yet" in pane_text(console, "devices"))
        assert "3 in the queue" in pane_text(console, "devices")

    with_queue(stocked_home, scene, (120, 40))


def test_how_busy_a_device_was_is_kept_column_by_column() -> None:
    history = UtilisationHistory()
    history.take([card(0, utilisation=0.2), card(1, utilisation=None)], 100 * SECONDS)
    history.take([card(0, utilisation=0.3)], 100.5 * SECONDS)
    assert history.of("cuda:0") == (0.3,) and history.of("cuda:1") == ()
    history.take([card(0, utilisation=0.9)], 103 * SECONDS)
    assert history.of("cuda:0") == (0.3, 0.3, 0.3, 0.9)
    history.catch_up(104 * SECONDS)
    assert history.of("cuda:0") == (0.3, 0.3, 0.3, 0.9, 0.9)
    history.catch_up(1e6)
    assert history.of("cuda:0") == (0.9,) * COLUMNS
    history.take([], 1e6)
    assert history.of("cuda:0") == ()
