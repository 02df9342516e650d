"""Steering a run from another process: asking its trainer, and waiting until it has done so."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from engine.config.fields import ConfigError, Problem
from engine.config.run_config import BY_NAME, field_named
from engine.files import StoreError
from engine.interval import Interval
from engine.runs.status import LIVE, PAUSED, RUNNING
from engine.runs.status import status as status_of

if TYPE_CHECKING:
    from engine.runs.directory import Run
    from engine.runs.event_log import Follower
    from engine.runs.state import RunState

PAUSE, RESUME, STOP, PRUNE = "pause", "resume", "stop", "prune"
RATE = "learning_rate"
LOOK_EVERY = 0.02


def rate_request(text: str) -> str:
    """The request for another learning rate that a `learning_rate=0.05` stands for, which has as many digits as an
    event keeps. Raises ConfigError."""
    name, given, value = text.partition("=")
    if not given or field_named(name.strip()) != RATE:
        raise ConfigError([Problem(name, value, f"{RATE}=NUMBER, which alone can be set while a run is in training")])
    try:
        return f"{RATE}={BY_NAME[RATE].kind.read(value):.9g}"
    except ValueError as refused:
        raise ConfigError([Problem(RATE, value, str(refused))]) from None


def rate_asked_for(word: str) -> float | None:
    """The learning rate that a request asks for; None where it asks for something else."""
    try:
        return float(rate_request(word).partition("=")[2])
    except ConfigError:
        return None


def set_rate(run: Run, text: str, timeout: float = 10.0) -> RunState:
    """Ask a run's trainer to go on with the learning rate of a `learning_rate=0.05`, and wait until it does; the state
    of the run then.

    Raises ConfigError for another text, and StoreError as `steer` does."""
    request = rate_request(text)
    rate = rate_asked_for(request)
    return _ask(run, request, lambda state, status: state.base_rate == rate, (RUNNING, PAUSED), timeout)[0]


def steer(run: Run, word: str, timeout: float = 10.0) -> str:
    """Ask a run's trainer to `pause`, `resume` or `stop`, and wait until it has; the run's status then.

    Raises StoreError when nobody trains the run, or when it has not answered after `timeout` seconds."""
    return _ask(run, word, lambda state, status: _is_done(word, status), LIVE, timeout)[1]


def _ask(
    run: Run, request: str, is_done: Callable[[RunState, str], bool], fitting: Collection[str], timeout: float
) -> tuple[RunState, str]:
    """Make a request of a run whose status is one that it fits, and wait until it is done; its state and status."""
    from engine.runs.event_log import Follower
    from engine.runs.state import RunState

    run.record()
    state, follower = RunState(), Follower(run.events_path)
    status = _status(run, state, follower)
    if status not in fitting:
        raise StoreError(f"{run.id} is {status}, not running")
    if is_done(state, status):
        return state, status
    run.request(request)
    deadline = Interval(timeout)
    while True:
        status = _status(run, state, follower)
        if is_done(state, status):
            return state, status
        if status not in LIVE:
            raise StoreError(f"{run.id} is {status}, not running")
        if deadline.is_over():
            raise StoreError(f"{run.id} has not answered within {timeout:g} s; it is {status} and may do so yet")
        time.sleep(LOOK_EVERY)


def _status(run: Run, state: RunState, follower: Follower) -> str:
    # Asked before the events are read: a run whose lock is free has no event that is still to come.
    locked = run.lock.held()
    for event in follower.all():
        state.apply(event)
    return status_of(state.phase, locked)


def _is_done(word: str, status: str) -> bool:
    return {PAUSE: status == PAUSED, RESUME: status == RUNNING, STOP: status not in LIVE}[word]
