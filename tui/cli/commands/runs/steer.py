"""`mnist-tui runs stop`, `pause` and `resume`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs.steering import PAUSE, RESUME, STOP, steer
from tui.cli.commands.runs.shared import for_each, many_runs, runs_command, wait_option


def _steering(word: str, summary: str) -> click.Command:
    @runs_command(word)
    @many_runs
    @wait_option
    def command(home: Home, wanted: tuple[str, ...], wait: float) -> int:
        return for_each(home, wanted, lambda run: f"{run.id} is {steer(run, word, wait)}")

    command.help = summary
    return command


stop = _steering(STOP, "Stop runs after their step.\n\nTheir checkpoints stay: mnist-tui train --resume RUN.")
pause = _steering(PAUSE, "Pause runs after their step.")
resume = _steering(
    RESUME, "Let paused runs go on.\n\nTo go on with a run that has stopped: mnist-tui train --resume RUN."
)
