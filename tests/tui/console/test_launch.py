"""What is loaded before the first screen is painted, and what is said when the console is left."""

from __future__ import annotations

from engine.home import Home
from tests.builders.consoles import Live, finished, made_run, started, trained
from tests.test_imports import loaded_by
from tui.console.launch import exit_message


def test_a_terminal_is_judged_before_textual_is_loaded() -> None:
    loaded = loaded_by("import tui.console.launch; tui.console.launch.refusal()")
    assert loaded.isdisjoint({"textual", "rich", "numpy", "torch"})


def test_the_first_screen_needs_neither_numpy_nor_plotext_nor_torch() -> None:
    loaded = loaded_by("import tui.console.console")
    assert "textual" in loaded
    assert loaded.isdisjoint({"numpy", "plotext", "torch", "torchvision"})


def test_nothing_of_the_console_loads_torch() -> None:
    modules = (
        "tui.console.console, "
        "tui.workers.engine_requests, "
        "tui.workers.run_follower, "
        "tui.panes.digits.loader, "
        "tui.charts.chart_widget, "
        "tui.panes.digits.widget, "
        "tui.tools.console_bench"
    )
    assert loaded_by(f"import {modules}").isdisjoint({"torch", "torchvision"})


def test_it_says_what_goes_on_and_how_to_come_back(home: Home) -> None:
    assert exit_message(home) == "Nothing is being trained. Come back with: mnist-tui"
    made_run(home, 1, "old", started(), *trained(1, 5), finished())
    run = made_run(home, 2, "deep", started(), *trained(1, 2))
    waiting = made_run(home, 3, "dropout")
    with Live(run):
        assert exit_message(home) == "deep goes on (running, 2 of 5 epochs done). Come back with: mnist-tui"
        with Live(waiting):
            assert (
                exit_message(home) == "deep and 1 more go on (running, 2 of 5 epochs done). Come back with: mnist-tui"
            )
