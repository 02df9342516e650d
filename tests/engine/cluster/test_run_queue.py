"""Runs in the hands of a driver, trained in this process by trainers that may be lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from engine.cluster import run_queue
from engine.cluster.nodes import Nodes, ResourceRequest
from engine.cluster.remote_trainer import RemoteTrainer, TrainerHost
from engine.cluster.run_mirror import RunContent, RunDelta
from engine.cluster.run_queue import MOST_LOSSES, ClusterQueue
from engine.cluster.trainer_pool import TrainerLost, TrainerPool
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FAILED, FINISHED, PAUSED, PRUNED, QUEUED, RUNNING, STOPPED, UNQUEUED
from engine.runs.steering import PAUSE, PRUNE, RESUME, STOP
from engine.runs.summaries import summarise
from engine.service import queue_entry
from engine.service.scheduler import QueueError
from engine.service.stacking import MEMORY_A_NETWORK
from tests.builders.blobs import blobs
from tests.conftest import settle

QUICK = RunConfig.parse("hidden=16 epochs=2 device=cpu dataset=synthetic")
LONG = QUICK.replace({"epochs": 10_000})


class LocalLink:
    """A trainer in this process, which is lost after so many deltas; where that is less than 0, after the last event
    of a run. It trains on the processor what is meant for a card of so much memory."""

    def __init__(self, lives: int, memory: int | None = None) -> None:
        self._trainer, self._lives, self._ends_with_run = RemoteTrainer(), lives, lives < 0
        self.host = TrainerHost("here", memory)

    def begin(self, contents: Sequence[tuple[RunContent, bool]], data: Any, device: str) -> None:
        self._ids = [content.id for content, _ in contents]
        self._trainer.begin(contents, data, "cpu")

    def ask(self, id: str, word: str) -> None:
        self._trainer.ask(id, word)

    def take(self, seconds: float) -> dict[str, RunDelta]:
        if self._lives == 0:
            self.dismiss()
            raise TrainerLost("its node has died")
        self._lives -= 1
        deltas = self._trainer.take(seconds)
        for delta in deltas.values():
            if self._ends_with_run and delta.done:
                delta.done, self._lives = False, 0
        return deltas

    def dismiss(self) -> None:
        for id in self._ids:
            self._trainer.ask(id, STOP)


class LocalPool:
    """Has a trainer at a time; each lives as long as the next of `lives` says, the last for ever."""

    trouble = ""

    def __init__(self, *lives: int, memory: int | None = None) -> None:
        self._lives, self._free, self._memory = list(lives), True, memory
        self.is_open, self.looks = True, 0

    def look(self, waiting: int) -> None:
        self.looks += 1

    def take(self) -> LocalLink | None:
        if not (self._free and self.is_open):
            return None
        self._free = bool(self._lives)
        return LocalLink(self._lives.pop(0) if self._lives else 1 << 30, self._memory)

    def give_back(self, link: LocalLink) -> None:
        self._free = True

    def close(self) -> None:
        pass


class OneNode:
    """A node with a CPU, and a card where it is said to have one."""

    def __init__(self, *refusals: str, has_card: bool) -> None:
        self.accepted: tuple[str, ...] = ("here",)
        self._refusals, self.has_card = [*refusals], has_card

    def look(self) -> None:
        pass

    def take_refusals(self) -> list[str]:
        taken, self._refusals = self._refusals, []
        return taken

    def need(self, config: RunConfig, share: float) -> ResourceRequest:
        return ResourceRequest(1.0 if config.device == "cuda" else 0.0)

    def capacity(self, need: ResourceRequest) -> int:
        return int(self.has_card or not need.gpus)


@pytest.fixture
def begin(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ClusterQueue]]:
    """Begins a queue, with some runs, whose trainers live for so many deltas each; it has left at the end."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    monkeypatch.setattr("engine.cluster.placed_data.DatasetCache.load", lambda *_: blobs())
    monkeypatch.setattr(queue_entry, "GATHERING_SECONDS", 600.0)
    begun: list[ClusterQueue] = []

    def begin_queue(
        *lives: int,
        runs: Sequence[Run] = (),
        refusals: tuple[str, ...] = (),
        stack: int = 0,
        card: int | None = None,
        pool: LocalPool | None = None,
        node: OneNode | None = None,
    ) -> ClusterQueue:
        trainers = cast(TrainerPool, pool or LocalPool(*lives, memory=card))
        nodes = cast(Nodes, node or OneNode(*refusals, has_card=card is not None))
        begun.append(
            ClusterQueue(home, nodes, QUICK, stack=stack, make_pool=lambda *_: trainers, place=lambda data: data)
        )
        for run in runs:
            begun[0].submit(run)
        begun[0].start()
        return begun[0]

    yield begin_queue
    for queue in begun:
        queue.leave()
        queue.join(30)
        assert not queue.is_alive() and queue.trouble == ""


