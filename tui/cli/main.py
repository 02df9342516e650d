"""The command line: what `mnist-tui` and its commands share, and how their errors reach the user."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from engine import __version__
from engine.config.presets import all_presets
from engine.home import Home
from tui.cli.entry import COMPLETE, leave_with, open_as_asked
from tui.exit_codes import DONE, INTERRUPTED, NAME, complain, explain

COMMANDS = {
    "train": ("tui.cli.commands.train:train", "Train a network, with a progress bar or JSON lines."),
    "sweep": ("tui.cli.commands.sweep:sweep", "Train every combination of the values to try."),
    "learn": ("tui.cli.commands.learn:learn", "Learn from runs of your own, a lesson at a time."),
    "predict": ("tui.cli.commands.predict:predict", "Read digits in pictures by a run's network."),
    "presets": ("tui.cli.commands.presets:presets_", "List and show presets; save, rename and delete your own."),
    "runs": ("tui.cli.commands.runs:runs", "List, compare, steer, label, delete and restore runs."),
    "reproduce": ("tui.cli.commands.reproduce:reproduce", "Train the reference experiments and compare their figures."),
    "devices": ("tui.cli.commands.devices:devices", "Show the devices, what trains on each, and the queue."),
    "bench": ("tui.cli.commands.bench:bench", "Measure training against the reference loop."),
    "data": ("tui.cli.commands.data:data", "Show which data sets are there, and fetch them."),
    "doctor": ("tui.cli.commands.doctor:doctor", "Check this machine, and say what to do."),
}
EXAMPLES = """\b
Examples:
  mnist-tui                                open the console
  mnist-tui train deep                     train the reference network
  mnist-tui train deep --hidden 256,128    the same with wider layers
  mnist-tui runs list                      what has been trained
  mnist-tui runs show last                 the figures of the last run
  mnist-tui reproduce                      the published experiments

\b
Shell completion of commands, presets, settings and runs:
  bash   eval "$(_MNIST_TUI_COMPLETE=bash_source mnist-tui)"   in ~/.bashrc
  zsh    eval "$(_MNIST_TUI_COMPLETE=zsh_source mnist-tui)"    in ~/.zshrc
  fish   _MNIST_TUI_COMPLETE=fish_source mnist-tui | source    in config.fish

Runs and data are kept in the folder that $MNIST_TUI_HOME names. Exit status: 0 done, 1 failed, 2 wrong usage, 130
interrupted."""

# Those of help are of every command.
SETTINGS = {"max_content_width": 100, "help_option_names": ["--help", "-h"]}


class Program(click.Group):
    """A group whose commands are imported when they are called, and whose errors are a line or two."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"no command is called {args[0][:40]!r}{_hint(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *_: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the program and leave with its exit status."""
        if COMPLETE in os.environ:
            from tui.cli import shells  # noqa: F401
        if standalone_mode:
            leave_with(lambda: self._status(args, extra))
        return super().main(args, NAME, standalone_mode=False, **extra)

    def _status(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        extra.pop("prog_name", None)
        try:
            status = super().main(args, NAME, standalone_mode=False, **extra)
            return status if isinstance(status, int) else DONE
        except click.Abort as abort:
            return INTERRUPTED if isinstance(abort.__cause__, KeyboardInterrupt) else complain("nothing was done")
        except click.ClickException as error:
            return explain(error)


def _hint(word: str) -> str:
    if word in all_presets(Home.find()):
        return f"; did you mean: {NAME} train {word}?"
    near = difflib.get_close_matches(word[:40], COMMANDS, n=1)
    return f"; did you mean: {NAME} {near[0]}?" if near else ""


@click.group(NAME, cls=Program, invoke_without_command=True, epilog=EXAMPLES, context_settings=SETTINGS)
@click.option("--slow-link", is_flag=True, help="Console: fewer updates, for a slow connection.")
@click.option("--ascii", is_flag=True, help="Console: draw with ASCII alone, as LC_ALL=C does.")
@click.option(
    "--devices",
    metavar="CHOICE",
    help="Console: what an engine it starts may use, as $MNIST_TUI_DEVICES: all; GPUs such as 0,2-5; cpu:4; stack:8.",
)
@click.version_option(__version__, "--version", prog_name=NAME, message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, /, **_: Any) -> int | None:
    """Train small neural networks on handwritten digits and watch them learn.

    Without a command, open the console.
    """
    context.obj = Home.find()
    if context.invoked_subcommand is not None:
        return None
    return open_as_asked(context)
