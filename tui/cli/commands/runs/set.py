"""`mnist-tui runs set`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs.steering import set_rate
from engine.runs.summaries import find_run
from tui.cli.commands.runs.shared import one_run, runs_command, wait_option


@runs_command("set")
@one_run
@click.argument("setting", metavar="learning_rate=NUMBER")
@wait_option
def set_(home: Home, wanted: str, setting: str, wait: float) -> None:
    """Set the learning rate of a run in training.

    It counts from the next step on, and a schedule goes on from it. The run says so from then on."""
    run = find_run(home, wanted)
    state = set_rate(run, setting, wait)
    click.echo(f"{run.id} goes on after step {state.step:,} with learning_rate={state.base_rate:g}")
