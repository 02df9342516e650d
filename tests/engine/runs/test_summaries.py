"""The runs of a home: listed, summed up, found."""

from __future__ import annotations

import json
import math
import os
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from engine.config.run_config import RunConfig
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Queued, RunFailed, RunFinished, RunStopped
from engine.runs.queue_order import write_order
from engine.runs.record import RunRecord
from engine.runs.status import FAILED, FINISHED, INTERRUPTED, RUNNING, STOPPED
from engine.runs.summaries import find_run, list_runs, recent_ids, summarise
from tests.builders.runs import finished_run, held_elsewhere, make_run
from tests.builders.work import calls
from tests.engine.runs.test_state import ending, epoch, started, steps


def test_a_finished_run_in_one_line(home: Home) -> None:
    summary = summarise(finished_run(home, "mine", 0.95))
    assert (summary.status, summary.record.name, summary.epoch) == (FINISHED, "mine", 1)
    assert (summary.test_accuracy, summary.seconds) == (0.95, 5.0)


def test_every_status_is_told(home: Home) -> None:
    reason = "disk full \x1b[2J"
    runs = {
        FINISHED: make_run(home, started(1.0), epoch(1, 2.0), ending(RunFinished, 3.0)),
        STOPPED: make_run(home, started(1.0), ending(RunStopped, 3.0, reason="interrupted")),
        FAILED: make_run(home, started(1.0), ending(RunFailed, 3.0, reason=reason)),
        INTERRUPTED: make_run(home, started(1.0), steps(3, 2.0)),
        RUNNING: make_run(home, started(1.0), steps(3, 2.0)),
    }
    with held_elsewhere(runs[RUNNING]):
        listed = {run.id: run for run in list_runs(home).runs}
    assert {run.id: status for status, run in runs.items()} == {id: run.status for id, run in listed.items()}
    assert listed[runs[FAILED].id].reason == "disk full [2J"
    assert listed[runs[STOPPED].id].test_accuracy is None


def test_a_run_is_as_long_as_it_was_trained_and_as_far_as_its_figures(home: Home) -> None:
    """You should see the time of training alone, though the run waited and was killed in its second epoch."""
    told = [started(100.0), replace(epoch(1, 130.0), elapsed=3.0), replace(steps(15, 190.0), elapsed=4.5)]
    silent = [started(100.0), epoch(1, 130.0), steps(15, 190.0), epoch(2, 230.0), steps(25, 290.0)]
    summary, old = summarise(make_run(home, *told)), summarise(make_run(home, *silent))
    assert (summary.epoch, summary.seconds) == (1, 4.5)
    assert (old.epoch, old.seconds) == (2, 2.0)


def test_runs_that_wait_have_places_in_the_order_of_the_queue(home: Home) -> None:
    """You should see what was moved where the engine put it, and what was queued since behind it, oldest first."""
    first, second, third, fourth = (make_run(home) for _ in range(4))
    again = make_run(home, started(1.0), ending(RunStopped, 3.0, reason="interrupted"), Queued(time=9e9))
    with ExitStack() as stack:
        for run in (first, second, third, fourth, again):
            stack.enter_context(held_elsewhere(run))
        assert places(home) == {first.id: 1, second.id: 2, third.id: 3, fourth.id: 4, again.id: 5}
        write_order(home, [third.id, "20231114-221000-0000001", first.id])
        assert places(home) == {third.id: 1, first.id: 2, second.id: 3, fourth.id: 4, again.id: 5}
        for damaged in (b"{", b"[1, null]", b"{}", b"\xff"):
            (home.path / "queue.json").write_bytes(damaged)
            assert places(home)[first.id] == 1
    assert set(places(home).values()) == {0}


def places(home: Home) -> dict[str, int]:
    return {run.id: run.place for run in list_runs(home).runs}


def test_runs_are_listed_newest_first(home: Home) -> None:
    ids = [make_run(home).id for _ in range(3)]
    listed = [run.id for run in list_runs(home).runs]
    assert sorted(listed, reverse=True) == listed == recent_ids(home.runs)
    assert set(listed) == set(ids)


def test_what_is_not_a_run_is_skipped_and_counted(home: Home) -> None:
    run = finished_run(home)
    (home.runs / "notes.txt").write_text("mine")
    (home.runs / "[red]\x1b[2J").mkdir()
    shutil.copytree(run.path, home.runs / "copy of a run")
    garbled, torn, empty = make_run(home), make_run(home), make_run(home)
    (garbled.path / "run.json").write_bytes(b"\0\xff")
    (torn.path / "run.json").write_bytes((run.path / "run.json").read_bytes()[:50])
    (empty.path / "run.json").unlink()
    os.mkfifo(home.runs / "20200101-000000-0000000")
    listing = list_runs(home)
    assert [r.id for r in listing.runs] == [run.id]
    assert listing.skipped == 7


