"""The console, opened as the options before any command say."""

from __future__ import annotations

import os

import click


def open_as_asked(context: click.Context, lessons: bool = False) -> int:
    """Open the console, with the lessons first where these are wanted; the exit status."""
    from engine.service.device_choice import VARIABLE, DeviceChoice
    from tui.console.launch import open_console

    asked = context.find_root()
    if (devices := asked.params["devices"]) is not None:
        os.environ[VARIABLE] = devices
    DeviceChoice.of_environment()
    return open_console(asked.obj, asked.params["slow_link"], asked.params["ascii"], lessons)
