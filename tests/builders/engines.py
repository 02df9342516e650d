"""Engine processes for tests, and homes that have what they train on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import summarise
from engine.service.address import Address
from engine.service.client import EngineClient, EngineGone
from engine.service.device_choice import VARIABLE
from engine.service.protocol import Quit
from tests.conftest import settle

QUICK = RunConfig(dataset="synthetic", train_size=500, hidden=(16,), epochs=2, device="cpu")
LONG = QUICK.replace({"epochs": 10_000})


@contextmanager
def engine_home(folder: Path, drawn_digits: Path, devices: str = "cpu:1") -> Iterator[Home]:
    """A home with the synthetic digits; its engine, which may use such `devices`, has left at the end."""
    home = Home(folder).prepare()
    (home.data / "synthetic").symlink_to(drawn_digits)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MNIST_TUI_DATA", raising=False)
        patch.setenv("MNIST_TUI_OFFLINE", "1")
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patch.setenv(VARIABLE, devices)
        try:
            yield home
        finally:
            client = EngineClient(home)
            with suppress(EngineGone):
                client.connect(start=False)
                client.request(Quit())
            client.close()
            settle(lambda: not Address(home).lock.held())


def status(run: Run) -> str:
    """What a viewer says of a run."""
    return summarise(run).status


def reach(run: Run, *wanted: str) -> None:
    """Wait until a run is in one of the wanted conditions."""
    settle(lambda: status(run) in wanted)
