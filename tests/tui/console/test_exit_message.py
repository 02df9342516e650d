"""What is said when the console is left."""

from __future__ import annotations

from engine.home import Home
from tests.builders.consoles import Live, finished, made_run, started, trained
from tui.console.exit_message import farewell


def test_it_says_what_goes_on_and_how_to_come_back(home: Home) -> None:
    assert farewell(home) == "Nothing is being trained. Come back with: mnist-tui"
    made_run(home, 1, "old", started(), *trained(1, 5), finished())
    run = made_run(home, 2, "deep", started(), *trained(1, 2))
    waiting = made_run(home, 3, "dropout")
    with Live(run):
        assert farewell(home) == "deep goes on (running, epoch 2 of 5). Come back with: mnist-tui"
        with Live(waiting):
            assert farewell(home) == "deep and 1 more go on (running, epoch 2 of 5). Come back with: mnist-tui"
