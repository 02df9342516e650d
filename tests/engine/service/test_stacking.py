"""Waiting runs of one shape are trained together where that is asked for, or on a card."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import RunStopped
from engine.runs.status import FAILED, FINISHED, PAUSED, RUNNING, STOPPED
from engine.service import queue_entry, worker_link
from engine.service.card_probe import Card, Cards
from engine.service.device_choice import DeviceChoice
from engine.service.scheduler import Scheduler
from engine.service.slots import slots_of
from engine.service.stacking import most_stacked
from engine.service.sweep_feeder import SweepFeeder
from engine.training.slot_locks import SlotLocks
from engine.training.stack_shape import STACKED_ON_CARD
from engine.training.trainer_thread import TrainerThread
from tests.builders.engines import QUICK, engine_home, reach, status
from tests.builders.sweeps import make_sweep, runs_of
from tests.conftest import settle
from tests.engine.service.test_scheduler import LONG, PLACEMENT, end, make_scheduler, submit

Make = Callable[[int], Scheduler]


@pytest.fixture
def make(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a scheduler of one slot whose stacks are of so many runs, which it waits for."""
    monkeypatch.setattr(queue_entry, "GATHERING_SECONDS", 600.0)
    made: list[Scheduler] = []

    def make(stack: int) -> Scheduler:
        made.append(make_scheduler(home, slots_of(DeviceChoice.parse(f"cpu:1,stack:{stack}"), Cards())))
        return made[-1]

    yield make
    for scheduler in made:
        end(scheduler)


def test_the_cells_of_a_sweep_are_stacked_where_that_is_asked_for(home: Home, make: Make) -> None:
    make_sweep(home, {"l2": "0,0.001", "learning_rate": "0.1,0.2"}, seeds=2)
    scheduler = make(8)
    feeder = SweepFeeder(home, scheduler)
    feeder.start()
    feeder.feed("mine")
    settle(lambda: not feeder.groups)
    feeder.leave("the test is over")
    feeder.join(120)
    runs = runs_of(home)
    assert [status(run) for run in runs] == [FINISHED] * 8
    assert [run.record().stack for run in runs] == [8] * 8
    assert len({run.state().epochs[-1].test_loss for run in runs}) == 8


def test_members_are_paused_stopped_and_set_free_one_by_one_and_the_slot_with_the_last(home: Home, make: Make) -> None:
    scheduler = make(3)
    configs = [LONG.replace({"seed": seed}) for seed in (1, 2, 3)]
    stopping, pausing, going_on = runs = [submit(scheduler, home, config) for config in configs]
    other = submit(scheduler, home, QUICK.replace({"dataset": "auto", "optimiser": "adam", "learning_rate": 0.001}))
    for run in runs:
        reach(run, RUNNING)
    stopping.request("stop")
    pausing.request("pause")
    reach(stopping, STOPPED)
    reach(pausing, PAUSED)
    step = going_on.state().step
    settle(lambda: going_on.state().step > step)
    settle(lambda: [job.run for job in scheduler.jobs()[0]] == [pausing.id, going_on.id])
    assert [job.run for job in scheduler.jobs()[1]] == [other.id]
    assert not stopping.lock.held() and scheduler.occupants()["cpu"].run == pausing.id
    step = pausing.state().step
    pausing.request("resume")
    settle(lambda: pausing.state().step > step)
    pausing.request("stop")
    going_on.request("stop")
    reach(other, FINISHED)
    assert [run.record().stack for run in (*runs, other)] == [3, 3, 3, 1]


def test_what_cannot_begin_together_does_not_wait_for_others(home: Home, make: Make) -> None:
    scheduler = make(8)
    reach(submit(scheduler, home, RunConfig(hidden=(8,), epochs=1, device="cpu", clip=1.0)), FINISHED)


def test_a_stack_is_begun_with_those_that_came_in_time(home: Home, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_entry, "GATHERING_SECONDS", 0.0)
    run = submit(make(8), home, RunConfig(hidden=(8,), epochs=1, device="cpu"))
    reach(run, FINISHED)
    assert run.record().stack == 1


@pytest.mark.parametrize(
    ("choice", "memory", "expected"),
    [
        ("all", None, (STACKED_ON_CARD, 1)),
        ("all", 2 << 30, (8, 1)),
        ("stack:1", None, (1, 1)),
        ("stack:8", None, (8, 8)),
    ],
)
def test_unasked_networks_are_stacked_on_a_card_as_its_memory_allows_and_not_on_the_processor(
    choice: str, memory: int | None, expected: tuple[int, int]
) -> None:
    cards = Cards(cards=(Card(name="cuda:0", description="a card", memory=memory),))
    slots = slots_of(DeviceChoice.parse(choice), cards)
    assert tuple(most_stacked(slots, slot) for slot in slots.all) == expected


def test_a_worker_that_is_killed_costs_its_stack_and_each_run_goes_on_alone(
    tmp_path: Path, drawn_digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_entry, "GATHERING_SECONDS", 600.0)
    with engine_home(tmp_path / "home", drawn_digits) as home:
        start = partial(worker_link.start_process, home)
        scheduler = Scheduler(start, lambda run, event: None, PLACEMENT, SlotLocks(home), is_wanted=lambda: False)
        scheduler.set_slots(slots_of(DeviceChoice.parse("cpu:1,stack:2"), Cards()))
        scheduler.start()
        configs = [QUICK.replace({"epochs": 10_000, "seed": seed}) for seed in (1, 2)]
        runs = [submit(scheduler, home, config) for config in configs]
        settle(lambda: all(run.state().checkpoint for run in runs))
        os.kill(scheduler.occupants()["cpu"].worker, signal.SIGKILL)
        for run in runs:
            reach(run, FAILED)
            assert "was killed (SIGKILL)" in run.state().reason and run.record().stack == 2
        end(scheduler)
        for run in runs:
            thread = TrainerThread(Run(run.path), device="cpu")
            step = run.state().step
            thread.start()
            settle(lambda run=run, step=step: run.state().step > step)  # type: ignore[misc]
            thread.control.stop("enough")
            thread.join(60)
            assert isinstance(thread.ending, RunStopped) and run.record().method != "batched products"
