"""The file that a sweep is: what was asked, its cells, and which run trains which of them with which seed.

`sweeps/NAME.jsonl` in the home is appended to, a JSON object a line: first the `sweep`, then a `cell` each, then a
`run` each before its directory is made, and `begun` and `ended` for every time that it was taken in hand. Who
feeds it holds the lock beside it. What is read here may have been torn, garbled or written by somebody else.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.files import StoreError, append_whole, open_descriptor, open_regular, remove, write_whole
from engine.home import Home
from engine.json_text import read_json, write_line
from engine.runs.groups import groups_of
from engine.runs.lock import RunLock
from engine.runs.summaries import ID
from engine.sweeps.place import ENGINE, Place, resume_command
from engine.sweeps.record import SweepRecord, read_time
from engine.sweeps.space import Values
from engine.text import clean

BY_REQUEST = "stopped by request"

LARGEST, LONGEST_HEADER = 1 << 28, 1 << 20


@dataclass
class Sweep:
    """A sweep as its file tells it: `configs` are the configurations of the cells, `runs` has the last run that a cell,
    counted from 0, was given with a seed.

    `reason` is why it was ended before it was done; `begun` and `ended` are in Unix seconds, at `place` last."""

    record: SweepRecord
    cells: list[Values] = field(default_factory=list)
    configs: list[RunConfig] = field(default_factory=list)
    runs: dict[tuple[int, int], str] = field(default_factory=dict)
    begun: float = 0.0
    place: Place = ENGINE
    ended: float = 0.0
    reason: str = ""
    skipped: int = 0

    @property
    def tasks(self) -> Iterator[tuple[int, int]]:
        """What is to be trained, a cell and a seed each: the first seed of every cell first, unless cells are judged on
        the way, where one is finished before the next."""
        cells = range(len(self.cells))
        if self.record.reduction or self.record.trials:
            return ((cell, seed) for cell in cells for seed in self.record.all_seeds)
        return ((cell, seed) for seed in self.record.all_seeds for cell in cells)

    def apply(self, values: object) -> None:
        """Take in a line of the file; one that says nothing that can be meant is counted and passed over."""
        match values:
            case {"cell": int(cell), "values": list(texts)} if cell == len(self.cells) and (
                config := self._config(texts)
            ):
                self.cells.append(tuple(texts))
                self.configs.append(config)
            case {"run": str(id), "cell": int(cell), "seed": int(seed)} if (
                ID.fullmatch(id) and 0 <= cell < len(self.cells) and seed in self.record.all_seeds
            ):
                self.runs[cell, seed] = id
            case {"begun": int() | float() as begun, **rest}:
                self.begun, self.place, self.ended, self.reason = read_time(begun), Place.from_json(rest), 0.0, ""
            case {"ended": int() | float() as ended, "reason": str(reason)}:
                self.ended, self.reason = read_time(ended), clean(reason, 500)
            case _:
                self.skipped += 1

    def _config(self, texts: Sequence[object]) -> RunConfig | None:
        """The configuration of a cell of these values; None where they make none."""
        if len(texts) != len(self.record.settings) or not all(isinstance(text, str) for text in texts):
            return None
        try:
            return self.record.config(tuple(map(str, texts)))
        except ConfigError:
            return None


def sweeps_folder(home: Home) -> Path:
    """Holds a file for each sweep."""
    return home.path / "sweeps"


def sweep_path(home: Home, group: str) -> Path:
    """The file of the sweep whose runs are in a group."""
    digest = hashlib.sha256(group.encode()).hexdigest()[:8]
    return sweeps_folder(home) / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', group)[:60]}-{digest}.jsonl"


def sweep_lock(home: Home, group: str) -> RunLock:
    """Held by who feeds the sweep."""
    return RunLock(sweep_path(home, group).with_suffix(".lock"))


def create_sweep(
    home: Home, record: SweepRecord, cells: Iterable[Values], runs: Mapping[tuple[int, int], str] | None = None
) -> None:
    """Write the file of a new sweep, some cells and seeds of which may have `runs` already. Raises StoreError where its
    group is a sweep already, HomeError or OSError."""
    home.prepare()
    path = sweep_path(home, record.group)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists():
        raise StoreError(
            f"{record.group} is a sweep already: mnist-tui sweep show {shlex.quote(record.group)} shows it, "
            f"{resume_command(record.group, read_sweep(home, record.group).place)} goes on with it; "
            "for a new one choose another --group"
        )
    lines = [{"sweep": record.to_json()}, *({"cell": n, "values": list(texts)} for n, texts in enumerate(cells))]
    lines += [{"run": id, "cell": cell, "seed": seed} for (cell, seed), id in (runs or {}).items()]
    write_whole(path, "".join(write_line(line) + "\n" for line in lines).encode(), 0o600)


def read_sweep(home: Home, group: str) -> Sweep:
    """The sweep whose runs are in a group. Raises StoreError."""
    return SweepFollower(home, group).read()


class SweepFollower:
    """Reads a sweep again and again, each line of its file once. Not for several threads at once."""

    def __init__(self, home: Home, group: str) -> None:
        self._group, self._path = group, sweep_path(home, group)
        self._sweep: Sweep | None = None
        self._offset = 0

    def read(self) -> Sweep:
        """The sweep as it is now, which later reading does not change. Raises StoreError."""
        for line in self._lines():
            if self._sweep is None:
                self._sweep = Sweep(_header(line, self._path))
                continue
            try:
                self._sweep.apply(read_json(line))
            except ValueError:
                self._sweep.skipped += 1
        if self._sweep is None:
            raise StoreError(f"{self._path} is not a sweep: it is empty")
        sweep = self._sweep
        return replace(sweep, cells=[*sweep.cells], configs=[*sweep.configs], runs={**sweep.runs})

    def _lines(self) -> list[bytes]:
        """The whole lines that were added. Raises StoreError."""
        try:
            with open_regular(self._path) as file:
                if (size := os.fstat(file.fileno()).st_size) < self._offset:
                    self._sweep, self._offset = None, 0
                file.seek(self._offset)
                content = file.read(min(size, LARGEST))
        except FileNotFoundError:
            raise StoreError(f"no sweep is called {clean(self._group, 40)!r}; see: mnist-tui sweep list") from None
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror or error}") from None
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.splitlines()


def sweep_records(home: Home) -> list[SweepRecord]:
    """What was asked of each sweep of a home, the newest first; what is none is passed over."""
    records = []
    for path in sweeps_folder(home).glob("*.jsonl"):
        try:
            with open_regular(path) as file:
                records.append(_header(file.readline(LONGEST_HEADER), path))
        except (StoreError, OSError):
            continue
    return sorted(records, key=lambda record: record.created, reverse=True)


def taken_groups(home: Home) -> set[str]:
    """The groups of a home's runs and sweeps."""
    return {*groups_of(home), *(record.group for record in sweep_records(home))}


