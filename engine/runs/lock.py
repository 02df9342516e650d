"""Locks: the one that says a run is being trained, and one for who replaces a file.

The lock is the system's, which lets go when its holder dies. Its file is a lease too: it names the holder, who touches
it every few seconds. The lease counts where the lock cannot be asked: on a disk without locks, and for a holder on
another machine, as some file systems keep locks on each machine apart. There a holder that is suspended for longer than
a lease may lose the lock, and is to look before it writes.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from engine.files import StoreError, open_descriptor
from engine.interval import Interval
from engine.json_text import read_json, write_line
from engine.text import clean

# Seconds: on a machine that is busy, or a disk that hangs, five renewals may be missed before a run counts as
# interrupted.
RENEWED_EVERY, LEASE = 5.0, 30.0
# Bytes that are read of a lock file, which has a process, a host and a machine.
LONGEST_LEASE = 1000


class LockHeld(StoreError):
    """Somebody else holds the lock."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, as its file tells: `machine` is the same for all processes that see the same locks."""

    pid: int = 0
    host: str = ""
    machine: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the holder is on another machine, whose locks may not be seen on this one."""
        return self.machine not in ("", _machine())

    def __str__(self) -> str:
        return f"process {self.pid or '?'} on {self.host or '?'}"


class RunLock:
    """Held by the trainer of a run for as long as it lives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._lease, self._is_copy = b"", False

    def acquire(self, timeout: float = 0.5) -> None:
        """Take the lock, unless this object holds it.

        Raises LockHeld when another trainer does, StoreError on a disk without locks, or OSError."""
        if self._descriptor is not None:
            return
        descriptor = open_descriptor(self._path, os.O_RDWR | os.O_CREAT)
        try:
            self._claim(descriptor, timeout)
        except BaseException:
            os.close(descriptor)
            raise
        self._hold(descriptor)

    @property
    def descriptor(self) -> int:
        """What holds the lock, for as long as it or a copy of it is open in any process. For the holder alone."""
        if self._descriptor is None:
            raise StoreError("the lock is not held")
        return self._descriptor

    def adopt(self, descriptor: int) -> None:
        """Hold the lock by a copy of its holder's descriptor, which was acquired: it is free once both have let go."""
        if descriptor != self._descriptor:
            self._hold(descriptor)
            self._is_copy = True

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._descriptor is not None:
            _renewal.remove(self)
            if not (self._is_copy or self.is_lost):
                with suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def is_lost(self) -> bool:
        """Whether another has taken the lock since this object has. For the holder alone."""
        with suppress(OSError):
            return os.pread(self.descriptor, LONGEST_LEASE, 0) != self._lease
        return False

    def check(self) -> None:
        """Raises OSError when another has taken the lock. For the holder alone, before it writes."""
        if self.is_lost:
            holder = _holder(self.descriptor)
            raise OSError(errno.ESTALE, f"it was taken over by {holder if holder.pid else 'another process'}")

    def renew(self) -> None:
        """Say that the holder lives, unless another has taken the lock. For the holder alone."""
        with suppress(OSError):
            if not self.is_lost:
                os.utime(self.descriptor)

    def held(self) -> bool:
        """Whether any process, this one included, holds the lock."""
        with suppress(OSError), _opened(self._path) as descriptor:
            try:
                if not _try_lock(descriptor, fcntl.LOCK_SH):
                    return True
            except OSError:
                return bool(_holder(descriptor).pid) and self._is_renewed(descriptor)
            return _holder(descriptor).is_elsewhere and self._is_renewed(descriptor)
        return False

    def holder(self) -> Holder:
        """Who holds the lock, or held it when it died; nobody after a release."""
        with suppress(OSError), _opened(self._path) as descriptor:
            return _holder(descriptor)
        return Holder()

    def _hold(self, descriptor: int) -> None:
        self._descriptor, self._is_copy = descriptor, False
        self._lease = os.pread(descriptor, LONGEST_LEASE, 0)
        _renewal.add(self)

    def _claim(self, descriptor: int, timeout: float) -> None:
        deadline = Interval(timeout)
        try:
            while not _try_lock(descriptor, fcntl.LOCK_EX):
                # A viewer that asks whether the lock is held holds it for an instant itself.
                if deadline.is_over():
                    raise LockHeld("this run is being trained by another process; stop it first")
                time.sleep(0.005)
        except OSError as error:
            raise _without_locks(self._path, error) from None
        try:
            self._path.lstat()
        except FileNotFoundError:
            # The run was moved, and its lock with it, between the look at its name and the lock.
            raise StoreError("this run has just been moved away") from None
        holder = _holder(descriptor)
        if holder.is_elsewhere and self._is_renewed(descriptor):
            raise LockHeld(f"this run is being trained by {holder}; stop it there first")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, write_line(asdict(_myself())).encode(), 0)
        os.fsync(descriptor)

    def _is_renewed(self, descriptor: int) -> bool:
        """Whether the lease was renewed lately, by the clock that stamps files here: those of machines may differ."""
        age = _file_system_time(self._path.parent) - os.fstat(descriptor).st_mtime
        return abs(age) < LEASE


