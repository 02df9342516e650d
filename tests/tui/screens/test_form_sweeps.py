"""Sweeps that are made in the form: values to try of a field, what they make, and how they begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.service.protocol import FeedSweep
from engine.sweeps.plan import Plan, plan
from engine.sweeps.space import Space, Values
from engine.sweeps.sweep_file import read_sweep, sweep_records
from tests.builders.consoles import (
    Engine,
    board,
    down_to,
    finished,
    made_run,
    pane_text,
    run_console,
    started,
    text_on,
    trained,
    until,
)
from tui.console.console import Console
from tui.panes.model.values_to_try import ValuesToTry


def test_values_to_try_are_asked_for_counted_and_trained(home: Home) -> None:
    """You should see wrong values refused as they are typed, cells and runs counted, and F5 begin the sweep."""
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("e", *down_to("l2"), "f4")
        await until(pilot, lambda: isinstance(console.screen, ValuesToTry))
        await until(pilot, lambda: "0,1e-5,1e-4,1e-3  4 values" in text_on(console))
        console.screen.query_one(Input).value = "0,-1"
        await until(pilot, lambda: "✗ expected" in text_on(console))
        await pilot.press("enter")
        assert isinstance(console.screen, ValuesToTry), "what is refused is not taken"
        await pilot.press("down", "enter")
        await until(pilot, lambda: "4 cells to train" in pane_text(console, "model"))
        assert board(console).model.draft.text("l2") == "0,1e-5,1e-4,1e-3"
        await until(pilot, lambda: "of disk" in pane_text(console, "model"))
        assert not sweep_records(home)
        await pilot.press("f5")
        await until(pilot, lambda: engine.asked)
        await until(pilot, lambda: board(console).view.name == "Sweep")

    run_console(home, scene, engine=engine)
    (request,) = engine.asked
    assert isinstance(request, FeedSweep)
    sweep = read_sweep(home, request.group)
    assert [sweep.record.config(values).l2 for values in sweep.cells] == [0, 1e-5, 1e-4, 1e-3]


def test_a_letter_in_the_form_plans_at_most_once_and_a_million_cells_are_counted_without_being_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[int] = []

    def counted(*arguments: Any) -> Plan:
        planned.append(1)
        return plan(*arguments)

    every = Space.cells

    def one(space: Space) -> Iterator[Values]:
        return (values for number, values in enumerate(every(space)) if number < 1 or pytest.fail("cells were made"))

    monkeypatch.setattr("engine.sweeps.plan.plan", counted)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        model = board(console).model
        await pilot.press("e", *down_to("l2"))
        for letter in "0,1e-4":
            before = len(planned)
            await pilot.press(letter)
            await pilot.pause()
            assert len(planned) <= before + 1, letter
        await until(pilot, lambda: "of disk" in pane_text(console, "model"))
        assert model.draft.cells == 2 and planned
        monkeypatch.setattr(Space, "cells", one)
        model.write("l2", "0..0.5:1000")
        model.write("learning_rate", "log:0.01..1:1000")
        await until(pilot, lambda: "1 value to correct" in pane_text(console, "model"))
        assert model.draft.cells == 1_000_000

    run_console(home, scene, engine=Engine())


def test_faults_of_a_sweep_are_told_together_and_nothing_is_begun(home: Home) -> None:
    engine = Engine()

    async def scene(pilot: Pilot[None], console: Console) -> None:
        model = board(console).model
        model.write("epochs", "1,many")
        model.write("dropout", "0,2")
        await until(pilot, lambda: "2 values to correct" in pane_text(console, "model"))
        await pilot.press("f5")
        await until(pilot, lambda: "values to correct are marked" in text_on(console))

    run_console(home, scene, engine=engine)
    assert not engine.asked and not sweep_records(home)


def test_any_run_is_varied_from_history(home: Home) -> None:
    """You should see the settings of the run in the form, and the cursor on a field that can be tried with several."""
    made_run(
        home, 1, "wide", started(), *trained(1, 5), finished(), config=RunConfig(dataset="synthetic", hidden=(256,))
    )

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await pilot.press("3")
        await until(pilot, lambda: "wide" in pane_text(console, "history"))
        await pilot.press("R")
        await until(pilot, lambda: board(console).view.name == "Train")
        model = board(console).model
        assert model.draft.text("hidden") == "256"
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(console.screen, ValuesToTry))
        await pilot.press("escape", "ctrl+u")
        await until(pilot, lambda: model.draft.text("hidden") == "128,64")

    run_console(home, scene)
