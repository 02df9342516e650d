"""The thread that talks to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from textual.message import Message

from engine.client import EngineClient, EngineGone, EngineRefused
from engine.config import RunConfig
from engine.home import Home
from engine.protocol import Continue, Drop, Move, Start
from tests.conftest import settle
from tests.tui.consoles import Engine, made_run
from tui.link import Link
from tui.news import Begun, EngineFound, EngineLost, Trouble

CONFIG = RunConfig(epochs=2)


@contextmanager
def linked(home: Home, engine: Engine) -> Iterator[tuple[Link, list[Message]]]:
    """A link that runs, and what it posts."""
    said: list[Message] = []
    link = Link(home, cast(EngineClient, engine), said.append)
    link.ask_every(0.01)
    link.start()
    try:
        yield link, said
    finally:
        link.end()
        link.join(10)
        assert not link.is_alive()


def heard(said: list[Message], kind: type[Message]) -> list[Message]:
    return [message for message in said if isinstance(message, kind)]


def test_requests_reach_the_engine_in_order(home: Home) -> None:
    engine = Engine()
    run = "20231114-221000-0000001"
    with linked(home, engine) as (link, said):
        link.train(CONFIG, "deep", "")
        link.train_on(run)
        link.move(run, -1)
        link.drop(run)
        link.settle()
        settle(lambda: len(heard(said, Begun)) == 4)
    start = Start(config=CONFIG, preset="deep")
    assert engine.asked == [start, Continue(run=run), Move(run=run, by=-1), Drop(run=run)]


def test_devices_are_told_once_until_they_change(home: Home) -> None:
    engine = Engine()
    with linked(home, engine) as (_, said):
        settle(lambda: heard(said, EngineFound))
        engine.devices = ()
        settle(lambda: len(heard(said, EngineFound)) == 2)
    assert len(said) == 2


def test_an_engine_that_goes_is_told_once_and_found_again_by_a_request(home: Home) -> None:
    engine = Engine()
    with linked(home, engine) as (link, said):
        settle(lambda: heard(said, EngineFound))
        engine.gone = True
        settle(lambda: heard(said, EngineLost))
        link.train(CONFIG, "", "")
        settle(lambda: heard(said, Begun))
        assert len(heard(said, EngineLost)) == 1


def test_steering_needs_no_engine(home: Home) -> None:
    run = made_run(home, 1, "deep")
    engine = Engine()

    def connect(start: bool = True, patience: float = 30.0) -> None:
        raise EngineGone("none")

    engine.connect = connect  # type: ignore[method-assign]
    with linked(home, engine) as (link, said):
        link.steer(run.id, "pause")
        link.settle()
        assert run.take_request() == "pause"
        settle(lambda: heard(said, EngineLost))


def test_what_goes_wrong_is_a_message(home: Home) -> None:
    engine = Engine()
    errors = [EngineRefused("no such run"), ValueError("broken"), OSError(28, "No space left on device")]

    def request(request: object, timeout: float = 30.0) -> None:
        raise errors.pop(0)

    with linked(home, engine) as (link, said):
        settle(lambda: heard(said, EngineFound))
        link.ask_every(60)
        engine.request = request  # type: ignore[assignment, method-assign]
        settle(lambda: len(heard(said, Trouble)) == 3 or link.drop("20231114-221000-0000001"))
    texts = [message.text for message in heard(said, Trouble) if isinstance(message, Trouble)]
    assert texts[0] == "no such run"
    assert "ValueError: broken" in texts[1]
    assert "No space left" in texts[2]
