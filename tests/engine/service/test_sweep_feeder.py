"""Sweeps in the hands of an engine, in this process, on data that are learnt in no time."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from engine.config.run_config import RunConfig
from engine.files import StoreError, write_whole
from engine.home import Home
from engine.runs import event_log, events
from engine.runs.directory import Run
from engine.runs.predictions import predicted_epochs
from engine.runs.status import FAILED, FINISHED, PRUNED, STOPPED
from engine.runs.weights import weight_epochs
from engine.runs.writer import RunWriter
from engine.service.scheduler import QueueError, Scheduler
from engine.service.sweep_feeder import Feeding, SweepFeeder
from engine.sweeps.place import Place
from engine.sweeps.result_reader import ResultReader
from engine.sweeps.standing import SweepReader
from engine.sweeps.sweep_file import SweepWriter, ask_to_stop, read_sweep, sweep_lock, sweep_path
from tests.builders.engines import status
from tests.builders.locks import lease
from tests.builders.snapshots import epoch, started
from tests.builders.sweeps import QUICK, finish_cell, make_sweep, runs_of
from tests.conftest import settle
from tests.engine.service.test_scheduler import make_scheduler, processor


@pytest.fixture
def scheduler(home: Home) -> Iterator[Scheduler]:
    """A scheduler that knows two slots."""
    scheduler = make_scheduler(home, processor(2))
    yield scheduler
    scheduler.leave("the test is over")
    scheduler.join(120)


@pytest.fixture
def feeder(home: Home, scheduler: Scheduler) -> Iterator[SweepFeeder]:
    """What feeds it."""
    feeder = SweepFeeder(home, scheduler)
    feeder.start()
    yield feeder
    feeder.leave("the test is over")
    scheduler.leave("the test is over")
    feeder.join(120)
    assert not feeder.is_alive()


def feed(feeder: SweepFeeder, failed: bool = False) -> None:
    feeder.feed("mine", failed)
    settle(lambda: not feeder.groups)


def test_every_cell_is_trained_once_with_every_seed_as_a_run_of_the_group(feeder: SweepFeeder, home: Home) -> None:
    record = make_sweep(home, {"l2": "0,0.1", "batch_size": "16,32"}, seeds=2, name="deep", tags=("t",))
    feed(feeder)
    standing = SweepReader(home, "mine").read()
    assert (standing.status, standing.counts) == (FINISHED, {FINISHED: 8}) and len(runs_of(home)) == 8
    trained = {run.record().config for run in runs_of(home)}
    assert {config.replace({"dataset": "auto"}) for config in trained} == {
        record.config(values, seed) for values in standing.sweep.cells for seed in (1, 2)
    }
    assert {(r.group, r.name, r.tags) for r in (run.record() for run in runs_of(home))} == {("mine", "deep", ("t",))}
    feed(feeder)
    assert len(list(home.runs.iterdir())) == 8


def test_a_run_of_a_sweep_keeps_its_best_and_its_last_epoch(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"}, QUICK.replace({"epochs": 6}))
    feed(feeder)
    for run in runs_of(home):
        best = run.state().best
        assert best and predicted_epochs(run) == weight_epochs(run) == sorted({best.epoch, 6})


def test_runs_of_a_sweep_keep_the_weights_that_it_asks_for(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"l2": "0"}, keep_weights="ALL")
    feed(feeder)
    (run,) = runs_of(home)
    assert weight_epochs(run) == list(range(1, QUICK.epochs + 1))


def test_few_runs_are_made_before_their_turn_and_a_stopped_sweep_goes_on_in_the_same_runs(
    feeder: SweepFeeder, home: Home
) -> None:
    make_sweep(home, {"l2": "0..1:150"}, QUICK.replace({"epochs": 10_000}), seeds=2)
    feeder.feed("mine")
    settle(lambda: sum(run.state().step > 0 for run in runs_of(home)) == 2 and len(runs_of(home)) == 4)
    with pytest.raises(QueueError, match="in training already"):
        feeder.feed("mine")
    ask_to_stop(home, "mine")
    settle(lambda: not feeder.groups)
    before = runs_of(home)
    assert len(before) == 4 and status(before[0]) == STOPPED
    assert read_sweep(home, "mine").reason == "stopped by request"
    step = before[0].state().step
    feeder.feed("mine")
    settle(lambda: before[0].state().step > step)
    ask_to_stop(home, "mine")
    settle(lambda: not feeder.groups)
    assert [run.id for run in runs_of(home)] == [run.id for run in before]


def test_a_sweep_that_another_machine_took_meanwhile_is_left_to_it(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"l2": "0..1:150"}, QUICK.replace({"epochs": 10_000}))
    feeder.feed("mine")
    settle(lambda: len(runs_of(home)) == 4)
    before = sweep_path(home, "mine").read_bytes()
    lease(sweep_path(home, "mine").with_suffix(".lock"))
    settle(lambda: not feeder.groups)
    assert sweep_path(home, "mine").read_bytes() == before and sweep_lock(home, "mine").held()


def test_while_the_disk_is_full_a_sweep_waits(feeder: SweepFeeder, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(folder: Path) -> SimpleNamespace:
        looks.append(folder)
        return space

    looks, space = list[Path](), SimpleNamespace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", look)
    make_sweep(home, {"l2": "0,0.1"})
    feeder.feed("mine")
    settle(lambda: len(looks) > 2)
    assert feeder.groups and not runs_of(home)
    space.free = 1 << 40
    settle(lambda: not feeder.groups)
    assert SweepReader(home, "mine").read().counts == {FINISHED: 2}


def test_a_sweep_that_cannot_go_on_ends_also_where_its_runs_cannot_be_asked_to_stop(
    feeder: SweepFeeder, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    make_sweep(home, {"l2": "0..1:150"}, QUICK.replace({"epochs": 10_000}))
    feeder.feed("mine")
    settle(lambda: len(runs_of(home)) == 4)
    for target, name in ((SweepWriter, "append"), (Run, "request")):
        monkeypatch.setattr(target, name, refuse)
    for run in runs_of(home):
        write_whole(run.request_path, b"stop")
    settle(lambda: not feeder.groups)
    assert feeder.is_alive() and not sweep_lock(home, "mine").held()


def test_a_sweep_that_is_abandoned_says_why_and_is_anybodys(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"l2": "0..1:150"}, QUICK.replace({"epochs": 10_000}))
    feeder.feed("mine")
    settle(lambda: len(runs_of(home)) == 4)
    feeder.abandon("the Ray cluster has gone")
    assert not feeder.groups and read_sweep(home, "mine").reason == "the Ray cluster has gone"
    assert not sweep_lock(home, "mine").held()


DIVERGING = RunConfig(hidden=(8,), epochs=1, device="cpu", learning_rate=100, l2=1, scaling="standard")


def test_a_run_that_fails_ends_no_sweep_and_can_be_tried_again_alone(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"learning_rate": "100,0.1"}, DIVERGING)
    feed(feeder)
    standing = SweepReader(home, "mine").read()
    assert standing.counts == {FAILED: 1, FINISHED: 1} and standing.status == FINISHED
    assert standing.failed == (standing.cells[0],) and standing.best == standing.cells[1]
    ended = runs_of(home)[1].state().version
    feed(feeder, failed=True)
    assert runs_of(home)[1].state().version == ended and len(runs_of(home)) == 2


def test_the_first_failure_ends_a_sweep_that_is_to_fail_fast(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"learning_rate": "100,50", "l2": "0.5..1:40"}, DIVERGING, fail_fast=True)
    feed(feeder)
    assert len(runs_of(home)) < 80 and "has failed" in read_sweep(home, "mine").reason


def test_a_run_that_was_noted_and_never_made_is_made_anew(feeder: SweepFeeder, home: Home) -> None:
    make_sweep(home, {"l2": "0,0.1"})
    writer = SweepWriter(home, "mine")
    writer.append(run="20260101-120000-0001abc", cell=0, seed=1)
    writer.close()
    feed(feeder)
    assert SweepReader(home, "mine").read().counts == {FINISHED: 2}


def test_what_is_no_sweep_is_refused(feeder: SweepFeeder) -> None:
    with pytest.raises(StoreError, match="no sweep is called"):
        feeder.feed("mine")


ASHA = {"early_stop": "asha", "reduction": 2}


def test_hopeless_cells_are_pruned_by_their_seeds_mean_and_stay_so(feeder: SweepFeeder, home: Home) -> None:
    base = QUICK.replace({"epochs": 120, "validation": 0.2})
    make_sweep(home, {"learning_rate": "0.1,1e-9,2e-9,3e-9"}, base, seeds=2, **ASHA)
    feed(feeder)
    standing = SweepReader(home, "mine").read()
    assert standing.cells[0].status == FINISHED and standing.best == standing.cells[0]
    pruned = [cell for cell in standing.cells if cell.status == PRUNED]
    assert pruned and standing.status == FINISHED
    assert not {cell.place for cell in pruned} & {cell.place for cell in standing.ranked}
    assert sum(cell.epochs for cell in standing.cells) < 4 * 2 * 120
    before = {run.id: run.state().version for run in runs_of(home)}
    feed(feeder)
    assert {run.id: run.state().version for run in runs_of(home)} == before


def test_cells_are_judged_by_what_is_new_of_those_in_training_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many have ended, you should see the one run in hand looked at, and its new events read."""
    make_sweep(home, {"l2": "0..1:30"}, QUICK.replace({"epochs": 9, "validation": 0.2}), **ASHA)
    for cell in range(29):
        finish_cell(home, cell, {1: 0.9}, "validation_accuracy")
    feeding = Feeding(home, "mine", failed=False, place=Place())
    run = feeding.next_run()
    feeding.running[run.id] = feeding.todo.popleft()
    writer = RunWriter(run)
    writer.emit(started())
    feeding.judge(1)
    looked, decode = Mock(side_effect=ResultReader.read), Mock(side_effect=events.decode)
    monkeypatch.setattr(ResultReader, "read", lambda reader, id: looked(reader, id))
    monkeypatch.setattr(event_log, "decode", decode)
    for number in (1, 2, 3):
        writer.emit(epoch(number, validation_accuracy=0.95))
        feeding.judge(1)
        feeding.judge(1)
    assert looked.call_count == 6 and decode.call_count == 3
    feeding.take_end(run.id)
    feeding.judge(1)
    feeding.judge(1)
    assert looked.call_count == 7
    writer.close()
    feeding.close()


def test_a_search_draws_cells_one_by_one_and_goes_on_after_its_engine(
    feeder: SweepFeeder, home: Home, scheduler: Scheduler
) -> None:
    texts = {"learning_rate": "log:1e-3..1:5", "hidden": "4/8"}
    make_sweep(home, texts, QUICK.replace({"validation": 0.2}), search=5)
    assert read_sweep(home, "mine").cells == []
    feeder.feed("mine")
    settle(lambda: len(read_sweep(home, "mine").cells) >= 2)
    with suppress(StoreError):  # All may have been trained by now.
        ask_to_stop(home, "mine")
    settle(lambda: not feeder.groups)
    drawn = read_sweep(home, "mine").cells
    feed(feeder)
    standing = SweepReader(home, "mine").read()
    assert standing.sweep.cells[: len(drawn)] == drawn and len(standing.cells) == 5
    assert standing.counts == {FINISHED: 5} and standing.status == FINISHED
    assert all(1e-3 <= float(rate) <= 1 and width in ("4", "8") for rate, width in standing.sweep.cells)
