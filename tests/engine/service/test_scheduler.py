"""The queue of an engine, in this process, on data that are learnt in no time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Event, RunStarted
from engine.runs.state import FINISHED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED, UNQUEUED
from engine.service.protocol import Job
from engine.service.scheduler import DROPPED, MOST_WAITING, QueueError, Scheduler
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs
from tests.builders.engines import reach, status
from tests.builders.runs import held_elsewhere
from tests.conftest import settle

QUICK = RunConfig(hidden=(8,), epochs=1, device="cpu")
LONG = RunConfig(hidden=(8,), epochs=10_000, device="cpu")


def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
    return blobs()


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    """A scheduler that knows one device."""
    scheduler = Scheduler(load, lambda run, event: None)
    scheduler.set_devices(("cpu",))
    scheduler.start()
    yield scheduler
    scheduler.leave("the test is over")
    scheduler.join(30)
    assert not scheduler.is_alive()


def submit(scheduler: Scheduler, home: Home, config: RunConfig = QUICK) -> Run:
    run = Run.create(home, config)
    scheduler.submit(run)
    return run


def waiting(scheduler: Scheduler) -> list[str]:
    return [job.run for job in scheduler.jobs()[1]]


def test_runs_of_one_device_are_trained_one_after_another(scheduler: Scheduler, home: Home) -> None:
    first = submit(scheduler, home, LONG)
    second, third = submit(scheduler, home), submit(scheduler, home)
    reach(first, RUNNING)
    assert scheduler.jobs() == (
        (Job(run=first.id, device="cpu"),),
        (Job(run=second.id, device="cpu"), Job(run=third.id, device="cpu")),
    )
    assert status(second) == status(third) == QUEUED
    first.request("stop")
    reach(third, FINISHED)
    assert first.state().last_time <= second.state().last_time <= third.state().last_time
    settle(lambda: scheduler.idle)


def test_waiting_runs_are_moved_and_never_beyond_an_end(scheduler: Scheduler, home: Home) -> None:
    submit(scheduler, home, LONG)
    a, b, c = (submit(scheduler, home).id for _ in range(3))
    scheduler.move(c, -1)
    assert waiting(scheduler) == [a, c, b]
    scheduler.move(b, -100)
    assert waiting(scheduler) == [b, a, c]
    scheduler.move(b, 1)
    assert waiting(scheduler) == [a, b, c]
    scheduler.move(a, 2**50)
    assert waiting(scheduler) == [b, c, a]


def test_a_dropped_run_reads_so_and_the_others_go_on(scheduler: Scheduler, home: Home) -> None:
    first = submit(scheduler, home, LONG)
    dropped, last = submit(scheduler, home), submit(scheduler, home)
    scheduler.drop(dropped.id)
    assert status(dropped) == UNQUEUED
    assert dropped.state().reason == DROPPED
    assert waiting(scheduler) == [last.id]
    first.request("stop")
    reach(last, FINISHED)
    scheduler.submit(dropped)
    reach(dropped, FINISHED)


def test_a_run_that_was_dropped_waits_again_behind_the_others_and_can_be_dropped_again(
    scheduler: Scheduler, home: Home
) -> None:
    first = submit(scheduler, home, LONG)
    reach(first, RUNNING)
    first.request("pause")
    reach(first, PAUSED)
    second, last = submit(scheduler, home), submit(scheduler, home)
    scheduler.drop(last.id)
    assert status(last) == UNQUEUED
    scheduler.submit(Run(last.path))
    assert status(last) == QUEUED
    assert waiting(scheduler) == [second.id, last.id]
    scheduler.drop(last.id)
    assert status(last) == UNQUEUED
    assert waiting(scheduler) == [second.id]


def test_only_waiting_runs_are_moved_and_dropped(scheduler: Scheduler, home: Home) -> None:
    run = submit(scheduler, home, LONG)
    for act in (scheduler.drop, lambda id: scheduler.move(id, 1)):
        with pytest.raises(QueueError, match="does not wait"):
            act(run.id)


def test_a_waiting_run_is_stopped_by_a_request_from_any_process(scheduler: Scheduler, home: Home) -> None:
    submit(scheduler, home, LONG)
    run = submit(scheduler, home)
    Run(run.path).request("stop")
    reach(run, UNQUEUED)
    assert run.state().reason == "stopped by request"


def test_a_run_that_goes_on_says_that_it_waits(scheduler: Scheduler, home: Home) -> None:
    stopped = submit(scheduler, home, LONG)
    reach(stopped, RUNNING)
    stopped.request("stop")
    reach(stopped, STOPPED)
    first = submit(scheduler, home, LONG)
    scheduler.submit(Run(stopped.path))
    assert status(stopped) == QUEUED
    first.request("stop")
    reach(stopped, RUNNING)


def test_runs_of_two_devices_are_trained_at_once_and_one_for_no_device_fails(scheduler: Scheduler, home: Home) -> None:
    busy = submit(scheduler, home, LONG)
    elsewhere = submit(scheduler, home, QUICK.replace({"device": "cuda:99"}))
    reach(elsewhere, "failed")
    assert "no device cuda:99" in elsewhere.state().reason
    assert status(busy) in (RUNNING, PREPARING)


def test_before_the_devices_are_known_one_run_begins_and_the_others_wait(home: Home) -> None:
    scheduler = Scheduler(load, lambda run, event: None)
    scheduler.start()
    first, second = submit(scheduler, home, LONG), submit(scheduler, home, QUICK.replace({"device": "auto"}))
    assert scheduler.jobs() == ((Job(run=first.id, device=""),), (Job(run=second.id, device=""),))
    reach(first, RUNNING)
    scheduler.set_devices(("cuda:0", "cpu"))
    reach(second, FINISHED)
    assert status(first) == RUNNING
    scheduler.leave("over")
    reach(first, STOPPED)


def test_a_run_in_hand_or_elsewhere_is_not_taken_twice(scheduler: Scheduler, home: Home) -> None:
    run = submit(scheduler, home, LONG)
    with pytest.raises(QueueError, match="already"):
        scheduler.submit(Run(run.path))
    other = Run.create(home, QUICK)
    with held_elsewhere(other), pytest.raises(StoreError, match="another process"):
        scheduler.submit(other)
    finished = submit(scheduler, home, QUICK)
    run.request("stop")
    reach(finished, FINISHED)
    with pytest.raises(StoreError, match="finished"):
        scheduler.submit(Run(finished.path))


def test_the_queue_has_an_end(scheduler: Scheduler, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.service.scheduler.MOST_WAITING", 2)
    assert MOST_WAITING > 2
    submit(scheduler, home, LONG)
    submit(scheduler, home)
    submit(scheduler, home)
    refused = Run.create(home, QUICK)
    with pytest.raises(QueueError, match="full"):
        scheduler.submit(refused)
    assert not refused.lock.held()


def test_leaving_stops_all_that_is_in_hand_with_the_reason(home: Home) -> None:
    scheduler = Scheduler(load, lambda run, event: None)
    scheduler.set_devices(("cpu",))
    scheduler.start()
    first, second = submit(scheduler, home, LONG), submit(scheduler, home)
    reach(first, RUNNING)
    scheduler.leave("the machine goes down")
    scheduler.join(30)
    assert not scheduler.is_alive()
    assert [(status(run), run.state().reason) for run in (first, second)] == [
        (STOPPED, "the machine goes down"),
        (UNQUEUED, "the machine goes down"),
    ]
    assert first.checkpoint_path.exists()
    with pytest.raises(QueueError, match="about to leave"):
        submit(scheduler, home)


def test_an_error_of_a_watcher_is_logged_and_harms_no_run(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    def watch(run: Run, event: Event) -> None:
        if isinstance(event, RunStarted):
            raise ZeroDivisionError("a watcher's mistake")

    scheduler = Scheduler(load, watch)
    scheduler.set_devices(("cpu",))
    scheduler.start()
    with caplog.at_level(logging.ERROR):
        run = submit(scheduler, home)
        reach(run, FINISHED)
    assert "a watcher's mistake" in caplog.text
    scheduler.leave("over")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_trainer_that_dies_leaves_an_interrupted_run_and_a_free_device(
    scheduler: Scheduler, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(trainer: TrainerThread, error: Exception) -> None:
        raise SystemError("even the last event could not be made")

    def fail(*_: object) -> None:
        raise SystemError("no data")

    first = submit(scheduler, home, LONG)
    reach(first, RUNNING)
    with monkeypatch.context() as patch:
        patch.setattr(TrainerThread, "_failure", die)
        patch.setattr(scheduler, "_load", fail)
        broken = submit(scheduler, home)
        first.request("stop")
        reach(broken, INTERRUPTED)
    sound = submit(scheduler, home)
    reach(sound, FINISHED)


def test_a_run_waits_while_no_thread_can_be_started(
    scheduler: Scheduler, home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(trainer: TrainerThread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(TrainerThread, "start", fail)
        run, dropped = submit(scheduler, home), submit(scheduler, home)
        assert status(run) == QUEUED and waiting(scheduler) == [run.id, dropped.id]
        scheduler.drop(dropped.id)
        assert status(dropped) == UNQUEUED
        settle(lambda: caplog.messages)
    reach(run, FINISHED)
    assert caplog.messages.count(f"{run.id} waits: can't start new thread") == 1
