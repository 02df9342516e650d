"""Run directories: made, read back whatever lies in them, asked and moved."""

from __future__ import annotations

import fcntl
import json
import os
import time
from io import BufferedReader
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.files import StoreError, open_regular, write_whole
from engine.home import Home, HomeError
from engine.runs import directory
from engine.runs.directory import LONGEST_RECORD, Run
from engine.runs.event_log import EventLog
from engine.runs.events import RunFinished
from engine.runs.record import MOST_TAGS, RunRecord
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED, INTERRUPTED, RUNNING
from engine.runs.summaries import ID, list_runs, summarise
from engine.text import LONGEST_NAME, LONGEST_NOTE, clean
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.builders.strategies import JSON, configs
from tests.engine.runs.test_state import started

HOSTILE = ["../../etc/passwd", "\x1b[2J\x1b]0;x\x07", "[bold red]x[/]", "x" * 10_000, "\u202egnp.exe", "a\nb", "\ud800"]


def test_a_new_run_reads_back(home: Home) -> None:
    config = RunConfig(dropout=0.5)
    run = Run.create(home, config, name="first", tags=["a", "b", "a"], note="why", preset="dropout", group="g")
    record = Run(run.path).record()
    assert (record.name, record.tags, record.note, record.preset, record.group) == (
        "first",
        ("a", "b"),
        "why",
        "dropout",
        "g",
    )
    assert record.config == config
    assert record.host == os.uname().nodename and record.pid == os.getpid()
    assert run.path.stat().st_mode & 0o777 == 0o700


def test_ids_sort_by_time_and_are_never_equal(home: Home) -> None:
    ids = [Run.create(home, RunConfig()).id for _ in range(20)]
    assert len(set(ids)) == 20
    assert [id[:19] for id in ids] == sorted(id[:19] for id in ids)
    assert all(ID.fullmatch(id) for id in ids)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_run_is_called_it_stays_in_its_directory_and_on_one_line(home: Home, text: str) -> None:
    run = Run.create(home, RunConfig(), name=text, tags=[text], note=text, preset=text, group=text, parent=text)
    record = run.record()
    assert run.path.parent == home.runs
    assert record.name and len(record.name) <= LONGEST_NAME
    assert record.name.isprintable() and record.note.isprintable()
    assert record.name == clean(text) or record.name == "custom"
    assert len(record.note) <= LONGEST_NOTE


def test_a_run_with_thousands_of_tags_still_reads_back(home: Home) -> None:
    run = Run.create(home, RunConfig(), tags=[f"{number} {'x' * 100}" for number in range(20_000)])
    assert len(run.record().tags) == MOST_TAGS


@given(configs(), st.dictionaries(st.sampled_from(sorted(RunRecord.__dataclass_fields__)), JSON))
def test_a_record_with_any_values_is_read_or_refused(config: RunConfig, values: dict[str, Any]) -> None:
    try:
        record = RunRecord.from_json({"config": config.to_json(), **values}, "id")
    except StoreError:
        return
    again = RunRecord.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False)), "id")
    assert again == record


@given(JSON)
def test_any_json_is_a_record_or_refused(values: object) -> None:
    with pytest.raises(StoreError):
        RunRecord.from_json(values, "id")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\0", b"[]", b"null", b"{}", b'{"config": 1}', b'{"config": {"epochs": 0}}', b"[" * 100_000,
     b" " * (LONGEST_RECORD + 1), b'{"config": {"epochs": ' + b"9" * 10_000 + b"}}"],
)  # fmt: skip
def test_a_garbled_record_is_refused(home: Home, content: bytes) -> None:
    run = make_run(home)
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(StoreError, match=run.id):
        run.record()


def test_a_record_that_is_no_file_is_refused_without_waiting(home: Home) -> None:
    run = make_run(home)
    (run.path / "run.json").unlink()
    with pytest.raises(StoreError):
        run.record()
    os.mkfifo(run.path / "run.json")
    with pytest.raises(StoreError):
        run.record()


def test_a_requested_word_is_taken_once(home: Home) -> None:
    run = make_run(home)
    assert run.take_request() == ""
    run.request("pause")
    assert Run(run.path).take_request() == "pause"
    assert run.take_request() == ""


