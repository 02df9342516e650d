"""Files that are replaced as a whole, those that are shipped, and what goes wrong in a store."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BufferedReader
from pathlib import Path

import engine
from engine.errors import UserError

# How the name of what is being written, beside what it will replace, is made up: process and chance.
UNFINISHED = re.compile(r"\..+\.[0-9]+\.[0-9a-f]{8}")
# What a full disk says, or a quota or limit that is reached.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Bytes that a run takes at least: its events, a checkpoint, predictions.
ROOM_FOR_RUN = 2 << 20
# What no file takes the place of.
SPECIAL = "a device, a pipe or a socket"

# Where the files that are shipped but are not code lie.
ASSETS: Path = Path(engine.__file__).parent.parent / "assets"


class StoreError(UserError):
    """Something asked of the store cannot be done; the message says what to do."""


def open_descriptor(path: Path, flags: int) -> int:
    """Open a file, which is private to its owner where `flags` make it. Raises OSError when it is anything but a file:
    a link leads elsewhere, and opening a pipe or reading a device may wait for ever."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a file", str(path))
    return descriptor


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading. Raises OSError when it is anything but a file."""
    return os.fdopen(open_descriptor(path, os.O_RDONLY), "rb")


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a file. Raises OSError when it is anything but a file, or has more than `most` bytes."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
        return file.read(most)


def is_special(path: Path) -> bool:
    """Whether a device, a pipe or a socket itself is at `path`, not a link to one."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file beside `path` and rename it over, so that a reader, and a power cut, sees the old or the new one.

    Raises OSError, also for a device or a pipe, which nothing may take the place of."""
    if is_special(path):
        raise OSError(errno.EINVAL, f"it is {SPECIAL}")
    beside, descriptor = _locked(path, lambda new: os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
            beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def append_whole(descriptor: int, line: bytes) -> None:
    """Write at the end of an open file. Raises OSError, with nothing left of the line, when it cannot be whole."""
    size = os.fstat(descriptor).st_size
    try:
        if os.write(descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder, or a quota there, which only an attempt tells, has no room for another run."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            append_whole(file.fileno(), bytes(ROOM_FOR_RUN))
        return shutil.disk_usage(folder).free < ROOM_FOR_RUN
    except OSError as error:
        return error.errno in FULL


@contextmanager
def changing_alone(folder: Path) -> Iterator[None]:
    """Keep other processes that ask the same from changing what is kept in a folder meanwhile. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # Not every file system has locks.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to be filled beside `path`, whose name it takes when it is. Raises FileExistsError where one has it."""
    with passing_folder(path) as beside:
        yield beside
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        beside.rename(path)
        sync_folder(path.parent)


@contextmanager
def passing_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` that is removed in the end; where this process is killed, by `clear_leftovers`."""
    beside, descriptor = _locked(path, _make_folder)
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def temporary_folder(shared: Path) -> Iterator[Path]:
    """A folder for a while, in this user's own one of a shared one, which is rid of those of killed processes. Raises
    StoreError where somebody else has laid one, or OSError."""
    own = own_folder(shared)
    if not is_private(own):
        raise StoreError(f"{own} is not this user's alone; remove it")
    clear_leftovers(own)
    with passing_folder(own / "t") as folder:
        yield folder


def own_folder(shared: Path) -> Path:
    """Where this program keeps what passes, for this user, in a folder that others use too; `is_private` makes it."""
    return shared / f"mnist-tui-{os.getuid()}"


def is_private(folder: Path) -> bool:
    """Whether the folder, made if need be, is this user's alone: in a shared one anybody could lay something."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
    return False


def sync_folder(folder: Path) -> None:
    """See the names of a folder onto the disk, where the file system can do that."""
    with suppress(OSError):  # A folder that may be written need not be readable.
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def leftovers(folder: Path) -> list[Path]:
    """What processes that were killed left in a folder of what they were writing."""
    return [path for path in _unfinished(folder) if _abandoned(path, lambda: None)]


def clear_leftovers(folder: Path) -> None:
    """Remove what processes that were killed left in a folder of what they were writing."""
    for path in _unfinished(folder):
        with suppress(OSError):  # Another process may be clearing as well.
            _abandoned(path, partial(remove, path))


def is_unfinished(name: str) -> bool:
    """Whether a file or folder of this name is being written, or was left so."""
    return UNFINISHED.fullmatch(name) is not None


def _unfinished(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if is_unfinished(path.name))
    except OSError:
        return []


def remove(path: Path) -> None:
    """Remove a file, a folder with all it has, or a link without what it leads to. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _abandoned(path: Path, then: Callable[[], object]) -> bool:
    """Whether nobody is writing what lies at `path`, told by its lock; if so, `then` is done under the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        then()
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _locked(path: Path, make: Callable[[Path], int]) -> tuple[Path, int]:
    """What `make` makes and opens beside `path`, locked: the lock tells it from what a killed process left."""
    while True:
        beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            descriptor = make(beside)
        except FileNotFoundError:
            if path.parent.is_dir():
                continue  # It was taken for left before it was opened.
            raise
        with suppress(OSError):  # Without locks nobody can be sure that it was left, and nobody removes it.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if beside.exists():
            return beside, descriptor
        # It was taken for left before it was locked.
        os.close(descriptor)


def _make_folder(path: Path) -> int:
    path.mkdir(mode=0o700)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
