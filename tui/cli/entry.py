"""How the program begins and ends: without a word the console opens, anything else is for the whole command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from engine.config.fields import ConfigError
from engine.errors import UserError
from engine.home import Home
from tui.cli import streams
from tui.exit_codes import FAILED, INTERRUPTED, explain

if TYPE_CHECKING:
    import click


# What click calls the variable with which a shell asks for completions.
COMPLETE = "_MNIST_TUI_COMPLETE"


def main() -> NoReturn:
    """Run the program and leave with its exit status; a console does not wait until commands are imported."""
    if len(sys.argv) > 1 or COMPLETE in os.environ:
        from tui.cli.main import main as command_line

        command_line()
    leave_with(lambda: open_with(Home.find()))


def leave_with(work: Callable[[], int]) -> NoReturn:
    """Do this, and leave with the exit status that it returns or that its error means."""
    streams.take_over()
    status = _status(work)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = max(status, explain(error))
    sys.exit(max(status, FAILED) if streams.lost() else status)


def _status(work: Callable[[], int]) -> int:
    try:
        return work()
    except KeyboardInterrupt:
        streams.give_up()
        return INTERRUPTED
    except (ConfigError, UserError, OSError) as error:
        return explain(error)


def open_as_asked(context: click.Context, lessons: bool = False) -> int:
    """Open the console, with the lessons first where these are wanted; the exit status."""
    asked = context.find_root()
    return open_with(asked.obj, asked.params["slow_link"], asked.params["ascii"], asked.params["devices"], lessons)


def open_with(
    home: Home, slow_link: bool = False, ascii: bool = False, devices: str | None = None, lessons: bool = False
) -> int:
    """Open the console; an engine that it starts may use `devices`. The exit status. Raises DeviceChoiceError."""
    from engine.service.device_choice import VARIABLE, DeviceChoice
    from tui.console.launch import open_console

    if devices is not None:
        os.environ[VARIABLE] = devices
    DeviceChoice.of_environment()
    return open_console(home, slow_link, ascii, lessons)
