"""The file that a sweep is."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.files import StoreError
from engine.home import Home
from engine.json_text import read_json
from engine.runs.lock import LockHeld
from engine.sweeps.place import Place
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.record import SweepRecord
from engine.sweeps.sweep_file import (
    Sweep,
    SweepFollower,
    SweepWriter,
    ask_to_stop,
    create_sweep,
    read_sweep,
    sweep_path,
    sweep_records,
    take_request,
)
from tests.builders.runs import full_disk
from tests.builders.strategies import JSON, configs
from tests.builders.sweeps import make_sweep

# What a shell would do something with, quoted as Python does.
HOSTILE = "it's $(x)"
RUN, OTHER = "20260101-120000-0001abc", "20260101-120000-0002abc"


def create(home: Home, group: str = "mine", **asked: object) -> SweepRecord:
    texts = {"l2": "0,0.1", "hidden": "none/8,8"}
    made = plan(SweepRequest(RunConfig(seed=5), texts, seeds=2, group=group, **asked))  # type: ignore[arg-type]
    create_sweep(home, made.record, made.cells)
    return made.record


def test_a_sweep_is_read_as_it_was_written_and_goes_on_after_its_writer(home: Home) -> None:
    record = create(home, tags=("a",), note="why", fail_fast=True, keep_weights="4")
    writer = SweepWriter(home, "mine")
    writer.append(begun=10.0, on="ray", gpu_share=0.25)
    writer.append(run=RUN, cell=1, seed=6)
    with pytest.raises(LockHeld):
        SweepWriter(home, "mine")
    writer.close()
    sweep = read_sweep(home, "mine")
    assert sweep == writer.sweep and sweep.record == record
    assert sweep.cells == [("0", "none"), ("0", "8,8"), ("0.1", "none"), ("0.1", "8,8")]
    assert sweep.runs == {(1, 6): RUN} and sweep.place == Place("ray", 0.25)
    assert list(sweep.tasks)[:5] == [(0, 5), (1, 5), (2, 5), (3, 5), (0, 6)]
    again = SweepWriter(home, "mine")
    again.append(run=OTHER, cell=1, seed=6)
    again.append(ended=12.0, reason="stopped")
    again.close()
    assert read_sweep(home, "mine").runs == {(1, 6): OTHER} and read_sweep(home, "mine").reason == "stopped"


def test_a_torn_line_is_passed_over_and_the_next_is_not_lost(home: Home) -> None:
    create(home)
    with sweep_path(home, "mine").open("ab") as file:
        file.write(b'{"run":"2026')
    assert read_sweep(home, "mine").runs == {}
    writer = SweepWriter(home, "mine")
    writer.append(run=RUN, cell=0, seed=5)
    writer.close()
    assert read_sweep(home, "mine").runs == {(0, 5): RUN}


def test_a_full_disk_leaves_no_part_of_a_line(home: Home) -> None:
    create(home)
    writer = SweepWriter(home, "mine")
    with full_disk(sweep_path(home, "mine").stat().st_size + 20), pytest.raises(OSError):
        writer.append(run=RUN, cell=1, seed=6)
    writer.append(ended=12.0, reason="the disk is full")
    writer.close()
    assert read_sweep(home, "mine").reason == "the disk is full" and not read_sweep(home, "mine").skipped


def test_what_was_read_is_not_read_again_and_a_file_that_was_replaced_is(home: Home) -> None:
    create(home)
    follower, path = SweepFollower(home, "mine"), sweep_path(home, "mine")
    before, content = follower.read(), path.read_bytes()
    path.write_bytes(b"x" * (len(content) - 1) + b"\n")
    with path.open("ab") as file:
        file.write(f'{{"run":"{RUN}","cell":0,"seed":5}}\n'.encode())
    assert follower.read().runs == {(0, 5): RUN} and before.runs == {}
    path.write_bytes(content)
    assert follower.read() == before


def test_sweeps_are_listed_newest_first_and_none_is_made_twice(home: Home) -> None:
    create(home, "first")
    create(home, "second/../x")
    (home.path / "sweeps" / "junk.jsonl").write_text("[]\n")
    assert [record.group for record in sweep_records(home)] == ["second/../x", "first"]
    with pytest.raises(StoreError, match="--resume"):
        create(home, "first")
    with pytest.raises(StoreError, match="sweep list"):
        read_sweep(home, "third")
    create(home, HOSTILE)
    with pytest.raises(StoreError) as told:
        create(home, HOSTILE)
    assert f"mnist-tui sweep show {shlex.quote(HOSTILE)} shows it" in str(told.value)


def test_a_line_is_read_once_however_often_the_sweep_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    create(home)
    follower, lines = SweepFollower(home, "mine"), list[bytes]()
    follower.read()

    def counted(line: bytes) -> object:
        lines.append(line)
        return read_json(line)

    monkeypatch.setattr("engine.sweeps.sweep_file.read_json", counted)
    assert follower.read().cells and not lines
    writer = SweepWriter(home, "mine")
    lines.clear()
    writer.append(run=RUN, cell=1, seed=6)
    writer.close()
    assert follower.read().runs and len(lines) == 1


BEGUN = st.fixed_dictionaries({"begun": st.just(1.0), "on": JSON, "gpu_share": JSON})


@given(
    configs(), st.lists(JSON | st.fixed_dictionaries({"cell": JSON, "values": JSON, "run": JSON, "seed": JSON}) | BEGUN)
)
def test_whatever_lines_hold_no_reader_fails(base: RunConfig, lines: list[object]) -> None:
    sweep = Sweep(SweepRecord("mine", base, ("l2",)))
    for line in lines:
        sweep.apply(line)
    assert 0 < sweep.place.gpu_share <= 1
    assert SweepRecord.from_json(sweep.record.to_json()).base == base


@given(JSON | st.fixed_dictionaries({"group": JSON, "base": JSON, "settings": JSON, "metric": JSON}))
def test_what_is_no_record_is_refused(values: object) -> None:
    with pytest.raises(ValueError):
        SweepRecord.from_json(values)


def test_who_feeds_a_sweep_is_asked_once_and_nobody_where_nobody_does(home: Home) -> None:
    with pytest.raises(StoreError, match="no sweep is called"):
        ask_to_stop(home, "mine")
    make_sweep(home, {"l2": "0,0.1"})
    with pytest.raises(StoreError, match="not in training"):
        ask_to_stop(home, "mine")
    feeding = SweepWriter(home, "mine")
    assert not take_request(home, "mine")
    ask_to_stop(home, "mine")
    feeding.close()
    assert take_request(home, "mine") and not take_request(home, "mine")


def test_a_folder_in_the_place_of_a_request_asks_for_nothing_and_is_in_nobodys_way(home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    feeding = SweepWriter(home, "mine")
    (sweep_path(home, "mine").with_suffix(".request") / "with").mkdir(parents=True)
    assert not take_request(home, "mine")
    ask_to_stop(home, "mine")
    feeding.close()
    assert take_request(home, "mine")
