"""Steering a run from another process: asking its trainer, and waiting until it has done so."""

from __future__ import annotations

import time

from engine.files import StoreError
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.state import LIVE, PAUSED, RUNNING, RunState
from engine.runs.state import status as status_of

PAUSE, RESUME, STOP = "pause", "resume", "stop"
LOOK_EVERY = 0.02


def steer(run: Run, word: str, patience: float = 10.0) -> str:
    """Ask a run's trainer to `pause`, `resume` or `stop`, and wait until it has; the run's status then.

    Raises StoreError when nobody trains the run, or when it has not answered after `patience` seconds."""
    run.record()
    state, follower = RunState(), Follower(run.events_path)
    status = _status(run, state, follower)
    if status not in LIVE:
        raise StoreError(f"{run.id} is {status}, not running")
    if _is_done(word, status):
        return status
    run.request(word)
    deadline = time.monotonic() + patience
    while True:
        status = _status(run, state, follower)
        if _is_done(word, status):
            return status
        if status not in LIVE:
            raise StoreError(f"{run.id} is {status}, not running")
        if time.monotonic() > deadline:
            raise StoreError(f"{run.id} has not answered within {patience:g} s; it is {status} and may do so yet")
        time.sleep(LOOK_EVERY)


def _status(run: Run, state: RunState, follower: Follower) -> str:
    # Asked before the events are read: a run whose lock is free has no event that is still to come.
    locked = run.lock.held()
    for event in follower.all():
        state.apply(event)
    return status_of(state.phase, locked)


def _is_done(word: str, status: str) -> bool:
    return {PAUSE: status == PAUSED, RESUME: status == RUNNING, STOP: status not in LIVE}[word]