def test_a_stop_that_follows_a_pause_at_once_is_not_lost(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(home)
    run.request("pause")

    def ask_meanwhile(path: Path) -> BufferedReader:
        file = open_regular(path)
        run.request("stop")
        return file

    monkeypatch.setattr(directory, "open_regular", ask_meanwhile)
    assert run.take_request() == "pause"
    monkeypatch.undo()
    assert run.take_request() == "stop"


def test_a_request_made_before_there_was_a_trainer_is_void(home: Home) -> None:
    run = make_run(home)
    run.request("stop")
    before = run.request_mark()
    run.request("pause")
    assert run.take_request(void=before) == "pause"
    run.request("stop")
    assert run.take_request(void=run.request_mark()) == ""
    assert run.take_request() == ""


@pytest.mark.parametrize("clock", [1e11, 1e18, -1.0])
def test_a_run_made_by_a_clock_that_is_far_off_reads_as_what_it_is(
    home: Home, monkeypatch: pytest.MonkeyPatch, clock: float
) -> None:
    monkeypatch.setattr(time, "time", lambda: clock)
    run = Run.create(home, RunConfig(epochs=1))
    log = EventLog(run.events_path)
    log.append(RunFinished(epoch=1, step=1, test_loss=0.1, test_accuracy=0.9, seconds=1.0))
    log.close()
    assert summarise(run).status == FINISHED
    assert [listed.status for listed in list_runs(home).runs] == [FINISHED]


def test_a_run_whose_training_begins_while_it_is_moved_stays_or_is_not_trained(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(home)
    refused: list[str] = []
    rename = Path.rename

    def resume_meanwhile(path: Path, target: Path) -> Path:
        with pytest.raises(StoreError, match="another process"):
            Run(run.path).lock.acquire(0)
        refused.append(path.name)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", resume_meanwhile)
    moved = run.move_to(home.trash)
    assert refused == [run.id]
    assert not moved.lock.held()


def test_a_trainer_that_waited_for_the_lock_of_a_run_that_is_gone_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(home)
    run.lock.acquire()
    run.lock.release()
    flock = fcntl.flock

    def move_first(descriptor: int, kind: int) -> None:
        monkeypatch.undo()
        Run(run.path).move_to(home.trash)
        flock(descriptor, kind)

    monkeypatch.setattr(fcntl, "flock", move_first)
    with pytest.raises(StoreError, match="moved away"):
        run.lock.acquire()


def test_a_garbled_request_asks_for_nothing_known(home: Home) -> None:
    run = make_run(home)
    run.request_path.write_bytes(b"\xff\0\x1b" + b"x" * 1_000_000)
    assert len(run.take_request()) <= 64
    os.mkfifo(run.request_path)
    assert run.take_request() == ""


@pytest.mark.parametrize("name", ["request", "request-taken"])
def test_a_folder_in_the_place_of_a_request_is_in_nobodys_way(home: Home, name: str) -> None:
    run = make_run(home)
    (run.path / name / "with").mkdir(parents=True)
    if name == "request-taken":
        run.request("pause")
    assert run.take_request() == ""
    run.request("stop")
    assert run.take_request() == "stop"


def test_a_run_lives_exactly_while_its_lock_is_held(home: Home) -> None:
    run = make_run(home, started(1.0))
    assert RunSnapshot.of(run).status == INTERRUPTED
    with held_elsewhere(run):
        assert RunSnapshot.of(run).status == RUNNING
    ended = finished_run(home)
    with held_elsewhere(ended):
        assert RunSnapshot.of(ended).status == FINISHED


def test_a_run_is_moved_whole_and_never_over_another(home: Home, tmp_path: Path) -> None:
    run = finished_run(home, "mine")
    moved = run.move_to(tmp_path / "trash")
    assert not run.path.exists()
    assert moved.record().name == "mine" and moved.state().phase == FINISHED
    run.path.mkdir()
    with pytest.raises(StoreError, match="already"):
        moved.move_to(home.runs)


def test_a_live_run_is_not_moved(home: Home, tmp_path: Path) -> None:
    run = make_run(home, started(1.0))
    with held_elsewhere(run), pytest.raises(StoreError, match="runs stop"):
        run.move_to(tmp_path / "trash")
    assert run.path.exists()


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.json"
    write_whole(path, b"old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="MNIST_TUI_HOME"):
        Run.create(Home(tmp_path / "file" / "home"), RunConfig())
