"""A home for tests of consoles that need an engine, and nothing of it: one engine serves those of a module in turn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.home import Home
from engine.runs.directory import Run
from engine.service.client import EngineClient
from engine.service.protocol import Ping
from tests.builders.engines import engine_home
from tests.conftest import settle


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[tuple[Home, EngineClient]]:
    """A home whose engine stays, and a client that keeps it."""
    with engine_home(tmp_path_factory.mktemp("served") / "home", drawn_digits) as home:
        client = EngineClient(home)
        client.connect()
        yield home, client
        client.close()


@pytest.fixture
def own_home(served_home: tuple[Home, EngineClient]) -> Home:
    """That home as if it were new: without runs and all that consoles have kept in it."""
    home, client = served_home
    status = client.request(Ping())
    for job in status.waiting + status.training:
        Run(home.runs / job.run).request("stop")
    settle(lambda: not client.request(Ping()).training)
    for path in home.path.iterdir():
        if path.is_file() and not path.name.startswith("engine."):
            path.unlink()
        elif path.is_dir() and path != home.data and path.name != "slots":
            shutil.rmtree(path)
    return home.prepare()
