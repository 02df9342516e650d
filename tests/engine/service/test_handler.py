"""What an engine answers when things go wrong."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.queue_order import read_order
from engine.service.handler import Service
from engine.service.protocol import (
    Continue,
    DeviceList,
    Devices,
    Job,
    Move,
    Ping,
    Quit,
    Refused,
    Reply,
    Request,
    Start,
    Status,
    encode,
)
from tests.builders.workers import in_threads
from tests.conftest import settle


class Asked:
    """A service, and the reasons it was asked to leave for."""

    def __init__(self, home: Home) -> None:
        self.left: list[str] = []
        self.service = Service(home, lambda: 7, self.left.append, start=in_threads(home))

    def ask(self, request: Request[Any]) -> Reply:
        return self.service.answer(encode(request))

    def status(self) -> Status:
        reply = self.ask(Ping())
        assert isinstance(reply, Status)
        return reply

    def refused(self, request: Request[Any]) -> str:
        reply = self.ask(request)
        assert isinstance(reply, Refused)
        return reply.message


@pytest.fixture
def asked(home: Home) -> Iterator[Asked]:
    asked = Asked(home)
    yield asked
    asked.service.scheduler.leave("over")


def test_before_the_devices_are_known_the_engine_says_so(asked: Asked) -> None:
    status = asked.status()
    assert (status.torch_loaded, status.attached) == (False, 7)
    assert asked.ask(Devices()) == DeviceList(torch_loaded=False, devices=())


def test_pytorch_that_cannot_be_loaded_is_told(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "engine.training.trainer", None)
    asked.service.start()
    settle(lambda: asked.status().trouble)
    assert "PyTorch cannot be loaded" in asked.status().trouble and not asked.status().torch_loaded


def test_an_error_nobody_thought_of_is_refused_and_logged(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by mistake")

    monkeypatch.setattr(asked.service.scheduler, "jobs", fail)
    with caplog.at_level(logging.ERROR):
        assert "unexpected ZeroDivisionError: by mistake" in asked.refused(Ping())
    assert "by mistake" in caplog.text


def test_a_run_that_cannot_be_taken_leaves_nothing_behind(asked: Asked, home: Home) -> None:
    asked.service.scheduler.leave("over")
    assert "about to leave" in asked.refused(Start(config=RunConfig()))
    assert list(home.runs.iterdir()) == []


def test_a_full_disk_is_told_with_its_place(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Run:
        raise OSError(28, "No space left on device", "/somewhere/run.json")

    monkeypatch.setattr(Run, "create", fail)
    assert asked.refused(Start(config=RunConfig())) == "/somewhere/run.json: No space left on device"


def test_a_request_to_leave_is_passed_on(asked: Asked) -> None:
    assert isinstance(asked.ask(Quit()), Status)
    assert asked.left == ["the engine was asked to leave"]


@pytest.mark.parametrize("kind", [Continue, Move])
def test_the_order_of_the_queue_is_kept_for_all_who_list_runs(
    asked: Asked, home: Home, monkeypatch: pytest.MonkeyPatch, kind: type[Continue | Move]
) -> None:
    ids = ["20231114-221000-0000002", "20231114-221000-0000001"]
    scheduler = asked.service.scheduler
    monkeypatch.setattr(scheduler, "move", lambda id, by: None)
    monkeypatch.setattr(scheduler, "submit", lambda run: None)
    monkeypatch.setattr(scheduler, "jobs", lambda: ((), tuple(Job(run=id, device="cpu") for id in ids)))
    home.prepare()
    asked.ask(Move(run=ids[0], by=-1) if kind is Move else Continue(run=ids[0]))
    assert read_order(home) == ids
