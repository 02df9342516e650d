"""Stands between a process and its files: at its n-th change of a file the process dies, or the disk fails.

Only for a process forked for this: `stand_between` replaces the functions by which Python changes files.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHANGES = (
    "write", "pwrite", "fsync", "fdatasync", "ftruncate", "truncate", "replace", "rename", "unlink", "remove", "mkdir",
    "rmdir", "link", "symlink",
)  # fmt: skip
FREEING = ("unlink", "remove", "rmdir", "ftruncate", "truncate")
FULL = (errno.ENOSPC, errno.EDQUOT)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Change:
    """A change of a file that is about to be made: the `number`-th below the folder, from 1.

    `half` makes half of it, where half of it can be made."""

    number: int
    operation: str
    path: str
    half: Callable[[], int] | None = None


Interfere = Callable[[Change], "int | None"]


@dataclass(frozen=True)
class Death:
    """The process dies at its `number`-th change, before it or half-way through; `note` is told where."""

    number: int
    halfway: bool
    note: Path

    def __call__(self, change: Change) -> int | None:
        if change.number == self.number:
            self.note.write_text(f"{change.operation} {change.path}")
            if self.halfway and change.half:
                change.half()
            os.kill(os.getpid(), signal.SIGKILL)
        return None


@dataclass(frozen=True)
class Failure:
    """The disk fails with `error` at the `number`-th change; with `lasting` from then on, first with half a write."""

    number: int
    error: int
    lasting: bool
    note: Path

    def __call__(self, change: Change) -> int | None:
        if change.number == self.number:
            self.note.write_text(f"{change.operation} {change.path}")
            if self.lasting and change.half:
                return change.half()
        goes_on = self.lasting and change.number > self.number
        if goes_on and self.error in FULL and change.operation in FREEING:
            return None
        if change.number == self.number or goes_on:
            raise OSError(self.error, os.strerror(self.error), change.path)
        return None


class Count:
    """Lets every change be made; `note` is told how many there were so far."""

    def __init__(self, note: Path) -> None:
        self._note = os.open(note, os.O_WRONLY | os.O_CREAT, 0o600)

    def __call__(self, change: Change) -> None:
        os.pwrite(self._note, b"%d" % change.number, 0)


def stand_between(folder: Path, interfere: Interfere) -> None:
    """Ask `interfere` before every change of a file below `folder` that this process makes from now on.

    It may raise what the change is to raise, or return what it is to return in place of being made."""
    below = os.fspath(folder) + os.sep
    turn = threading.RLock()
    real = {name: getattr(os, name) for name in (*CHANGES, "open")}
    count = 0

    def ask(operation: str, target: Any, half: Callable[[], int] | None = None) -> int | None:
        nonlocal count
        path = _path_of(target)
        if not path.startswith(below):
            return None
        with turn:
            count += 1
            number = count
        return interfere(Change(number, operation, path, half))

    def changing(name: str) -> Callable[..., Any]:
        made = real[name]

        def change(target: Any, *more: Any, **named: Any) -> Any:
            place = target
            if (directory := named.get("dir_fd", named.get("src_dir_fd"))) is not None:
                place = Path(_path_of(directory)) / os.fspath(target)
            half = (lambda: made(target, more[0][: len(more[0]) // 2], *more[1:])) if "write" in name else None
            instead = ask(name, place, half)
            return made(target, *more, **named) if instead is None else instead

        return change

    def opening(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & WRITES:
            ask("open", path)
        descriptor: int = real["open"](path, flags, *more, **named)
        return descriptor

    class Raw(io.FileIO):
        def write(self, block: Any) -> int:
            half = bytes(block)[: len(block) // 2]
            instead = ask("write", self.name, lambda: super(Raw, self).write(half) or 0)
            return super().write(block) if instead is None else instead

    ordinary = io.open

    def open_file(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
        newline: Any = None, closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        if not set(mode) & set("wax+") or not _path_of(file).startswith(below):
            return ordinary(file, mode, buffering, encoding, errors, newline, closefd, opener)
        ask("open", file)
        raw = Raw(file, mode.replace("t", "").replace("b", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)

    for name in CHANGES:
        setattr(os, name, changing(name))
    os.open = opening
    io.open = builtins.open = open_file


def _path_of(target: Any) -> str:
    if isinstance(target, int):
        return str(Path(f"/proc/self/fd/{target}").readlink())
    return os.path.abspath(os.fsdecode(target))  # noqa: PTH100  Links must not be followed.
