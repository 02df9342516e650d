"""The console, opened as the options before any command say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine.home import Home

if TYPE_CHECKING:
    import click


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