def _header(line: bytes, path: Path) -> SweepRecord:
    try:
        values = read_json(line)
        return SweepRecord.from_json(values.get("sweep") if isinstance(values, dict) else None)
    except ValueError as error:
        raise StoreError(f"{path} is not a sweep: {clean(str(error), 80)}") from None


class SweepWriter:
    """Who feeds a sweep: the holder of its lock, who appends to its file and keeps `sweep` as that tells it.

    Raises StoreError, LockHeld where another does, and OSError."""

    def __init__(self, home: Home, group: str) -> None:
        self._lock = sweep_lock(home, group)
        read_sweep(home, group)
        self._lock.acquire()
        try:
            self.sweep = read_sweep(home, group)
            self._descriptor = open_descriptor(sweep_path(home, group), os.O_RDWR | os.O_APPEND)
        except BaseException:
            self._lock.release()
            raise
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, b"\n")  # What was torn is a line of its own, which says nothing.

    def append(self, **values: Any) -> None:
        """Write a line, whole and onto the disk. Raises OSError, with nothing left of the line."""
        self._lock.check()
        append_whole(self._descriptor, (write_line(values) + "\n").encode())
        os.fsync(self._descriptor)
        self.sweep.apply(values)

    @property
    def is_lost(self) -> bool:
        """Whether another feeds the sweep now."""
        return self._lock.is_lost

    def close(self) -> None:
        """Write no more, and let go."""
        os.close(self._descriptor)
        self._lock.release()


def ask_to_stop(home: Home, group: str) -> None:
    """Ask who feeds a sweep to stop its runs and to begin no more. Raises StoreError where nobody does, or OSError."""
    read_sweep(home, group)
    if not sweep_lock(home, group).held():
        raise StoreError(f"{group} is not in training")
    write_whole(_request_path(home, group), b"stop", 0o600)


def take_request(home: Home, group: str) -> bool:
    """Whether that was asked since the last call. For who feeds the sweep alone."""
    path = _request_path(home, group)
    try:
        path.unlink()
    except OSError:
        with suppress(OSError):
            remove(path)  # A folder there asks for nothing, and would be in the way of who does.
        return False
    return True


def _request_path(home: Home, group: str) -> Path:
    return sweep_path(home, group).with_suffix(".request")
