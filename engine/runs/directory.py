"""A run directory.

It holds `run.json`, `events.jsonl`, `lock`, `checkpoint.pt`, `predictions/`, `weights/` and, for a moment, `request`.
What is read here may have been torn, garbled or written by somebody else: readers skip and count, never fail.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.config.run_config import RunConfig
from engine.files import StoreError, new_folder, open_regular, remove, sync_folder, write_whole
from engine.home import Home
from engine.json_text import read_file, write_file
from engine.runs.event_log import Follower, last_events
from engine.runs.events import now
from engine.runs.lock import LockHeld, RunLock, sole_writer
from engine.runs.record import RunRecord, clean_tags
from engine.runs.state import RunState
from engine.text import LONGEST_NOTE, clean

LONGEST_RECORD = 1 << 20
LONGEST_REQUEST = 64


def new_id(created: float) -> str:
    """An id for a run made at that moment, by which runs sort."""
    moment = datetime.fromtimestamp(created, UTC)
    return f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03d}{secrets.token_hex(2)}"


class Run:
    """One run directory. Making this object reads nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.events_path = path / "events.jsonl"
        self.checkpoint_path = path / "checkpoint.pt"
        self.predictions_path = path / "predictions"
        self.weights_path = path / "weights"
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
        of_sweep: bool = False,
        keep_weights: str = "",
        id: str = "",
    ) -> Run:
        """Make a new run directory with an id that sorts by time, or one of `new_id` that nobody else has.

        Raises HomeError or OSError."""
        home.prepare()
        record = RunRecord(
            id="",
            name=clean(name) or clean(preset) or "custom",
            config=config,
            created=now(),
            tags=clean_tags(tags),
            note=clean(note, LONGEST_NOTE),
            preset=clean(preset),
            group=clean(group),
            parent=clean(parent),
            of_sweep=of_sweep,
            keep_weights=keep_weights,
            host=os.uname().nodename,
            pid=os.getpid(),
        )
        while True:
            chosen = id or new_id(record.created)
            try:
                with new_folder(home.runs / chosen) as folder:
                    cls(folder).write_record(replace(record, id=chosen))
                return cls(home.runs / chosen)
            except FileExistsError:
                if id:
                    raise

    def record(self) -> RunRecord:
        """What `run.json` holds. Raises StoreError when it cannot be read."""
        return RunRecord.from_json(self._values(), self.id)

    def _values(self) -> Any:
        try:
            return read_file(self.path / "run.json", LONGEST_RECORD)
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.id}: run.json cannot be read ({clean(str(error))})") from None

    def write_record(self, record: RunRecord) -> None:
        """Replace `run.json` as a whole."""
        self._write(record.to_json())

    def _write(self, values: dict[str, Any]) -> None:
        write_file(self.path / "run.json", values)

    def update_record(self, change: Callable[[RunRecord], RunRecord]) -> tuple[RunRecord, RunRecord]:
        """Change what `run.json` holds now, so that no change of another process is lost, nor what a later version has
        written there: the record before and after.

        Raises StoreError or OSError."""
        self.record()
        with sole_writer(self.path / "run.json"):
            values = self._values()
            before = RunRecord.from_json(values, self.id)
            after = change(before)
            if after != before:
                config = values["config"] if after.config == before.config else after.config.to_json()
                self._write({**values, **after.to_json(), "config": config})
        return before, after

    def state(self, steps: bool = True) -> RunState:
        """The state after all events there are now; without `steps`, which are most of them, it has no series and
        no layers."""
        state = RunState.of(Follower(self.events_path, steps).all())
        if not steps and state.ending is None:
            # How long it has been trained since its last epoch, only the last steps tell.
            latest = RunState.of(last_events(self.events_path))
            state.elapsed, state.measured = latest.elapsed, latest.measured
        return state

    def request(self, word: str) -> None:
        """Ask the run's trainer, in whatever process, to do what a word of `engine.runs.steering` says."""
        write_whole(self.request_path, word.encode())

    def request_mark(self) -> tuple[int, int] | None:
        """What tells the request there is from any other; None when there is none."""
        try:
            status = self.request_path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def take_request(self, void: tuple[int, int] | None = None) -> str:
        """The word somebody asked for since the last call, or nothing; nothing too when its mark is `void`.

        For the trainer alone."""
        # A request that comes while this one is read must find the name free, or it would be removed unread.
        taken = self.path / "request-taken"
        try:
            self.request_path.rename(taken)
            with open_regular(taken) as file:
                status = os.fstat(file.fileno())
                word = file.read(LONGEST_REQUEST).decode("ascii", "ignore").strip()
            taken.unlink()
        except FileNotFoundError:
            return ""
        except OSError:
            with suppress(OSError):
                remove(taken)  # A folder there would be in the way of every request to come.
            return ""
        return "" if (status.st_ino, status.st_mtime_ns) == void else word

    def move_to(self, folder: Path) -> Run:
        """Move the directory into `folder`. Raises StoreError while a trainer holds it or where one like it is."""
        moved = Run(folder / self.id)
        if moved.path.exists():
            raise StoreError(f"{self.id} is in {folder} already")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # Nobody may begin to train it between a look at the lock and the move.
            self.lock.acquire()
        except LockHeld:
            raise StoreError(f"{self.id} is running; stop it first: mnist-tui runs stop {self.id}") from None
        try:
            self.path.rename(moved.path)
            for changed in (self.path.parent, folder):
                sync_folder(changed)
        finally:
            self.lock.release()
        return moved
