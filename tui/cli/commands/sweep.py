"""`mnist-tui sweep`: trains every combination of the values to try, on every device at once."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import click

from engine.files import StoreError, write_whole
from engine.home import Home
from engine.service.address import Address
from engine.service.device_choice import VARIABLE, DeviceChoice
from engine.sweeps.pivot import FORMATS, pivot
from engine.sweeps.place import resume_command
from engine.sweeps.presets import sweep_presets
from engine.sweeps.standing import SweepReader
from engine.sweeps.sweep_file import ask_to_stop, create_sweep, read_sweep
from engine.sweeps.trained_cells import trained_cells
from tui.cli.commands.shared import KEEP_WEIGHTS, PLACE, options, print_json
from tui.cli.commands.sweep_options import CELLS, JUDGING, planned
from tui.cli.completion import complete_groups, complete_settings, complete_sweeps, complete_sweeps_in_training
from tui.cli.sweep_trainers import SweepTrainer, sweep_trainer
from tui.exit_codes import DONE

EXAMPLES = """\b
Examples:
  mnist-tui sweep deep l2=0,1e-5,1e-4,1e-3 batch_size=16,32,64 --seeds 3
  mnist-tui sweep deep hidden=none/128/128,64 learning_rate=log:0.01..1:5 --dry-run
  mnist-tui sweep lambda                                   a shipped sweep

\b
Values to try are separated by commas; hidden and activation are lists themselves: there / separates
(activation=relu/tanh/sigmoid). a..b:n are n values from a to b, log:a..b:n evenly spaced in their logarithm."""
START = "start"


class SweepProgram(click.Group):
    """A group whose first word, where it is no command, begins what is to be trained."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = [START, *args] if args else ["--help"]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        known = (option for option in self.commands[START].get_params(ctx) if isinstance(option, click.Option))
        with formatter.section("Options"):
            formatter.write_dl([record for option in known if (record := option.get_help_record(ctx))])
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_commands(ctx, formatter)
        with formatter.section("Shipped sweeps"):
            formatter.write_dl([(name, shipped.summary) for name, shipped in sweep_presets().items()])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[PRESET|SWEEP] [FIELD=VALUES]... [OPTIONS]")


@click.group("sweep", cls=SweepProgram, epilog=EXAMPLES)
def sweep() -> None:
    """Train every combination of the values to try, on every device at once."""


@sweep.command(START, hidden=True, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="[PRESET|SWEEP] [FIELD=VALUES]...", shell_complete=complete_settings)
@options((*CELLS, *JUDGING))
@click.option(
    "--group", default="", shell_complete=complete_groups, help="What to call the sweep and the group of its runs."
)
@click.option("--tag", "tags", multiple=True, help="A word to find its runs by; may be given several times.")
@click.option("--note", default="", help="A remark kept with its runs.")
@KEEP_WEIGHTS
@options(PLACE)
@click.option(
    "--devices",
    metavar="CHOICE",
    help="What an engine started for it may use, as $MNIST_TUI_DEVICES; with --on stack:N alone.",
)
@click.option("--dry-run", is_flag=True, help="Show the cells, runs, disk and time it takes, and train nothing.")
@click.option(
    "--resume",
    metavar="GROUP",
    shell_complete=complete_sweeps,
    help="Train what is missing of a sweep, failed or was broken off.",
)
@click.option("--failed", is_flag=True, help="With --resume: what has failed alone.")
@click.option("--detach", is_flag=True, help="Leave it to who trains it, and return at once.")
@click.option("--json", is_flag=True, help="A line of JSON for every run that has ended, and one for the whole.")
@click.option("--quiet", is_flag=True, help="Print which cell is best only.")
@click.pass_obj
def start(
    home: Home,
    /,
    words: tuple[str, ...],
    on: str | None,
    gpu_share: float | None,
    devices: str | None,
    dry_run: bool,
    resume: str | None,
    failed: bool,
    detach: bool,
    json: bool,
    quiet: bool,
    **asked: Any,
) -> int:
    """Train every combination of the values to try."""
    context = click.get_current_context()
    if json and quiet:
        raise click.UsageError("--json and --quiet exclude each other", context)
    if failed and not resume:
        raise click.UsageError("--failed goes with --resume GROUP", context)
    if resume and (words or dry_run or any(_given(context, name) for name in asked)):
        raise click.UsageError("--resume goes on with a sweep as it is; leave out what else is asked for", context)
    if on and (dry_run or not DeviceChoice.parse(devices or "").is_any):
        raise click.UsageError(
            "--dry-run and --devices (stack:N apart) are about this machine; leave out --on", context
        )
    plan = None if resume else planned(home, words, **asked)
    _choose_devices(home, devices, on)
    trainer = sweep_trainer(on, gpu_share)
    if plan and dry_run:
        from tui.cli.commands.sweep_table import dry_run as show

        return show(home, plan, json)
    group = resume or (plan.record.group if plan else "")
    if plan:
        create_sweep(home, plan.record, plan.cells, trained_cells(home, plan) if asked["needed"] else None)
    return _train(home, group, trainer, failed=failed, detach=detach, json=json, quiet=quiet)