class _Renewal:
    """Renews the locks that this process holds, in a thread that lives while there are any."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._locks: set[RunLock] = set()
        self._is_running = False

    def add(self, lock: RunLock) -> None:
        with self._mutex:
            self._locks.add(lock)
            if not self._is_running:
                # Where no thread is to be had the lock still holds on this machine.
                with suppress(RuntimeError):
                    threading.Thread(target=self._renew, name="leases", daemon=True).start()
                    self._is_running = True

    def remove(self, lock: RunLock) -> None:
        with self._mutex:
            self._locks.discard(lock)

    def _renew(self) -> None:
        while True:
            time.sleep(RENEWED_EVERY)
            with self._mutex:
                if not self._locks:
                    self._is_running = False
                    return
                for lock in self._locks:
                    lock.renew()


_renewal = _Renewal()


@contextmanager
def sole_writer(path: Path, timeout: float = 5.0) -> Iterator[None]:
    """While nobody else who asks so may replace the file at `path`. Raises StoreError when another does not let go,
    or on a disk without locks, or OSError."""
    deadline = Interval(timeout)
    while True:
        descriptor = open_descriptor(path, os.O_RDWR)
        try:
            try:
                locked = _try_lock(descriptor, fcntl.LOCK_EX)
            except OSError as error:
                raise _without_locks(path, error) from None
            # The file may have been replaced before its lock was had: then the lock is on the old one.
            if locked and os.path.samestat(os.fstat(descriptor), path.stat()):
                yield
                return
        finally:
            os.close(descriptor)
        if deadline.is_over():
            raise StoreError(f"{path} is being changed by another process; try again")
        time.sleep(0.005)


def _try_lock(descriptor: int, kind: int) -> bool:
    """Whether the lock was had. Raises OSError on a disk without locks."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _without_locks(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path.parent} is on a disk without locks ({error.strerror}), where two trainers could take one run.\n"
        "Set MNIST_TUI_HOME to a folder on a local disk."
    )


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = open_descriptor(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> Holder:
    with suppress(OSError, ValueError):
        match read_json(os.pread(descriptor, LONGEST_LEASE, 0)):
            case {"pid": int(pid), "host": str(host), "machine": str(machine)}:
                return Holder(pid, clean(host, 60), machine)
    return Holder()


def _myself() -> Holder:
    return Holder(os.getpid(), os.uname().nodename, _machine())


@cache
def _machine() -> str:
    """What tells a running system from others: containers on one have other names but the same locks."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return os.uname().nodename


def _file_system_time(folder: Path) -> float:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime
    except OSError:
        return time.time()
