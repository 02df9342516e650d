"""Who trains a sweep: the engine of the home, or a Ray cluster by a driver of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import Protocol

import click

from engine.cluster.connection import require_ray
from engine.cluster.launch import FAREWELL_SECONDS, start_driver
from engine.config.fields import ConfigError, Problem
from engine.home import Home
from engine.service.client import EngineClient
from engine.service.protocol import FeedSweep
from engine.sweeps.place import ENGINE, Place, check_place
from tui.exit_codes import complain


class SweepTrainer(Protocol):
    """Takes sweeps in hand, at a place. `name` is for a sentence."""

    name: str
    place: Place

    def begin(self, home: Home, group: str, failed: bool) -> None:
        """Have what is missing of a sweep trained, or what has failed of it. Raises UserError or OSError."""

    def end(self, detached: bool) -> None:
        """Let go of it: once it has ended, unless it is left to itself."""


class ByEngine:
    """The engine trains it on the devices of this machine."""

    name = "the engine"
    place = ENGINE

    def begin(self, home: Home, group: str, failed: bool) -> None:
        self._client = EngineClient(home)
        self._client.connect()
        self._client.request(FeedSweep(group=group, failed=failed))

    def end(self, detached: bool) -> None:
        self._client.close()


class ByCluster:
    """A Ray cluster trains it, each run on so much of a GPU, or on a CPU. Raises ConfigError."""

    name = "its driver"

    def __init__(self, place: str, share: float) -> None:
        self.place = Place(check_place(place), share)
        if not 0 < share <= 1:
            raise ConfigError([Problem("gpu-share", f"{share:g}", "a number above 0, up to 1")])
        self._driver: subprocess.Popen[str] | None = None

    def begin(self, home: Home, group: str, failed: bool) -> None:
        if sys.stderr.isatty():
            click.echo("connecting to Ray", err=True)
        self._driver = start_driver(home, group, *self.place, failed, complain)

    def end(self, detached: bool) -> None:
        if self._driver and not detached:
            with suppress(subprocess.TimeoutExpired):  # What the sweep has come to is on the disk.
                self._driver.wait(FAREWELL_SECONDS)


def sweep_trainer(place: str | None, share: float | None) -> SweepTrainer:
    """Who trains sweeps at a place, this machine's engine where none is named. Raises ConfigError, and MissingExtra."""
    if place is None:
        if share is not None:
            raise click.UsageError("--gpu-share goes with --on PLACE", click.get_current_context())
        return ByEngine()
    chosen = ByCluster(place, 1.0 if share is None else share)
    require_ray()
    return chosen
