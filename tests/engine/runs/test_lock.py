"""The lock that says a run is being trained."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.files import StoreError
from engine.home import Home
from engine.runs.lock import RunLock
from tests.builders.runs import held_elsewhere, make_run
from tests.conftest import settle


def test_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    lock, other = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    assert not other.held()
    lock.acquire()
    lock.acquire()
    assert other.held() and lock.held()
    lock.release()
    lock.release()
    assert not other.held()


def test_two_trainers_cannot_hold_it(tmp_path: Path) -> None:
    lock, other = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    lock.acquire()
    with pytest.raises(StoreError, match="another process"):
        other.acquire(patience=0.05)
    lock.release()
    other.acquire(patience=0.05)
    assert lock.held()
    other.release()


def test_looking_does_not_take_it(tmp_path: Path) -> None:
    lock, other = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    for _ in range(50):
        assert not other.held()
        lock.acquire(patience=0)
        lock.release()


def test_the_system_lets_go_when_the_holder_is_killed(home: Home) -> None:
    run = make_run(home)
    with held_elsewhere(run) as process:
        assert run.lock.held()
        with pytest.raises(StoreError):
            run.lock.acquire(patience=0.05)
        process.kill()
        settle(lambda: not run.lock.held(), 2)


def test_what_is_no_file_is_not_held(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert not RunLock(tmp_path / "pipe").held()
    assert not RunLock(tmp_path / "folder").held()
    assert not RunLock(tmp_path / "absent").held()
