"""The view of networks: going over units, switching them off, two runs side by side, and runs that have none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

import pytest
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.inference.network import NetworkError
from tests.builders.consoles import (
    append,
    board,
    made_run,
    pane_text,
    press_at_once,
    run_console,
    started,
    story,
    trained,
    until,
)
from tests.builders.networks import drawn_network, give, keep_weights, layers_after
from tui.console.console import Console
from tui.panes.network.pane import NetworkBoard
from tui.widgets import views


def words(console: Console, pane: str = "unit") -> str:
    """What a pane says, its lines as one."""
    return " ".join(pane_text(console, pane).split())


async def go_there(pilot: Pilot[None], console: Console) -> None:
    await until(pilot, lambda: console.main.is_complete and "unit" in board(console).there)
    await until(pilot, lambda: console.main.following.reference_id and board(console).pane("unit").content is not None)
    await pilot.press("8")


def test_who_goes_there_before_its_panes_are_filled_sees_the_network_when_they_are(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(stocked_home)
    give(monkeypatch, {path.name: drawn_network("hidden=12,6") for path in stocked_home.runs.iterdir()})
    mount_panes = NetworkBoard.mount_panes

    async def after_a_look(network: NetworkBoard) -> None:
        console = cast(Console, network.app)
        while not console.main.following.shown_id:
            await asyncio.sleep(0.01)
        board(console).go_to(views.place(views.NETWORK_VIEW))
        console.main.networks.turn()
        await mount_panes(network)

    monkeypatch.setattr(NetworkBoard, "mount_panes", after_a_look)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: "12 relu" in words(console, "units"))

    run_console(stocked_home, scene)


def test_units_are_gone_over_and_switched_off_and_the_whole_network_returns(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = story(stocked_home)
    give(
        monkeypatch,
        {
            path.name: drawn_network("hidden=12,6" if path.name == shown.id else "hidden=5")
            for path in stocked_home.runs.iterdir()
        },
    )

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await go_there(pilot, console)
        await until(pilot, lambda: "12 relu" in words(console, "units"))
        assert words(console, "units").count(" out") == 2 and "5 relu" in words(console, "units")
        assert "most influential" in words(console) and "10,000 test digits right" in words(console)
        before = words(console).split(" of 10,000")[0].split()[-2]
        press_at_once(console, "space", "left", "left", "left", "left", "up", "space")
        await until(pilot, lambda: "with 2 units of layer 1 off" in words(console))
        await until(pilot, lambda: "answered otherwise" in words(console) and "2 off" in words(console))
        assert before in words(console) and "○" in words(console, "units")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "with 1 unit of layer 1 off" in words(console))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "with 3 units of layer 1 off" in words(console))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "answered otherwise" not in words(console) and "○" not in words(console, "units"))
        assert f"{before} % of 10,000 test digits right" in words(console)
        assert "on this 3" in words(console)
        await pilot.press("c", "enter")
        await until(pilot, lambda: "on this 4" in words(console))
        assert board(console).current == "unit"
        await pilot.press("b")
        await until(pilot, lambda: words(console, "units").count(" out") == 1)

    run_console(stocked_home, scene, (120, 40))


def test_keys_that_change_the_answers_show_them_where_they_are_out_of_sight(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the pane of the unit once another digit or the confusion is wanted on a small screen."""
    story(stocked_home)
    give(monkeypatch, {path.name: drawn_network("hidden=5") for path in stocked_home.runs.iterdir()})

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await go_there(pilot, console)
        await until(pilot, lambda: "5 relu" in words(console, "units"))
        await pilot.press("i")
        await until(pilot, lambda: board(console).current == "unit" and "true" in words(console))
        await pilot.press("shift+tab")
        await until(pilot, lambda: board(console).current == "units")
        await pilot.press("i", "c")
        await until(pilot, lambda: board(console).current == "unit" and "on this 4" in words(console))

    run_console(stocked_home, scene, (80, 24))


def test_a_run_without_a_network_says_why(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    story(stocked_home)
    refused = NetworkError("the checkpoint of it cannot be read: gone")
    monkeypatch.setattr("engine.inference.cache.read_networks", lambda runs, epoch: [refused for _ in runs])

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await go_there(pilot, console)
        panes = ("units", "unit", "first-layer")
        await until(pilot, lambda: all("The checkpoint of it cannot be read" in words(console, one) for one in panes))
        await pilot.press("space", "exclamation_mark", "ctrl+r", "right", "c")

    run_console(stocked_home, scene, (120, 40))


def test_epochs_are_gone_through_and_one_without_weights_says_so(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(stocked_home)
    config = RunConfig.parse("hidden=6 dataset=synthetic")
    epochs = (event for n in (1, 2, 3) for event in (layers_after(n, 0.1, 0.2), *trained(n, n)))
    last = made_run(stocked_home, 4, "kept", replace(started(), config=config), *epochs, config=config)
    keep_weights(last, drawn_network("hidden=6"), 1, 3)
    refused = NetworkError("no checkpoint")
    monkeypatch.setattr("engine.inference.stored_networks.read_checkpoints", lambda runs: [refused for _ in runs])

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await go_there(pilot, console)
        await until(pilot, lambda: "epoch 3," in words(console, "units") and "epoch 3" in words(console, "layers"))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "no weights of epoch 2" in words(console, "units"))
        assert "epoch 1," in words(console, "units")
        assert "epoch 2" in words(console, "layers")
        await pilot.press("left_square_bracket")
        await until(
            pilot, lambda: "epoch 1," in words(console, "units") and "no weights" not in words(console, "units")
        )
        append(last, layers_after(4, 0.1, 0.2), *trained(4, 4))
        keep_weights(last, drawn_network("hidden=6"), 4)
        last.checkpoint_path.touch()
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: "epoch 4," in words(console, "units") and "epoch 4" in words(console, "layers"))

    run_console(stocked_home, scene, (120, 40))
