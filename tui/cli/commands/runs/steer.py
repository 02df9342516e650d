"""`mnist-tui runs stop`, `pause`, `resume` and `set`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs.steering import PAUSE, RESUME, STOP, set_rate, steer
from engine.runs.summaries import find_run
from tui.cli.commands.runs.shared import for_each, many_runs, one_run, runs_command, wait_option


def _steering(word: str, summary: str) -> click.Command:
    @runs_command(word)
    @many_runs
    @wait_option
    def command(home: Home, queries: tuple[str, ...], wait: float) -> int:
        return for_each(home, queries, lambda run: f"{run.id} is {steer(run, word, wait)}")

    command.help = summary
    return command


stop = _steering(STOP, "Stop runs after their step.\n\nTheir checkpoints stay: mnist-tui train --resume RUN.")
pause = _steering(PAUSE, "Pause runs after their step.")
resume = _steering(
    RESUME, "Let paused runs go on.\n\nTo go on with a run that has stopped: mnist-tui train --resume RUN."
)


@runs_command("set")
@one_run
@click.argument("setting", metavar="learning_rate=NUMBER")
@wait_option
def set_(home: Home, query: str, setting: str, wait: float) -> None:
    """Set the learning rate of a run in training.

    It counts from the next step on, and a schedule goes on from it. The run says so from then on."""
    run = find_run(home, query)
    state = set_rate(run, setting, wait)
    click.echo(f"{run.id} goes on after step {state.step:,} with learning_rate={state.base_rate:g}")
