"""The file of a run's events: written whole, followed while it grows, read from its end."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.files import StoreError
from engine.runs.event_log import EventLog, Follower, last_events
from engine.runs.events import Epoch, Event, EventError, Resumed, RunFailed, decode, encode
from tests.builders.runs import full_disk
from tests.builders.strategies import events
from tests.engine.runs.test_state import epoch, started, steps


def write(path: Path, *lines: bytes) -> None:
    path.write_bytes(b"".join(lines))


def line(event: Event) -> bytes:
    return encode(event).encode() + b"\n"


def failure() -> RunFailed:
    return RunFailed(time=9.0, epoch=0, step=0, test_loss=0.0, test_accuracy=0.0, seconds=1.0, reason="disk full")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_what_is_appended_is_followed(path: Path) -> None:
    follower = Follower(path)
    assert follower.poll() == []
    log = EventLog(path)
    log.append(started(1.0))
    assert [event.time for event in follower.poll()] == [1.0]
    assert follower.poll() == []
    log.append(steps(1, 2.0))
    log.append(epoch(1, 3.0))
    assert [event.name for event in follower.poll()] == ["steps", "epoch"]
    log.close()
    assert list(path.parent.iterdir()) == [path]


@given(st.lists(events(), min_size=1, max_size=8), st.data())
def test_a_file_that_grows_byte_by_byte_is_read_event_by_event(
    tmp_path_factory: pytest.TempPathFactory, happened: list[Event], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    content = b"".join(map(line, happened))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=5)))
    follower, seen = Follower(path), 0
    for cut in [*cuts, len(content)]:
        path.write_bytes(content[:cut])
        seen += len(follower.poll())
        assert seen == content[:cut].count(b"\n")
    assert follower.skipped == 0


def test_garbled_lines_are_skipped_and_counted(path: Path) -> None:
    write(
        path, line(started()), b"\0\xff\xfe garbage\n", b'{"event":"steps"}\n', b"\n", line(epoch(1, 2.0)), b'{"event":'
    )
    follower = Follower(path)
    assert [event.name for event in follower.poll()] == ["run_started", "epoch"]
    assert follower.skipped == 3


def test_a_line_without_end_does_not_stop_a_follower(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Follower, "MOST_AT_ONCE", 1000)
    write(path, b"x" * 5000 + b"\n", line(epoch(1, 2.0)))
    follower, read = Follower(path), []
    for _ in range(20):
        read += follower.poll()
    assert [event.name for event in read] == ["epoch"]
    assert follower.skipped


def test_a_torn_last_line_is_dropped_before_more_is_written(path: Path) -> None:
    write(path, line(started()), b'{"event":"steps","ti')
    log = EventLog(path)
    log.append(epoch(1, 2.0))
    log.close()
    assert path.read_bytes() == line(started()) + line(epoch(1, 2.0))


@pytest.mark.parametrize("size", [1 << 14, (1 << 14) - 1, 50_000])
def test_a_long_torn_line_is_dropped_whole(path: Path, size: int) -> None:
    write(path, line(started()), b"x" * size)
    EventLog(path).close()
    assert path.read_bytes() == line(started())
    write(path, b"x" * size)
    EventLog(path).close()
    assert path.read_bytes() == b""


def test_a_full_disk_leaves_no_part_of_a_line(path: Path) -> None:
    log = EventLog(path)
    log.append(started())
    whole = path.read_bytes()
    with full_disk(len(whole) + 40), pytest.raises(OSError):
        log.append(epoch(1, 2.0))
    assert path.read_bytes() == whole
    log.append_last(failure())
    log.close()
    assert path.read_bytes() == whole + line(failure())


def test_the_reserve_leaves_room_for_the_last_event(path: Path) -> None:
    log = EventLog(path)
    reserve = path.with_name("reserve")
    assert reserve.stat().st_size >= len(line(failure()))
    log.append_last(failure())
    assert not reserve.exists()
    log.close()


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/full")], ids=["pipe", "link"])
def test_what_lies_in_place_of_the_reserve_holds_up_nothing(path: Path, make: Callable[[Path], object]) -> None:
    make(path.with_name("reserve"))
    log = EventLog(path)
    assert path.with_name("reserve").stat().st_size == 8192
    log.append_last(failure())
    log.close()
    assert last_events(path) == [failure()]


def test_a_reserve_that_cannot_be_removed_costs_no_event(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))

    log = EventLog(path)
    monkeypatch.setattr(Path, "unlink", refuse)
    log.append_last(failure())
    log.close()
    assert last_events(path) == [failure()]


def test_the_last_events_go_back_to_the_last_epoch(path: Path) -> None:
    write(path, line(started()), line(epoch(1, 1.0)), line(epoch(2, 2.0)), line(steps(21, 3.0)), b'{"event":"st')
    assert last_events(path) == [epoch(2, 2.0), steps(21, 3.0)]


def test_an_epoch_that_was_rewound_is_not_the_last(path: Path) -> None:
    """You should see the figures of the epoch that the checkpoint holds, as in the whole replay."""
    resumed = Resumed(time=3.0, step=10, epoch=2)
    write(path, line(started()), line(epoch(1, 1.0)), line(epoch(2, 2.0)), line(resumed), line(steps(11, 4.0)))
    assert last_events(path)[0] == epoch(1, 1.0)


def test_without_an_epoch_all_events_are_the_last(path: Path) -> None:
    write(path, line(started()), line(steps(1, 1.0)))
    assert last_events(path) == [started(), steps(1, 1.0)]
    assert last_events(path.with_name("absent")) == []


def read_whole(content: bytes) -> list[Event]:
    """The last events, found by splitting the whole file."""
    found: list[Event] = []
    for text in reversed(content.split(b"\n")[:-1]):
        with suppress(EventError):
            found.insert(0, decode(text))
            if isinstance(found[0], Epoch):
                break
    return found


PARTS = st.one_of(
    st.integers(1, 40).map(lambda step: line(steps(step, 1.0))),
    st.integers(1, 3).map(lambda number: line(epoch(number, 1.0))),
    st.sampled_from([b"\n", b"garbage\n", b"x" * 16_384 + b"\n", b"y" * 40_000 + b"\n"]),
)


@given(st.lists(PARTS, max_size=12), st.sampled_from([b"", b"torn", b"z" * 20_000]))
def test_reading_from_the_end_agrees_with_reading_all(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    path.write_bytes(b"".join(parts) + tail)
    assert [encode(e) for e in last_events(path)] == [encode(e) for e in read_whole(path.read_bytes())]


def test_a_pipe_or_a_directory_in_place_of_the_file_is_no_events(path: Path) -> None:
    os.mkfifo(path)
    assert Follower(path).poll() == []
    assert last_events(path) == []
    path.unlink()
    path.mkdir()
    assert Follower(path).poll() == []
    assert last_events(path) == []


def endless(path: Path, after: bytes = b"") -> None:
    """Sixteen sparse gigabytes without a newline, behind a line and before what comes `after`."""
    with path.open("wb") as file:
        file.write(line(epoch(1, 1.0)))
        file.truncate(16 << 30)
        file.seek(0, os.SEEK_END)
        file.write(after)


@pytest.mark.timeout(20)
def test_a_line_without_end_keeps_nobody_waiting(path: Path) -> None:
    endless(path)
    assert last_events(path) == [epoch(1, 1.0)]
    assert list(Follower(path).all()) == [epoch(1, 1.0)]
    with pytest.raises(StoreError, match=r"events\.jsonl is damaged"):
        EventLog(path)
    assert path.stat().st_size == 16 << 30


@pytest.mark.timeout(20)
def test_events_on_both_sides_of_a_line_without_end_are_read(path: Path) -> None:
    endless(path, b"\n" + line(steps(11, 2.0)))
    assert last_events(path) == [epoch(1, 1.0), steps(11, 2.0)]
    assert list(Follower(path).all()) == [epoch(1, 1.0), steps(11, 2.0)]


def test_megabytes_of_steps_do_not_end_the_reading_of_the_rest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Follower, "MOST_AT_ONCE", 4096)
    write(path, line(started()), *(line(steps(step, 1.0)) for step in range(1, 200)), line(epoch(1, 2.0)))
    assert [event.name for event in Follower(path, steps=False).all()] == ["run_started", "epoch"]
