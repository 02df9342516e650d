"""The view of networks: going over units, switching them off, two runs side by side, and runs that have none."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.home import Home
from engine.inference.network import NetworkError
from tests.builders.consoles import board, pane_text, press_at_once, run_console, story, until
from tests.builders.networks import drawn_network, give
from tui.console.console import Console


def words(console: Console, pane: str = "unit") -> str:
    """What a pane says, its lines as one."""
    return " ".join(pane_text(console, pane).split())


async def go_there(pilot: Pilot[None], console: Console) -> None:
    await until(pilot, lambda: console.main.is_complete and "unit" in board(console).there)
    await until(pilot, lambda: console.main.following.reference_id and board(console).pane("unit").content is not None)
    await pilot.press("8")


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
        assert words(console, "units").count("output") == 2 and "5 relu" in words(console, "units")
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
        await until(pilot, lambda: "switches it off" in words(console) and "○" not in words(console, "units"))
        assert f"{before} % of 10,000 test digits right" in words(console)
        await pilot.press("c")
        await until(pilot, lambda: "on this 7" not in words(console))
        await pilot.press("b")
        await until(pilot, lambda: words(console, "units").count("output") == 1)

    run_console(stocked_home, scene, (120, 40))


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