def _given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _choose_devices(home: Home, devices: str | None, on: str | None) -> None:
    """Let what is started use these devices. Raises UserError where an engine is meant and one is running."""
    if devices is not None:
        os.environ[VARIABLE] = devices
    DeviceChoice.of_environment()
    if devices is not None and not on and Address(home).lock.held():
        raise StoreError("--devices is for an engine that is started, and one is running; leave it out, or end that")


def _train(
    home: Home, group: str, trainer: SweepTrainer, *, failed: bool, detach: bool, json: bool, quiet: bool
) -> int:
    from tui.cli.commands.sweep_table import print_standing, standing_json
    from tui.cli.sweep_session import JsonLines, SweepLines, SweepReport, exit_status, train_sweep

    report = JsonLines() if json else SweepReport() if quiet or detach else SweepLines()
    standing = train_sweep(home, group, report, trainer, failed=failed, detach=detach)
    if detach and not json:
        click.echo(f"{group} is left to {trainer.name}; see it: mnist-tui sweep show {shlex.quote(group)}")
        return DONE
    if json:
        print_json(standing_json(standing), indent=None)
    else:
        print_standing(standing, quiet)
    return DONE if detach else exit_status(standing, trainer)


@sweep.command("list")
@click.option("--json", is_flag=True, help="As one JSON array.")
@click.pass_obj
def list_(home: Home, json: bool) -> None:
    """Every sweep, the newest first."""
    from tui.cli.commands.sweep_table import list_sweeps

    list_sweeps(home, json)


@sweep.command("show")
@click.argument("group", shell_complete=complete_sweeps)
@click.option("--json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def show(home: Home, group: str, json: bool) -> None:
    """What each cell of a sweep has come to, and what that says."""
    from tui.cli.commands.sweep_table import print_standing, standing_json

    standing = SweepReader(home, group).read()
    if json:
        print_json(standing_json(standing))
    else:
        print_standing(standing)


@sweep.command("stop")
@click.argument("group", shell_complete=complete_sweeps_in_training)
@click.pass_obj
def stop(home: Home, group: str) -> None:
    """Stop the runs of a sweep after their step; their checkpoints stay."""
    ask_to_stop(home, group)
    click.echo(f"{group} is being stopped; go on: {resume_command(group, read_sweep(home, group).place)}")


@sweep.command("export")
@click.argument("group", shell_complete=complete_sweeps)
@click.option("--format", "name", type=click.Choice(tuple(FORMATS)), default="csv", help="csv unless given.")
@click.option("--rows", default="", metavar="SETTING", help="What varies from row to row; the first setting.")
@click.option("--columns", default="", metavar="SETTING", help="What varies from column to column; the second setting.")
@click.option("--metric", default="", metavar="NAME", help="What to show; what the sweep is judged by.")
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", help="Where to write; prints unless given.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.pass_obj
def export(
    home: Home, group: str, name: str, rows: str, columns: str, metric: str, output: Path | None, force: bool
) -> None:
    """A table of one setting against another, each cell the mean of its seeds."""
    text = FORMATS[name](pivot(SweepReader(home, group).read(), rows, columns, metric))
    if output is None:
        click.echo(text, nl=False)
    elif output.exists() and not force:
        raise StoreError(f"{output} exists; replace it with --force")
    else:
        write_whole(output, text.encode())
        click.echo(str(output))