def test_a_run_with_garbled_events_is_listed_without_figures(home: Home) -> None:
    run = make_run(home)
    run.events_path.write_bytes(b"\xff\0garbage\n{}\n" * 100 + b'{"event":"ep')
    (summary,) = list_runs(home).runs
    assert (summary.status, summary.test_accuracy, summary.epoch) == (INTERRUPTED, None, 0)


def test_a_home_that_is_not_there_has_no_runs(tmp_path: Path) -> None:
    assert list_runs(Home(tmp_path / "absent")).runs == []
    with pytest.raises(StoreError, match="mnist-tui train"):
        find_run(Home(tmp_path / "absent"), "last")


def test_a_run_is_found_by_what_it_is_called(home: Home) -> None:
    first, second = finished_run(home, "first"), finished_run(home, "second [x]")
    for wanted in (first.id, first.id[-4:], "first"):
        assert find_run(home, wanted).id == first.id
    assert find_run(home, "second [x]").id == second.id
    assert find_run(home, "last").id == recent_ids(home.runs)[0]
    named = Run.create(home, RunConfig(), name=first.id[-1])
    assert find_run(home, first.id[-1]).id == named.id, "a name is meant rather than the end of an id"


def test_a_word_that_means_several_runs_or_none_is_refused(home: Home) -> None:
    runs = [finished_run(home, "same") for _ in range(2)]
    for wanted in (runs[0].id[:4], "same"):
        with pytest.raises(StoreError, match="2 runs"):
            find_run(home, wanted)
    for wanted in ("", "..", "/", "\x1b[2J", "x" * 10_000):
        with pytest.raises(StoreError) as refused:
            find_run(home, wanted)
        assert str(refused.value).isprintable()
        assert len(str(refused.value)) < 120


def test_the_last_run_is_never_a_foreign_directory(home: Home) -> None:
    run = finished_run(home)
    (home.runs / "zzz").mkdir()
    (home.runs / "99991231-235959-9990000").mkdir()
    circle = home.runs / "99991231-235959-9990001"
    circle.symlink_to(circle.name)
    assert find_run(home, "last").id == run.id


def test_a_summary_is_strict_json(home: Home) -> None:
    end = RunFailed(time=2.0, epoch=0, step=3, test_loss=math.nan, test_accuracy=math.nan, seconds=math.nan, reason="x")
    summary = summarise(make_run(home, started(1.0), epoch(1, 2.0, math.nan), end, tags=["a"]))
    values = json.loads(json.dumps(summary.to_json(), allow_nan=False))
    assert (values["id"], values["status"], values["tags"]) == (summary.id, FAILED, ["a"])
    assert values["test_accuracy"] is None and values["seconds"] == 1.0
    assert RunConfig.from_json(values["config"]) == summary.record.config


def test_a_thousand_runs_are_listed_in_little_work(home: Home) -> None:
    pattern = finished_run(home)
    for number in range(999):
        copy = home.runs / f"20200101-{number:06d}-0000000"
        copy.mkdir()
        for name in ("run.json", "events.jsonl", "lock"):
            (copy / name).write_bytes((pattern.path / name).read_bytes() if name != "lock" else b"")
    assert len(list_runs(home).runs) == 1000
    assert calls(lambda: list_runs(home)) < 1_000 * 2_000


def test_the_last_run_is_found_without_a_look_at_the_others(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [finished_run(home) for _ in range(5)]
    read: list[str] = []
    record = Run.record

    def noted(run: Run) -> RunRecord:
        read.append(run.id)
        return record(run)

    monkeypatch.setattr(Run, "record", noted)
    found = find_run(home, "last").id
    assert read == [found] and found in {run.id for run in runs}


def test_a_long_run_is_summed_up_from_its_end(home: Home) -> None:
    """Against reading all of it."""
    run = make_run(home, *(steps(step, 1.0) for step in range(1, 20_001)), epoch(2001, 2.0), steps(20_011, 3.0))
    assert run.state().step == 20_011
    assert summarise(run).test_accuracy == 0.9
    assert calls(lambda: summarise(run)) < calls(run.state) / 5
