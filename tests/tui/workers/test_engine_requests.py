"""The thread that talks to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import pytest
from textual.message import Message

from engine import __version__
from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from engine.service.client import EngineClient, EngineGone, EngineRefused
from engine.service.device_choice import VARIABLE
from engine.service.protocol import Continue, Drop, Move, Reply, Request, Start
from tests.builders.consoles import Engine, made_run
from tests.builders.runs import make_run
from tests.conftest import settle
from tui.workers.engine_requests import EngineWorker
from tui.workers.messages import Done, EngineFound, EngineLost, RunsQueued, Trouble

CONFIG = RunConfig(epochs=2)


@contextmanager
def linked(home: Home, engine: Engine) -> Iterator[tuple[EngineWorker, list[Message]]]:
    """A link that runs, and what it posts."""
    said: list[Message] = []
    link = EngineWorker(home, cast(EngineClient, engine), said.append)
    link.ask_every(0.01)
    link.start()
    try:
        yield link, said
    finally:
        link.end()
        link.join(60)
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
        link.flush()
        settle(lambda: len(heard(said, RunsQueued)) == 2)
    start = Start(config=CONFIG, preset="deep")
    assert engine.asked == [start, Continue(run=run), Move(run=run, by=-1), Drop(run=run)]


def test_what_becomes_of_a_run_in_the_queue_is_told(home: Home) -> None:
    engine = Engine()
    first, second = "20231114-221000-0000001", "20231114-221000-0000002"
    engine.waiting = (second, first)
    with linked(home, engine) as (link, said):
        link.move(first, 1)
        link.drop(second)
        settle(lambda: len(heard(said, Done)) == 2)
    assert [message.text for message in said if isinstance(message, Done)] == [
        "It is 2nd of 2 in the queue now.",
        "It is out of the queue.",
    ]


def test_a_run_that_waits_alone_cannot_be_moved_and_that_is_told(home: Home) -> None:
    engine = Engine()
    engine.waiting = ("20231114-221000-0000001",)
    with linked(home, engine) as (link, said):
        link.move(engine.waiting[0], -1)
        settle(lambda: len(heard(said, Done)) == 1)
    assert [message.text for message in said if isinstance(message, Done)] == ["Nothing else waits in the queue."]


def test_all_runs_are_taken_out_of_the_queue_but_those_that_train_by_now(home: Home) -> None:
    """You should see one message, with what the engine says of those that it left."""
    first, second, third = (f"20231114-221000-000000{number}" for number in (1, 2, 3))
    engine = Engine()
    real = engine.request

    def refuse(request: Request[Any], timeout: float = 30.0) -> Reply:
        reply = real(request, timeout)
        if isinstance(request, Drop) and request.run == first and engine.asked.count(request) == 1:
            raise EngineRefused(f"{first} is not in the queue")
        return reply

    engine.request = refuse  # type: ignore[method-assign]
    with linked(home, engine) as (link, said):
        link.drop_all([first, second, third])
        settle(lambda: heard(said, Trouble))
        link.drop_all([first, second])
        settle(lambda: heard(said, Done))
    assert engine.asked[:3] == [Drop(run=third), Drop(run=second), Drop(run=first)]
    assert [message.text for message in said if isinstance(message, (Trouble, Done))] == [
        f"2 of 3 runs are out of the queue: {first} is not in the queue",
        "2 runs are out of the queue.",
    ]


def test_the_queue_is_told_with_the_reasons_and_only_when_something_has_changed(home: Home) -> None:
    engine = Engine()
    with linked(home, engine) as (_, said):
        settle(lambda: heard(said, EngineFound))
        engine.waiting = ("20231114-221000-0000001",)
        settle(lambda: len(heard(said, EngineFound)) == 2)
    found = heard(said, EngineFound)
    assert [[job.run for job in one.waiting] for one in found if isinstance(one, EngineFound)] == [
        [],
        [*engine.waiting],
    ]


def seeds_of(engine: Engine) -> list[int]:
    return [request.config.seed for request in engine.asked if isinstance(request, Start)]


def test_several_seeds_are_started_as_a_new_group(home: Home) -> None:
    make_run(home, group="deep-seeds-4-6")
    engine = Engine()
    with linked(home, engine) as (link, said):
        link.train(CONFIG.replace({"seed": 4}), "deep", "20231114-221000-0000001", seeds=3)
        settle(lambda: heard(said, RunsQueued))
    assert seeds_of(engine) == [4, 5, 6]
    assert {request.group for request in engine.asked if isinstance(request, Start)} == {"deep-seeds-4-6-2"}
    assert {request.parent for request in engine.asked if isinstance(request, Start)} == {"20231114-221000-0000001"}
    (begun,) = heard(said, RunsQueued)
    assert isinstance(begun, RunsQueued)
    assert (begun.runs, begun.group) == ((engine.accepts,) * 3, "deep-seeds-4-6-2")
    assert begun.parent == "20231114-221000-0000001"


def test_a_group_that_was_given_is_used_for_one_run_and_for_several(home: Home) -> None:
    engine = Engine()
    with linked(home, engine) as (link, said):
        link.train(CONFIG, "deep", "", "mine")
        link.train(CONFIG, "deep", "", "mine", 2)
        settle(lambda: len(heard(said, RunsQueued)) == 2)
    assert [request.group for request in engine.asked if isinstance(request, Start)] == ["mine"] * 3
    assert [len(begun.runs) for begun in said if isinstance(begun, RunsQueued)] == [1, 2]


@pytest.mark.parametrize("error", [EngineRefused("the queue is full"), EngineGone("the engine has gone")])
def test_what_ends_a_repetition_is_said_with_how_far_it_came(home: Home, error: UserError) -> None:
    """You should see the runs that are queued, how many they are, and why there are no more."""
    engine = Engine()
    real = engine.request

    def refuse(request: Request[Any], timeout: float = 30.0) -> Reply:
        if isinstance(request, Start) and request.config.seed > 2:
            raise error
        return real(request, timeout)

    engine.request = refuse  # type: ignore[method-assign]
    with linked(home, engine) as (link, said):
        link.train(CONFIG, "deep", "", seeds=5)
        settle(lambda: heard(said, Trouble) or heard(said, EngineLost))
    (begun,) = heard(said, RunsQueued)
    assert isinstance(begun, RunsQueued) and len(begun.runs) == 2
    (told,) = [message for message in said if isinstance(message, (Trouble, EngineLost))]
    assert isinstance(told, EngineLost) == isinstance(error, EngineGone)
    assert told.text == f"only 2 of 5 runs were queued: {error}"


def test_a_repetition_that_is_refused_at_once_is_a_message_alone(home: Home) -> None:
    engine = Engine()

    def refuse(request: Request[Any], timeout: float = 30.0) -> Reply:
        raise EngineRefused("the engine is about to leave")

    engine.request = refuse  # type: ignore[method-assign]
    with linked(home, engine) as (link, said):
        link.ask_every(60)
        link.train(CONFIG, "deep", "", seeds=5)
        settle(lambda: len(heard(said, Trouble)) >= 2)
    assert not heard(said, RunsQueued)
    assert [message.text for message in said if isinstance(message, Trouble)][-1] == "the engine is about to leave"


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
        settle(lambda: heard(said, RunsQueued))
        assert len(heard(said, EngineLost)) == 1


def test_an_engine_of_another_version_is_told_of_in_one_line(home: Home) -> None:
    engine = Engine()
    engine.version = "9.9\x1b[2J"
    with linked(home, engine) as (_, said):
        settle(lambda: heard(said, EngineFound))
    (message,) = heard(said, Trouble)
    assert isinstance(message, Trouble)
    assert message.text.startswith(f"the engine is of version 9.9[2J, this console of {__version__}")
    assert message.text.endswith("kill 4711, its runs can be continued") and "\n" not in message.text


@pytest.mark.parametrize(("asked", "is_told"), [("0-3,cpu:2", True), ("cpu:2", False), ("", False), ("all", False)])
def test_an_engine_on_other_devices_than_were_asked_for_is_told_of_in_one_line(
    asked: str, is_told: bool, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    engine = Engine()
    engine.choice = "cpu:2"
    with linked(home, engine) as (_, said):
        settle(lambda: heard(said, EngineFound))
    told = [message.text for message in heard(said, Trouble) if isinstance(message, Trouble)]
    words = "the engine that is running uses the devices cpu:2, not 0-3,cpu:2; to change that: kill 4711, its runs can "
    assert told == ([f"{words}be continued"] if is_told else [])


def test_steering_needs_no_engine(home: Home) -> None:
    run = made_run(home, 1, "deep")
    engine = Engine()

    def connect(start: bool = True, timeout: float = 30.0) -> NoReturn:
        raise EngineGone("none")

    engine.connect = connect  # type: ignore[method-assign]
    with linked(home, engine) as (link, said):
        link.steer(run.id, "pause")
        link.flush()
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

        def three_errors() -> bool:
            found = len(heard(said, Trouble))
            if found < 3:
                link.drop("20231114-221000-0000001")
            return found == 3

        settle(three_errors)
    texts = [message.text for message in heard(said, Trouble) if isinstance(message, Trouble)]
    assert texts[0] == "no such run"
    assert "ValueError: broken" in texts[1]
    assert "No space left" in texts[2]
