"""Steering a run from another process."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.config.fields import ConfigError
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import Event, Paused, RateChanged, Resumed, RunStopped
from engine.runs.status import PAUSED, RUNNING, STOPPED
from engine.runs.steering import set_rate, steer
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.conftest import settle
from tests.engine.runs.test_state import ending, started, steps


@contextmanager
def trained(run: Run) -> Iterator[None]:
    """A stand-in for a trainer: holds the lock, and does what it is asked."""
    run.lock.acquire()
    log, done = EventLog(run.events_path), threading.Event()
    answers: dict[str, Event] = {
        "pause": Paused(time=2.0, step=1, epoch=1),
        "resume": Resumed(time=3.0, step=1, epoch=1),
        "learning_rate=0.05": RateChanged(time=3.5, step=1, epoch=1, learning_rate=0.05),
        "stop": ending(RunStopped, 4.0, reason="stopped by request"),
    }

    def answer() -> None:
        while not done.wait(0.01):
            if word := run.take_request():
                log.append(answers[word])
                if word == "stop":
                    run.lock.release()
                    return

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        log.close()
        run.lock.release()


def test_a_live_run_is_paused_resumed_and_stopped(home: Home) -> None:
    run = make_run(home, started(1.0))
    with trained(run):
        other = Run(run.path)
        assert steer(other, "pause") == PAUSED
        assert steer(other, "pause") == PAUSED
        assert steer(other, "resume") == RUNNING
        assert steer(other, "stop") == STOPPED


def test_the_learning_rate_of_a_live_run_is_set(home: Home) -> None:
    run = make_run(home, started(1.0), steps(1, 1.5))
    with trained(run):
        assert set_rate(run, "lr=5e-2").base_rate == 0.05
        steer(run, "pause")
        assert set_rate(run, "learning_rate=0.05").base_rate == 0.05, "there is nothing to be done"
    with pytest.raises(StoreError, match="interrupted, not running"):
        set_rate(run, "learning_rate=0.05")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("learning_rate=0", "learning_rate=0: expected a number, 0 < x"),
        ("learning_rate=nan", "expected a number"),
        ("momentum=0.9", "momentum=0.9: expected learning_rate=NUMBER, which alone can be set"),
        ("0.05", "expected learning_rate=NUMBER"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(home: Home, text: str, refusal: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(refusal)):
        set_rate(make_run(home, started(1.0)), text)


@pytest.mark.parametrize("word", ["pause", "resume", "stop"])
def test_a_run_that_nobody_trains_is_refused(home: Home, word: str) -> None:
    with pytest.raises(StoreError, match="finished, not running"):
        steer(finished_run(home), word)
    with pytest.raises(StoreError, match="interrupted, not running"):
        steer(make_run(home, started(1.0)), word)


def test_a_trainer_that_does_not_answer_is_not_waited_for_longer(home: Home) -> None:
    run = make_run(home, started(1.0))
    with held_elsewhere(run), pytest.raises(StoreError, match=r"within 0\.1 s; it is running"):
        steer(run, "pause", timeout=0.1)


def test_a_trainer_that_dies_meanwhile_is_noticed(home: Home) -> None:
    run = make_run(home, started(1.0))
    refused: list[str] = []

    def ask() -> None:
        try:
            steer(run, "pause", timeout=120)
        except StoreError as error:
            refused.append(str(error))

    with held_elsewhere(run) as process:
        thread = threading.Thread(target=ask)
        thread.start()
        settle(run.request_path.exists)
        process.kill()
        thread.join()
    assert refused == [f"{run.id} is interrupted, not running"]
