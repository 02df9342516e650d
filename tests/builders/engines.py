"""Engine processes for tests, and homes that have what they train on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from engine import datasets
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import summarise
from engine.service.address import Address
from engine.service.client import EngineClient, EngineGone, EngineRefused
from engine.service.device_choice import VARIABLE, DeviceChoice
from engine.service.handler import Service
from engine.service.protocol import Ping, Quit, Refused, Request, decode_reply, encode
from tests.builders.workers import in_threads
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


class ClientOfService:
    """Passes for an `EngineClient` whose engine is a service in this process."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.connected = True

    def connect(self, start: bool = True) -> Any:
        """As of a client."""
        return self.request(Ping())

    def request(self, request: Request[Any]) -> Any:
        """As of a client."""
        reply = decode_reply(encode(self._service.answer(encode(request))))
        if isinstance(reply, Refused):
            raise EngineRefused(reply.message)
        return reply

    def close(self) -> None:
        """As of a client."""


@contextmanager
def engine_in_process(home: Home, devices: str = "cpu:2") -> Iterator[Service]:
    """An engine in this process, its workers threads of it, which commands called here find."""
    service = Service(
        home, lambda: 1, lambda reason: None, DeviceChoice.parse(devices), in_threads(home, datasets.load)
    )
    service.start()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("engine_session", "sweep_trainers"):
            patch.setattr(f"tui.cli.{module}.EngineClient", lambda home: ClientOfService(service))
        yield service
    service.leave("the test is over")
    settle(lambda: service.has_left)


def interrupt_once(condition: Callable[[], object]) -> threading.Thread:
    """Press Ctrl-C in this process once something holds, or does not come to hold."""

    def interrupt() -> None:
        try:
            settle(condition, 60)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    return thread
