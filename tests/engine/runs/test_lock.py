"""The lock that says a run is being trained."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from engine.files import StoreError
from engine.home import Home
from engine.runs import lock as locks
from engine.runs.lock import RunLock, sole_writer
from tests.builders.locks import lease, without_locks
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
        other.acquire(timeout=0.05)
    lock.release()
    other.acquire(timeout=0.05)
    assert lock.held()
    other.release()


def test_looking_does_not_take_it(tmp_path: Path) -> None:
    lock, other = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    for _ in range(50):
        assert not other.held()
        lock.acquire(timeout=0)
        lock.release()


def test_the_system_lets_go_when_the_holder_is_killed(home: Home) -> None:
    run = make_run(home)
    with held_elsewhere(run) as process:
        assert run.lock.held()
        with pytest.raises(StoreError):
            run.lock.acquire(timeout=0.05)
        process.kill()
        settle(lambda: not run.lock.held(), 2)


def test_what_is_no_file_is_not_held(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert not RunLock(tmp_path / "pipe").held()
    assert not RunLock(tmp_path / "folder").held()
    assert not RunLock(tmp_path / "absent").held()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF])
def test_a_disk_without_locks_is_named_with_the_remedy(
    home: Home, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    run = make_run(home)
    without_locks(monkeypatch, number)
    for attempt in (run.lock.acquire, lambda: run.update_record(lambda record: record)):
        with pytest.raises(StoreError) as error:
            attempt()
        assert f"{run.path} is on a disk without locks ({os.strerror(number)})" in str(error.value)
        assert "Set MNIST_TUI_HOME to a folder on a local disk" in str(error.value)
    assert not run.lock.held()


@pytest.mark.parametrize("asked", [True, False])
def test_a_holder_elsewhere_counts_while_it_renews_its_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    lock = RunLock(tmp_path / "lock")
    if not asked:
        without_locks(monkeypatch)
    lease(tmp_path / "lock")
    assert lock.held()
    lease(tmp_path / "lock", age=100)
    assert not lock.held()
    (tmp_path / "lock").write_text("")
    assert not lock.held()


def test_two_machines_with_locks_of_their_own_do_not_train_one_run(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "lock")
    lease(tmp_path / "lock")
    with pytest.raises(StoreError, match="being trained by process 7 on gpu1"):
        lock.acquire()
    assert lock.held()
    lease(tmp_path / "lock", age=100)
    lock.acquire()
    assert lock.holder().pid == os.getpid() and not lock.holder().is_elsewhere
    lock.release()
    assert lock.holder().pid == 0


def test_a_clock_that_differs_from_the_file_servers_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    for ahead in (-172_800, 172_800):
        monkeypatch.setattr(time, "time", lambda ahead=ahead: now() + ahead)
        (tmp_path / "lock").write_text('{"pid": 7, "host": "gpu1", "machine": "another"}')
        assert RunLock(tmp_path / "lock").held()


def test_a_lease_is_renewed_until_it_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "RENEWED_EVERY", 0.01)
    monkeypatch.setattr(locks, "_renewal", locks._Renewal())
    path = tmp_path / "lock"
    lock = RunLock(path)
    lock.acquire()
    os.utime(path, (1, 1))
    settle(lambda: path.stat().st_mtime > 1)
    lock.release()
    os.utime(path, (1, 1))
    settle(lambda: not locks._renewal._is_running)
    assert path.stat().st_mtime == 1


def test_a_holder_that_another_machine_took_the_lock_from_learns_it_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock, copy = RunLock(path), RunLock(path)
    lock.acquire()
    copy.adopt(os.dup(lock.descriptor))
    for holder in (lock, copy):
        holder.check()
    lease(path, age=20)
    taken = path.read_text(), path.stat().st_mtime
    for holder in (lock, copy):
        with pytest.raises(OSError, match="it was taken over by process 7 on gpu1"):
            holder.check()
        holder.renew()
        holder.release()
    assert (path.read_text(), path.stat().st_mtime) == taken
    lease(path, age=100)
    lock.acquire()
    path.write_text("")
    with pytest.raises(OSError, match="it was taken over by another process"):
        lock.check()
    lock.release()


def test_a_copy_that_is_let_go_of_leaves_the_lock_to_its_holder(tmp_path: Path) -> None:
    lock, copy = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    lock.acquire()
    copy.adopt(os.dup(lock.descriptor))
    copy.release()
    lock.check()
    assert lock.held() and lock.holder().pid == os.getpid()
    lock.release()
    assert not lock.held() and lock.holder().pid == 0


def test_a_lock_that_no_thread_renews_is_held_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(thread: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(locks, "_renewal", locks._Renewal())
    monkeypatch.setattr("threading.Thread.start", fail)
    lock = RunLock(tmp_path / "lock")
    lock.acquire()
    assert lock.held()
    lock.release()


def test_a_link_is_neither_locked_nor_written(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError), sole_writer(tmp_path / "lock"):
        pass
    with pytest.raises(OSError):
        RunLock(tmp_path / "lock").acquire()
    assert (tmp_path / "victim").read_text() == "mine"
