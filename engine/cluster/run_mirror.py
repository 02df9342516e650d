"""A run directory on a node and the one at home that it is a mirror of: what it begins from, and what it gains.

Whatever a trainer writes into a run's directory travels, without this module knowing what it is: events as lines, other
files as a whole at the moments they belong to, of the record what has changed. At home all of it is written in the
order a trainer there would write it in: events, then the files they lead to, the checkpoint last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.files import StoreError, open_regular, write_whole
from engine.home import Home
from engine.json_text import write_file
from engine.runs.directory import Run
from engine.runs.events import Ending, EventError, decode
from engine.runs.record import RunRecord
from engine.runs.writer import RunWriter

# What only the writer of a directory has to do with; the record and the events travel in ways of their own.
APART = ("run.json", "events.jsonl", "lock", "request", "request-taken", "reserve")
NAME = re.compile(r"(?:[a-z]{1,40}/)?[A-Za-z0-9_-]{1,80}\.[a-z]{1,10}")
CHECKPOINT = "checkpoint.pt"

Mark = tuple[int, int, int]


@dataclass(frozen=True)
class RunContent:
    """What a run goes on from."""

    id: str
    record: dict[str, Any]
    events: bytes
    files: dict[str, bytes]

    @classmethod
    def of(cls, run: Run) -> RunContent:
        """That of a directory. Raises StoreError or OSError."""
        events = _read(run.events_path) if run.events_path.exists() else b""
        return cls(run.id, run.record().to_json(), events, {name: _read(path) for name, path in _files(run)})

    def unpacked(self, home: Home) -> Run:
        """A directory with this content in another home. Raises OSError."""
        run = Run(home.prepare().runs / self.id)
        run.path.mkdir(mode=0o700)
        write_file(run.path / "run.json", self.record)
        run.events_path.write_bytes(self.events)
        for name, content in self.files.items():
            _write(run, name, content)
        return run


@dataclass
class RunDelta:
    """What a run has gained: `events` as lines and, to be written before the event at `place`, `files`, None for one
    that is gone, and the changed values of the `record`. `done` says that there is no more to come."""

    events: list[bytes] = field(default_factory=list)
    files: dict[str, bytes | None] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    place: int = 0
    done: bool = False


class ChangeScanner:
    """Finds what a run directory on a node has gained in files and record."""

    def __init__(self, run: Run, content: RunContent) -> None:
        self._run = run
        self._record = content.record
        self._marks = dict(self._found())

    def add_to(self, delta: RunDelta) -> None:
        """Put all that is new since the last time into a delta, before the events that come next. Raises StoreError or
        OSError."""
        marks = dict(self._found())
        for name in marks.keys() | self._marks.keys():
            if name not in marks:
                delta.files[name] = None
            elif marks[name] != self._marks.get(name):
                delta.files[name] = _read(self._run.path / name)
        self._marks = marks
        record = self._run.record().to_json()
        delta.record |= {key: value for key, value in record.items() if value != self._record.get(key)}
        self._record = record
        delta.place = len(delta.events)

    def _found(self) -> Iterator[tuple[str, Mark]]:
        for name, path in _files(self._run):
            with suppress(FileNotFoundError):
                status = path.stat()
                yield name, (status.st_ino, status.st_mtime_ns, status.st_size)


def deliver(delta: RunDelta, writer: RunWriter) -> None:
    """Write at home what a run has gained; what is no event is passed over. Raises StoreError or OSError."""
    for place, line in enumerate([*delta.events, b""]):
        if place == delta.place:
            _deliver_files(delta, writer)
        with suppress(EventError):
            event = decode(line)
            if isinstance(event, Ending):
                writer.end(event)
            else:
                writer.emit(event)


def _deliver_files(delta: RunDelta, writer: RunWriter) -> None:
    run = writer.run
    if delta.record:
        run.update_record(lambda record: RunRecord.from_json({**record.to_json(), **delta.record}, run.id))
    if delta.files:
        writer.sync()
    for name, content in sorted(delta.files.items(), key=_order):
        if content is None:
            (run.path / _checked(name)).unlink(missing_ok=True)
        else:
            _write(run, name, content)


def _order(file: tuple[str, bytes | None]) -> tuple[bool, bool]:
    """The checkpoint after what it stands on, and what it replaces goes after."""
    name, content = file
    return content is None, name == CHECKPOINT


def _files(run: Run) -> Iterator[tuple[str, Path]]:
    """The files that travel, by their names below the directory."""
    for folder, _, names in os.walk(run.path):
        for name in names:
            path = Path(folder) / name
            below = path.relative_to(run.path).as_posix()
            if below not in APART and NAME.fullmatch(below):
                yield below, path


def _checked(name: str) -> str:
    if name in APART or not NAME.fullmatch(name):
        raise StoreError(f"a node sends {name[:80]!r}, which is no file of a run")
    return name


def _read(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read()


def _write(run: Run, name: str, content: bytes) -> None:
    path = run.path / _checked(name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, content)