def status(run: Run) -> str:
    return summarise(run).status


def test_a_run_that_loses_its_trainer_goes_on_with_another_and_says_so(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    run = Run.create(home, QUICK)
    begin(0).submit(run)
    settle(lambda: status(run) == FINISHED)
    state = run.state()
    assert [epoch.epoch for epoch in state.epochs] == [1, 2]
    assert state.notices == ["here has gone; the run goes on elsewhere from the beginning"]


def test_a_node_that_is_refused_on_the_way_is_told_of_in_the_next_run_alone(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    runs = [Run.create(home, QUICK) for _ in range(2)]
    queue = begin(refusals=("late is refused: it has PyTorch 2.0",))
    for run in runs:
        queue.submit(run)
    settle(lambda: all(status(run) == FINISHED for run in runs))
    assert [run.state().notices for run in runs] == [["late is refused: it has PyTorch 2.0"], []]


def test_a_run_whose_trainer_is_lost_after_its_end_has_ended(home: Home, begin: Callable[..., ClusterQueue]) -> None:
    run = Run.create(home, QUICK)
    queue = begin(-1)
    queue.submit(run)
    settle(lambda: status(run) == FINISHED and queue.jobs() == ((), ()))
    assert run.state().notices == [] and not run.lock.held()


def test_a_run_that_ends_every_trainer_fails(home: Home, begin: Callable[..., ClusterQueue]) -> None:
    run = Run.create(home, QUICK)
    begin(*[0] * (MOST_LOSSES + 1)).submit(run)
    settle(lambda: status(run) == FAILED)
    assert "4 trainers have ended one after the other" in run.state().reason


def test_runs_answer_requests_while_they_wait_and_while_they_are_trained(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    runs = [Run.create(home, LONG) for _ in range(3)]
    queue = begin()
    for run in runs:
        queue.submit(run)
    first, second, third = runs
    settle(lambda: status(first) == RUNNING)
    third.request(STOP)
    settle(lambda: status(third) == UNQUEUED)
    first.request(PAUSE)
    settle(lambda: status(first) == PAUSED)
    first.request(RESUME)
    settle(lambda: status(first) == RUNNING)
    first.request(PRUNE)
    settle(lambda: status(first) == PRUNED and status(second) == RUNNING)
    queue.leave()
    settle(lambda: status(second) == STOPPED and second.checkpoint_path.exists())


def test_what_no_node_can_train_fails(home: Home, begin: Callable[..., ClusterQueue]) -> None:
    run = Run.create(home, QUICK.replace({"device": "cuda"}))
    begin().submit(run)
    settle(lambda: status(run) == FAILED)
    assert run.state().reason == "no node of the Ray cluster has a GPU to train on"


def test_what_waits_for_a_card_that_has_gone_is_trained_by_the_next(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    training, waiting = (Run.create(home, config.replace({"device": "cuda"})) for config in (LONG, QUICK))
    node = OneNode(has_card=True)
    begin(runs=(training, waiting), node=node, stack=1)
    settle(lambda: status(training) == RUNNING)
    node.has_card = False
    training.request(STOP)
    settle(lambda: status(waiting) in (FINISHED, FAILED))
    assert status(waiting) == FINISHED


def test_that_no_trainer_can_be_started_is_trouble_where_nothing_is_trained(
    home: Home, begin: Callable[..., ClusterQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_queue, "LONGEST_FAILING", 0.0)
    run, pool = Run.create(home, QUICK), LocalPool()
    pool.trouble = "no trainer can be started: its card is broken"
    monkeypatch.setattr(pool, "take", lambda: None)
    queue = begin(runs=(run,), pool=pool)
    settle(lambda: queue.trouble == pool.trouble)
    assert status(run) == UNQUEUED and run.state().reason == pool.trouble, "you should see there what went wrong"
    with pytest.raises(QueueError):
        queue.submit(Run.create(home, QUICK))
    settle(lambda: not queue.is_alive())
    queue.trouble = ""


def test_a_run_says_once_that_it_waits_for_a_node_where_all_have_gone(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    node, run = OneNode(has_card=False), Run.create(home, QUICK)
    node.accepted = ()
    pool = LocalPool()
    pool.is_open = False
    begin(runs=(run,), node=node, pool=pool)
    settle(lambda: run.state().notices)
    looks = pool.looks
    settle(lambda: pool.looks > looks + 2)
    assert run.events_path.read_text().count(run_queue.NO_NODE) == 1 and status(run) == QUEUED
    node.accepted, pool.is_open = ("here",), True
    settle(lambda: status(run) == FINISHED)


def test_members_of_a_stack_leave_it_one_by_one_and_the_rest_go_on(
    home: Home, begin: Callable[..., ClusterQueue]
) -> None:
    queue = begin(stack=5)
    configs = [LONG.replace({"seed": seed}) for seed in range(1, 5)]
    diverging = LONG.replace({"learning_rate": 100.0, "l2": 100.0})
    runs = [Run.create(home, config) for config in (*configs, diverging)]
    for run in runs:
        queue.submit(run)
    stopping, pausing, pruned, going_on, failing = runs
    settle(lambda: status(failing) == FAILED and all(run.state().step for run in runs))
    stopping.request(STOP)
    pausing.request(PAUSE)
    pruned.request(PRUNE)
    settle(lambda: [status(run) for run in runs[:3]] == [STOPPED, PAUSED, PRUNED])
    step = going_on.state().step
    settle(lambda: going_on.state().step > step)
    assert [job.run for job in queue.jobs()[0]] == [pausing.id, going_on.id]
    assert not stopping.lock.held() and stopping.checkpoint_path.exists()
    assert "diverged" in failing.state().reason
    step = pausing.state().step
    pausing.request(RESUME)
    settle(lambda: pausing.state().step > step)
    assert [run.record().stack for run in runs] == [5] * 5


def test_a_stack_that_loses_its_trainer_goes_on_one_by_one(home: Home, begin: Callable[..., ClusterQueue]) -> None:
    runs = [Run.create(home, QUICK.replace({"seed": seed})) for seed in (1, 2)]
    queue = begin(-1, stack=2)
    for run in runs:
        queue.submit(run)
    settle(lambda: all(status(run) == FINISHED for run in runs) and queue.jobs() == ((), ()))
    assert [run.record().stack for run in runs] == [2, 2]
    assert all(len(run.state().epochs) == 2 and not run.lock.held() for run in runs)


def test_unasked_runs_are_stacked_on_a_card_as_its_memory_allows_and_not_on_the_processor(
    home: Home, begin: Callable[..., ClusterQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_entry, "GATHERING_SECONDS", 0.0)
    devices = ["cuda"] * 3 + ["cpu"] * 2
    runs = [Run.create(home, QUICK.replace({"device": device, "seed": seed})) for seed, device in enumerate(devices)]
    begin(runs=runs, card=2 * MEMORY_A_NETWORK)
    settle(lambda: all(status(run) == FINISHED for run in runs))
    assert [run.record().stack for run in runs] == [2, 2, 1, 1, 1]
