"""Run directories: made, locked, appended to, followed, listed, found and removed.

A directory holds `run.json`, `events.jsonl`, `lock`, `checkpoint.pt`, `predictions/` and, for a moment, `request`.
Everything read here may have been torn, garbled or written by somebody else: readers skip and count, never fail.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.config import ConfigError, RunConfig
from engine.events import Epoch, Event, EventError, decode, encode
from engine.home import Home
from engine.state import LIVE, RunState, status
from engine.text import clean

LONGEST_RECORD = 1 << 20
LONGEST_NOTE = 2000
TAIL_BLOCK = 1 << 14
RESERVE = b"\0" * 8192


class StoreError(Exception):
    """Something asked of the store cannot be done; the message says what to do."""


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` holds: what a run is, as opposed to what happened in it."""

    id: str
    name: str
    config: RunConfig
    created: float
    tags: tuple[str, ...] = ()
    note: str = ""
    preset: str = ""
    group: str = ""
    parent: str = ""
    starred: bool = False
    host: str = ""
    pid: int = 0
    device: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        values = {**vars(self), "config": self.config.to_json(), "tags": list(self.tags)}
        return {key: dict(v) if isinstance(v, Mapping) else v for key, v in values.items()}

    @classmethod
    def from_json(cls, values: object, id: str) -> RunRecord:
        """The record that `values` holds, its texts made safe. Raises StoreError when it is none."""
        if not isinstance(values, dict) or not isinstance(values.get("config"), dict):
            raise StoreError("run.json is not a run's record")
        try:
            config = RunConfig.from_json(values["config"])
        except ConfigError as error:
            raise StoreError(f"run.json: {error}") from None
        tags, pid = values.get("tags"), values.get("pid")
        return cls(
            id=id,
            name=clean(values.get("name")) or id,
            config=config,
            created=_plausible_time(values.get("created")),
            tags=tuple(t for t in map(clean, tags) if t) if isinstance(tags, list) else (),
            note=clean(values.get("note"), LONGEST_NOTE),
            preset=clean(values.get("preset")),
            group=clean(values.get("group")),
            parent=clean(values.get("parent")),
            starred=values.get("starred") is True,
            host=clean(values.get("host")),
            pid=pid if type(pid) is int else 0,
            device=clean(values.get("device")),
            versions=_clean_mapping(values.get("versions")),
            data=_clean_mapping(values.get("data")),
        )


def _plausible_time(value: object) -> float:
    if isinstance(value, (int, float)) and 0 <= value < 1e11:
        return float(value)
    return 0.0


def _clean_mapping(values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    return {clean(key): clean(value) for key, value in list(values.items())[:50]}


class RunLock:
    """Held by the trainer of a run for as long as it lives; the system lets go when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, patience: float = 0.5) -> None:
        """Take the lock. Raises StoreError when another trainer holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            # A viewer that asks whether the lock is held holds it for an instant itself.
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise StoreError("this run is being trained by another process; stop it first")
            time.sleep(0.005)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held(self) -> bool:
        """Whether any process, this one included, holds the lock."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not _try_lock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class EventLog:
    """Appends events to a run's `events.jsonl`, whole lines only.

    A few kilobytes are kept in reserve beside it, so that a full disk still has room for the event that says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name("reserve")
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._drop_torn_line()
        self._reserve.write_bytes(RESERVE)

    def append(self, event: Event) -> None:
        """Write one event. Raises OSError, with nothing left of the line, when it cannot be written whole."""
        line = encode(event).encode() + b"\n"
        size = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._descriptor, size)
            raise

    def append_last(self, event: Event) -> None:
        """Write the event that ends the run, giving up the reserve for it, and see it onto the disk."""
        self._reserve.unlink(missing_ok=True)
        self.append(event)
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file and give up the reserve."""
        self._reserve.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _drop_torn_line(self) -> None:
        size = os.fstat(self._descriptor).st_size
        keep = size
        while keep > 0:
            block = os.pread(self._descriptor, min(TAIL_BLOCK, keep), max(0, keep - TAIL_BLOCK))
            newline = block.rfind(b"\n")
            if newline >= 0:
                keep += newline + 1 - len(block)
                break
            keep -= len(block)
        if keep < size:
            os.ftruncate(self._descriptor, keep)


class Follower:
    """Reads the events a file gains. A line without its newline is not yet written; one that is no event is `skipped`."""

    MOST_AT_ONCE = 1 << 22

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.skipped = 0

    def poll(self) -> list[Event]:
        """The events since the last call, at most a few megabytes of them; none when there is no file."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                block = file.read(self.MOST_AT_ONCE)
        except OSError:
            return []
        whole = block.rfind(b"\n") + 1
        if whole == 0 and len(block) == self.MOST_AT_ONCE:
            whole = len(block)
        self._offset += whole
        return list(self._decoded(block[:whole].splitlines()))

    def _decoded(self, lines: Iterable[bytes]) -> Iterator[Event]:
        for line in lines:
            try:
                yield decode(line)
            except EventError:
                self.skipped += 1


