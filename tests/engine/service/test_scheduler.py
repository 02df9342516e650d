"""The queue of an engine, in this process, on data that are learnt in no time."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Epoch, Event
from engine.runs.status import FINISHED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED, UNQUEUED
from engine.service.card_probe import Card, Cards
from engine.service.device_choice import DeviceChoice
from engine.service.device_stats import DeviceUsage
from engine.service.placement import Placement
from engine.service.protocol import Job
from engine.service.scheduler import DROPPED, MOST_WAITING, QueueError, Scheduler
from engine.service.slots import Slots, slots_of
from engine.service.worker_link import Process
from engine.training.slot_locks import SlotLocks
from engine.training.threads import threads_for
from engine.training.trainer_thread import TrainerThread
from tests.builders.engines import reach, status
from tests.builders.locks import lease
from tests.builders.runs import held_elsewhere
from tests.builders.workers import in_threads, load_blobs
from tests.conftest import settle

QUICK = RunConfig(hidden=(8,), epochs=1, device="cpu")
LONG = RunConfig(hidden=(8,), epochs=10_000, device="cpu")
PLACEMENT = Placement(lambda slot: DeviceUsage())


def processor(count: int = 1) -> Slots:
    return slots_of(DeviceChoice.parse(f"cpu:{count}"), Cards())


def make_scheduler(
    home: Home,
    slots: Slots | None = None,
    watch: Callable[[Run, Event], None] = lambda run, event: None,
    start: Callable[[], tuple[Process, socket.socket]] | None = None,
) -> Scheduler:
    """A scheduler at work, which knows one slot."""
    scheduler = Scheduler(start or in_threads(home), watch, PLACEMENT, SlotLocks(home))
    scheduler.set_slots(slots or processor())
    scheduler.start()
    return scheduler


def end(scheduler: Scheduler) -> None:
    scheduler.leave("the test is over")
    scheduler.join(120)
    assert not scheduler.is_alive()


@pytest.fixture
def scheduler(home: Home) -> Iterator[Scheduler]:
    """A scheduler that knows one slot."""
    scheduler = make_scheduler(home)
    yield scheduler
    end(scheduler)


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


def test_a_run_that_is_asked_to_stop_is_not_begun_as_a_slot_is_freed(home: Home) -> None:
    scheduler = Scheduler(in_threads(home), lambda run, event: None, PLACEMENT, SlotLocks(home))
    scheduler.set_slots(processor())
    first, second = submit(scheduler, home, LONG), submit(scheduler, home)
    reach(first, RUNNING)
    for run in (second, first):
        run.request("stop")
    reach(second, UNQUEUED)
    scheduler.start()
    end(scheduler)


def test_a_waiting_run_that_another_machine_took_meanwhile_is_left_to_it(scheduler: Scheduler, home: Home) -> None:
    submit(scheduler, home, LONG)
    lost, left = submit(scheduler, home), submit(scheduler, home)
    before = lost.events_path.read_bytes()
    lease(lost.path / "lock")
    settle(lambda: waiting(scheduler) == [left.id])
    assert lost.events_path.read_bytes() == before and lost.lock.held()


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


def test_a_run_for_no_device_fails_and_says_which_there_are(scheduler: Scheduler, home: Home) -> None:
    busy = submit(scheduler, home, LONG)
    elsewhere = submit(scheduler, home, QUICK.replace({"device": "cuda:99"}))
    assert status(elsewhere) == "failed" and not elsewhere.lock.held()
    assert elsewhere.state().reason == "there is no device cuda:99 here; choose one of: auto, cpu"
    assert status(busy) in (QUEUED, RUNNING, PREPARING)


def test_each_slot_trains_a_run_and_the_next_takes_the_one_that_is_free(home: Home) -> None:
    scheduler = make_scheduler(home, processor(2))
    first, second = submit(scheduler, home, LONG), submit(scheduler, home, LONG)
    third, last = submit(scheduler, home), submit(scheduler, home)
    reach(first, RUNNING)
    reach(second, RUNNING)
    assert waiting(scheduler) == [third.id, last.id]
    assert {occupant.run for occupant in scheduler.occupants().values()} == {first.id, second.id}
    second.request("stop")
    reach(last, FINISHED)
    assert third.state().last_time <= last.state().last_time
    assert status(first) == RUNNING
    end(scheduler)


def test_a_slot_that_another_process_trains_on_counts_as_taken(home: Home) -> None:
    other = SlotLocks(home)
    other.take_for("cpu", 1)
    scheduler = make_scheduler(home, processor(2))
    first, second = submit(scheduler, home, LONG), submit(scheduler, home)
    reach(first, RUNNING)
    assert waiting(scheduler) == [second.id]
    assert {occupant.run for occupant in scheduler.occupants().values()} == {first.id}
    other.release_all()
    reach(second, FINISHED)
    end(scheduler)
    assert not SlotLocks(home).user_of("cpu 1")


def test_until_the_slots_are_known_all_runs_wait(home: Home) -> None:
    scheduler = Scheduler(in_threads(home), lambda run, event: None, PLACEMENT, SlotLocks(home))
    scheduler.start()
    first, second = submit(scheduler, home, LONG), submit(scheduler, home, QUICK.replace({"device": "auto"}))
    assert scheduler.jobs() == ((), (Job(run=first.id, device="cpu"), Job(run=second.id, device="auto")))
    scheduler.set_slots(processor(2))
    reach(second, FINISHED)
    assert status(first) == RUNNING
    end(scheduler)
    assert status(first) == STOPPED


def test_a_run_that_is_worth_threads_takes_as_many_slots_and_is_not_passed_by(home: Home) -> None:
    scheduler = make_scheduler(home, processor(2))
    first = submit(scheduler, home, LONG)
    wide = submit(scheduler, home, LONG.replace({"hidden": "512", "batch_size": "full"}))
    behind = submit(scheduler, home)
    reach(first, RUNNING)
    wanted = 2 if threads_for(wide.record().config, 60_000) > 1 else 1
    assert waiting(scheduler) == ([wide.id, behind.id] if wanted == 2 else [behind.id])
    first.request("stop")
    settle(lambda: [occupant.run for occupant in scheduler.occupants().values()].count(wide.id) == wanted)
    wide.request("stop")
    reach(behind, FINISHED)
    end(scheduler)


def test_a_run_paused_while_it_waits_begins_so(scheduler: Scheduler, home: Home) -> None:
    first, run = submit(scheduler, home, LONG), submit(scheduler, home, LONG)
    run.request("pause")
    settle(lambda: not run.request_path.exists())
    first.request("stop")
    reach(run, PAUSED)
    run.request("resume")
    reach(run, RUNNING)


def test_the_lock_of_a_run_is_never_free_on_its_way_to_a_worker(scheduler: Scheduler, home: Home) -> None:
    run = Run.create(home, QUICK)
    free = list[str]()

    def look() -> None:
        while not over.is_set():
            locked, phase = Run(run.path).lock.held(), run.state(steps=False).phase
            if not locked and phase not in (FINISHED, QUEUED):
                free.append(phase)

    first, over = submit(scheduler, home, LONG), threading.Event()
    scheduler.submit(run)
    looking = threading.Thread(target=look)
    looking.start()
    assert run.lock.held()
    first.request("stop")
    reach(run, FINISHED)
    over.set()
    looking.join()
    assert not free


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
    scheduler = make_scheduler(home)
    first, second = submit(scheduler, home, LONG), submit(scheduler, home)
    reach(first, RUNNING)
    scheduler.leave("the machine goes down")
    scheduler.join(120)
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
        assert isinstance(event, Epoch)
        raise ZeroDivisionError("a watcher's mistake")

    scheduler = make_scheduler(home, watch=watch)
    with caplog.at_level(logging.ERROR):
        run = submit(scheduler, home)
        reach(run, FINISHED)
        settle(lambda: "a watcher's mistake" in caplog.text)
    end(scheduler)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_trainer_that_dies_leaves_an_interrupted_run_and_a_free_slot(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(trainer: TrainerThread, error: Exception) -> None:
        raise SystemError("even the last event could not be made")

    def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
        if is_broken:
            raise SystemError("no data")
        return load_blobs(name, home, report)

    is_broken = False
    scheduler = make_scheduler(home, start=in_threads(home, load))
    first = submit(scheduler, home, LONG)
    reach(first, RUNNING)
    with monkeypatch.context() as patch:
        patch.setattr(TrainerThread, "_failure", die)
        is_broken = True
        broken = submit(scheduler, home)
        first.request("stop")
        reach(broken, INTERRUPTED)
    is_broken = False
    sound = submit(scheduler, home)
    reach(sound, FINISHED)
    end(scheduler)


def test_a_failure_on_a_card_costs_its_run_and_the_next_gets_a_worker_whose_context_is_sound(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
        if len(workers) == 1:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        return load_blobs(name, home, report)

    def start() -> tuple[Process, socket.socket]:
        workers.append(1)
        return in_threads(home, load)()

    workers = list[int]()
    monkeypatch.setattr("engine.service.worker.uses_card", lambda: True)
    scheduler = make_scheduler(home, start=start)
    broken, sound = submit(scheduler, home), submit(scheduler, home)
    reach(sound, FINISHED)
    assert "illegal memory access" in broken.state().reason
    end(scheduler)


def test_a_run_waits_while_no_worker_can_be_started(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    def start() -> tuple[Process, socket.socket]:
        if is_short:
            raise OSError(11, "Resource temporarily unavailable")
        return in_threads(home)()

    is_short = True
    scheduler = make_scheduler(home, start=start)
    run, dropped = submit(scheduler, home), submit(scheduler, home)
    assert status(run) == QUEUED and waiting(scheduler) == [run.id, dropped.id]
    assert "Resource temporarily unavailable" in scheduler.jobs()[1][0].reason
    scheduler.drop(dropped.id)
    assert status(dropped) == UNQUEUED
    settle(lambda: any("waits" in message for message in caplog.messages))
    is_short = False
    reach(run, FINISHED)
    assert sum(message.startswith(f"{run.id} waits: ") for message in caplog.messages) == 1
    end(scheduler)


def test_while_the_disk_is_full_runs_wait_and_say_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    space = SimpleNamespace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: space)
    scheduler = make_scheduler(home)
    first, second = submit(scheduler, home), submit(scheduler, home)
    settle(lambda: all("the disk is full" in job.reason for job in scheduler.jobs()[1]))
    assert waiting(scheduler) == [first.id, second.id]
    space.free = 1 << 40
    reach(second, FINISHED)
    assert status(first) == FINISHED
    end(scheduler)


def test_a_worker_that_hangs_does_not_keep_an_engine_that_was_told_to_leave(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start() -> tuple[Process, socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            return subprocess.Popen(["sleep", "1000"], stdin=theirs.fileno()), ours

    monkeypatch.setattr("engine.service.scheduler.LONGEST_STOP", 0.0)
    scheduler = make_scheduler(home, start=start)
    run = submit(scheduler, home)
    settle(lambda: scheduler.jobs()[0])
    end(scheduler)
    assert run.state().reason.startswith("its worker was killed, as it had not stopped within 0 s; resume the run")


def test_a_run_goes_to_the_card_that_is_least_used_and_says_which_were_passed_over(home: Home) -> None:
    free = {"cuda:0": 1 << 30, "cuda:1": 20 << 30, "cuda:2": 40 << 30}
    placement = Placement(lambda slot: DeviceUsage(80 << 30, free[slot.device], 0.0))
    cards = Cards(cards=tuple(Card(name=name, description=name) for name in free))
    slots = slots_of(DeviceChoice(), cards)
    place = placement.choose(RunConfig(), slots, slots.all)
    assert [slot.name for slot in place.slots] == ["cuda:2"]
    assert place.notices == ("cuda:0 is passed over: others leave 1.0 GiB of its memory",)
    free |= {"cuda:1": 0, "cuda:2": 0}
    place = placement.choose(RunConfig(), slots, slots.all)
    assert not place.slots and place.reason.startswith("all devices busy or unavailable: cuda:0 is passed over")
    named = placement.choose(RunConfig(device="cuda:1"), slots, slots.all)
    assert [slot.name for slot in named.slots] == ["cuda:1"]
    assert not placement.choose(RunConfig(device="cuda:1"), slots, slots.all[:1]).slots
    assert [slot.name for slot in placement.choose(QUICK, slots, slots.all).slots] == ["cpu"]


def test_a_small_card_that_nobody_fills_is_used(home: Home) -> None:
    slots = slots_of(DeviceChoice(), Cards(cards=(Card(name="cuda:0", description=""),)))
    small, filled = DeviceUsage(2 << 30, 1900 << 20), DeviceUsage(2 << 30, 900 << 20)
    assert Placement(lambda slot: small).choose(RunConfig(), slots, slots.all).slots
    assert "0.9 GiB" in Placement(lambda slot: filled).choose(RunConfig(), slots, slots.all).reason


def test_a_card_that_only_this_engine_has_used_is_not_passed_over(home: Home) -> None:
    slots = slots_of(DeviceChoice(), Cards(cards=(Card(name="cuda:0", description=""),)))
    usage = DeviceUsage(80 << 30, 70 << 30, 0.99)
    assert Placement(lambda slot: usage).choose(RunConfig(), slots, slots.all).slots
    others = DeviceUsage(80 << 30, 70 << 30, 0.99, processes=(1,))
    assert "99%" in Placement(lambda slot: others).choose(RunConfig(), slots, slots.all).reason
