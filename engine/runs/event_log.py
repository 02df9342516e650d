"""The file of a run's events: appended to by its trainer, followed by everybody else."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.files import StoreError, append_whole, open_descriptor, open_regular, sync_folder
from engine.runs.events import LONGEST_LINE, Epoch, Event, EventError, Resumed, decode, encode

# Bytes read from the end at a time: the last events of most runs are in one.
TAIL_BLOCK = 1 << 14
# A line that was torn is shorter by far, and so is what a power cut leaves behind it.
LONGEST_TORN = 1 << 20
# Two blocks of a disk: room for the event that ends a run, with a reason of two thousand letters.
RESERVE = b"\0" * 8192
# How the lines begin that are the most, or the longest, and that no list needs, in as many bytes each.
HEAD = 17
DETAILS = frozenset((b'{"event":"steps",', b'{"event":"layers"'))


class EventLog:
    """Appends events to a run's `events.jsonl`, whole lines only.

    A few kilobytes are kept in reserve beside it, so that a full disk still has room for the event that says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name("reserve")
        self._descriptor = open_descriptor(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            sync_folder(path.parent)
            self._drop_torn_line()
            self._reserve.unlink(missing_ok=True)
            with os.fdopen(open_descriptor(self._reserve, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as reserve:
                reserve.write(RESERVE)
        except BaseException:
            os.close(self._descriptor)
            raise

    def append(self, event: Event) -> None:
        """Write one event. Raises OSError, with nothing left of the line, when it cannot be written whole."""
        append_whole(self._descriptor, encode(event).encode() + b"\n")

    def append_last(self, event: Event) -> None:
        """Write the event that ends the run, giving up the reserve for it, and see it onto the disk."""
        self._give_up_reserve()
        self.append(event)
        self.sync()

    def sync(self) -> None:
        """See all events onto the disk. Raises OSError."""
        os.fsync(self._descriptor)

    def close(self, is_lost: bool = False) -> None:
        """Close the file and give up the reserve, which is another's where the run `is_lost` to one."""
        if not is_lost:
            self._give_up_reserve()
        os.close(self._descriptor)

    def _give_up_reserve(self) -> None:
        with suppress(OSError):  # A disk that fails to remove it may still take what matters.
            self._reserve.unlink()

    def _drop_torn_line(self) -> None:
        size = os.fstat(self._descriptor).st_size
        keep = size
        while keep > 0:
            if size - keep > LONGEST_TORN:
                raise StoreError(f"{self._path} is damaged: its end is no line; cut it there to go on with the run")
            block = os.pread(self._descriptor, min(TAIL_BLOCK, keep), max(0, keep - TAIL_BLOCK))
            newline = block.rfind(b"\n")
            if newline >= 0:
                keep += newline + 1 - len(block)
                break
            keep -= len(block)
        if keep < size:
            os.ftruncate(self._descriptor, keep)


class Follower:
    """Reads the events a file gains, on request without the many `steps` and the long `layers`.

    A line without its newline is not yet written; what is no event is `skipped`."""

    MOST_AT_ONCE = 1 << 22

    def __init__(self, path: Path, steps: bool = True) -> None:
        self._path = path
        self._steps = steps
        self._offset = 0
        self._in_endless_line = False
        self._at_end = False
        self.skipped = 0

    def poll(self) -> list[Event]:
        """The events since the last call, at most a few megabytes of them; none when there is no file."""
        block = self._read()
        self._at_end = len(block) < self.MOST_AT_ONCE
        whole = block.rfind(b"\n") + 1
        self._in_endless_line = whole == 0 and not self._at_end
        if self._in_endless_line:
            whole = len(block)
        self._offset += whole
        return list(self._decoded(block[:whole].splitlines()))

    def all(self) -> Iterator[Event]:
        """The events since the last call, to the end of the file."""
        yield from self.poll()
        while not self._at_end:
            yield from self.poll()

    def _read(self) -> bytes:
        try:
            with open_regular(self._path) as file:
                if self._in_endless_line:
                    # Of a sparse file, gigabytes of nothing are passed over.
                    self._offset = os.lseek(file.fileno(), self._offset, os.SEEK_DATA)
                file.seek(self._offset)
                return file.read(self.MOST_AT_ONCE)
        except OSError:
            return b""

    def _decoded(self, lines: Iterable[bytes]) -> Iterator[Event]:
        for line in lines if self._steps else _without_details(lines):
            try:
                yield decode(line)
            except EventError:
                self.skipped += 1


def _without_details(lines: Iterable[bytes]) -> list[bytes]:
    """The other lines; hundreds of thousands are looked through before a list of runs is seen."""
    return [line for line in lines if line[:HEAD] not in DETAILS]


def last_events(path: Path) -> list[Event]:
    """The last events of a file, in order, back to the last epoch that counts or, without one, the first.

    Those before a line that does not end are taken from the beginning, at most a few megabytes of them."""
    events: list[Event] = []
    rewound = math.inf
    for line in _lines_from_the_end(path):
        if line is None:
            events += reversed(Follower(path).poll())
            break
        with suppress(EventError):
            event = decode(line)
            events.append(event)
            if isinstance(event, Resumed):
                rewound = min(rewound, event.step)
            elif isinstance(event, Epoch) and event.step <= rewound:
                break
    return events[::-1]


def _lines_from_the_end(path: Path) -> Iterator[bytes | None]:
    """The whole lines of a file, last first, and None instead of all before a line that does not end.

    What follows the last newline is not a line yet."""
    try:
        with open_regular(path) as file:
            newline = end = file.seek(0, os.SEEK_END)
            rest: bytes | None = None
            while end > 0:
                if newline - end > LONGEST_TORN:
                    yield None
                    return
                start = max(0, end - TAIL_BLOCK)
                file.seek(start)
                lines = file.read(end - start).split(b"\n")
                if len(lines) > 1:
                    newline = start
                if rest is not None:
                    lines[-1] += rest
                elif len(lines) > 1:
                    lines.pop()
                else:
                    end = start
                    continue
                # More of an endless line than it takes to refuse it would only be copied about.
                rest, end = lines[0][: LONGEST_LINE + 1], start
                yield from reversed(lines[1:])
            if rest is not None:
                yield rest
    except OSError:
        return