class Run:
    """One run directory. Making this object reads nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.events_path = path / "events.jsonl"
        self.checkpoint_path = path / "checkpoint.pt"
        self.predictions_path = path / "predictions"
        self.request_path = path / "request"
        self.lock = RunLock(path / "lock")

    @classmethod
    def create(
        cls,
        home: Home,
        config: RunConfig,
        *,
        name: str = "",
        tags: Iterable[str] = (),
        note: str = "",
        preset: str = "",
        group: str = "",
        parent: str = "",
    ) -> Run:
        """Make a new run directory with an id that sorts by time. Raises HomeError or OSError."""
        home.prepare()
        created = time.time()
        while True:
            moment = datetime.fromtimestamp(created, UTC)
            id = f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03d}{secrets.token_hex(2)}"
            run = cls(home.runs / id)
            with suppress(FileExistsError):
                run.path.mkdir(mode=0o700)
                break
        run.write_record(
            RunRecord(
                id=id,
                name=clean(name) or clean(preset) or "custom",
                config=config,
                created=created,
                tags=tuple(t for t in map(clean, tags) if t),
                note=clean(note, LONGEST_NOTE),
                preset=clean(preset),
                group=clean(group),
                parent=clean(parent),
                host=os.uname().nodename,
                pid=os.getpid(),
            )
        )
        return run

    def record(self) -> RunRecord:
        """What `run.json` holds. Raises StoreError when it cannot be read."""
        try:
            with (self.path / "run.json").open("rb") as file:
                text = file.read(LONGEST_RECORD + 1)
            if len(text) > LONGEST_RECORD:
                raise StoreError(f"{self.id}: run.json is too large")
            return RunRecord.from_json(json.loads(text), self.id)
        except (OSError, ValueError, RecursionError) as error:
            raise StoreError(f"{self.id}: run.json cannot be read ({clean(str(error))})") from None

    def write_record(self, record: RunRecord) -> None:
        """Replace `run.json` as a whole."""
        write_whole(self.path / "run.json", json.dumps(record.to_json(), indent=2).encode() + b"\n")

    def state(self) -> RunState:
        """The state after all events there are now."""
        state = RunState()
        follower = Follower(self.events_path)
        while events := follower.poll():
            for event in events:
                state.apply(event)
        return state

    def status(self, phase: str) -> str:
        """The status of a run whose events say `phase`."""
        return status(phase, phase in LIVE and self.lock.held())

    def request(self, word: str) -> None:
        """Ask the run's trainer, in whatever process, to `pause`, `resume` or `stop`."""
        write_whole(self.request_path, word.encode())

    def take_request(self) -> str:
        """The word somebody asked for since the last call, or nothing. For the trainer alone."""
        try:
            word = self.request_path.read_bytes()[:16].decode("ascii", "ignore").strip()
            self.request_path.unlink()
        except OSError:
            return ""
        return word

    def move_to(self, folder: Path) -> Run:
        """Move the directory into `folder`. Raises StoreError while a trainer holds it."""
        if self.lock.held():
            raise StoreError(f"{self.id} is running; stop it first: mnist-tui runs stop {self.id}")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(self.path, folder / self.id)
        return Run(folder / self.id)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path` and rename it over, so that a reader sees the old or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass(frozen=True)
class RunSummary:
    """One line of a list of runs; figures are of the last epoch, None before the first."""

    record: RunRecord
    status: str
    epoch: int = 0
    test_accuracy: float | None = None
    test_loss: float | None = None
    train_accuracy: float | None = None
    seconds: float = 0.0
    device: str = ""
    reason: str = ""
    updated: float = 0.0

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.record.id


def summarise(run: Run) -> RunSummary:
    """A run in one line, from the last lines of its events. Raises StoreError when it is not a run."""
    record = run.record()
    state = RunState()
    last = _last_events(run.events_path)
    for event in last:
        state.apply(event)
    summary = RunSummary(
        record=record,
        status=run.status(state.phase),
        epoch=state.epoch,
        device=record.device,
        reason=clean(state.reason, 300),
        updated=state.last_time or record.created,
    )
    if state.epochs:
        epoch = state.epochs[-1]
        summary = replace(
            summary,
            test_accuracy=epoch.test_accuracy,
            test_loss=epoch.test_loss,
            train_accuracy=epoch.train_accuracy,
        )
    seconds = state.ending.seconds if state.ending else max(0.0, state.last_time - record.created)
    return replace(summary, seconds=seconds)


def _last_events(path: Path) -> list[Event]:
    """The last events of a file, in order, back to the last epoch event or, without one, the first."""
    found: list[Event] = []
    for line in _lines_from_the_end(path):
        with suppress(EventError):
            found.append(decode(line))
            if isinstance(found[-1], Epoch):
                break
    return found[::-1]


def _lines_from_the_end(path: Path) -> Iterator[bytes]:
    """The whole lines of a file, last first; what follows the last newline is not a line yet."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            rest: bytes | None = None
            while end > 0:
                start = max(0, end - TAIL_BLOCK)
                file.seek(start)
                lines = file.read(end - start).split(b"\n")
                if rest is not None:
                    lines[-1] += rest
                elif len(lines) > 1:
                    lines.pop()
                else:
                    end = start
                    continue
                rest, end = lines[0], start
                yield from reversed(lines[1:])
            if rest is not None:
                yield rest
    except OSError:
        return


@dataclass(frozen=True)
class Listing:
    """The runs of a home, newest first, and how many directories were not runs."""

    runs: list[RunSummary]
    skipped: int


def list_runs(home: Home) -> Listing:
    """Every run of a home; what is not a run is counted and passed over."""
    summaries, skipped = [], 0
    try:
        with os.scandir(home.runs) as entries:
            names = sorted((entry.name for entry in entries), reverse=True)
    except OSError:
        names = []
    for name in names:
        try:
            summaries.append(summarise(Run(home.runs / name)))
        except StoreError:
            skipped += 1
    return Listing(summaries, skipped)


def find_run(home: Home, wanted: str) -> Run:
    """The run that `wanted` means: an id, its beginning or end, a name, or `last`. Raises StoreError."""
    try:
        ids = sorted(entry.name for entry in os.scandir(home.runs) if entry.is_dir())
    except OSError:
        ids = []
    if not ids:
        raise StoreError("there are no runs yet; start one: mnist-tui train")
    if wanted in ids:
        return Run(home.runs / wanted)
    if wanted == "last":
        return Run(home.runs / ids[-1])
    matches = [id for id in ids if wanted and (id.startswith(wanted) or id.endswith(wanted))]
    matches = matches or [id for id in ids if _name(Run(home.runs / id)) == wanted]
    if len(matches) == 1:
        return Run(home.runs / matches[0])
    shown = clean(wanted, 40)
    if matches:
        raise StoreError(f"{shown!r} means {len(matches)} runs, among them {matches[-1]}; give more of the id")
    raise StoreError(f"no run is called {shown!r}; see: mnist-tui runs list")


def _name(run: Run) -> str:
    try:
        return run.record().name
    except StoreError:
        return ""
