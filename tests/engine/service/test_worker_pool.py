"""Which workers are kept, and which are sent away."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from engine.home import Home
from engine.service import worker_pool
from engine.service.device_stats import DeviceUsage
from engine.service.worker_link import Process, WorkerLink
from engine.service.worker_pool import WorkerError, WorkerPool
from tests.builders.workers import start_thread
from tests.conftest import settle


class Pool:
    """A pool of workers that are threads, and how many were started."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.started = 0
        self.fails = False
        self.lost: list[WorkerLink] = []
        self.pool = WorkerPool(self._start, lambda link, report: None, lambda link, ending: self.lost.append(link))

    def _start(self) -> tuple[Process, socket.socket]:
        self.started += 1
        if self.fails:
            raise OSError(12, "Cannot allocate memory")
        return start_thread(self._home)

    def idle(self, device: str) -> WorkerLink:
        """A worker that has trained on a device."""
        link = self.pool.take(device)
        link.device = device
        return link


@pytest.fixture
def made(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    monkeypatch.setattr(worker_pool, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(worker_pool, "processor_memory", lambda: DeviceUsage(8 << 30, 4 << 30))
    made = Pool(home)
    yield made
    for link in made.pool.dismiss():
        link.join()


def test_one_worker_is_kept_warm_and_none_where_nobody_is_attached(made: Pool) -> None:
    made.pool.keep(warm=True)
    made.pool.keep(warm=True)
    assert made.started == 1 and not made.lost
    made.pool.keep(warm=False)
    settle(lambda: len(made.lost) == 1)


def test_an_idle_worker_leaves_its_card_even_while_one_is_kept_warm(made: Pool) -> None:
    used = made.idle("cuda:0")
    made.pool.keep(warm=True)
    settle(lambda: made.lost == [used])
    assert made.started == 2, "the one that is kept occupies no card"


def test_a_card_is_given_to_the_worker_that_has_it_and_else_to_one_that_has_none(made: Pool) -> None:
    first = made.idle("cuda:0")
    assert made.pool.take("cuda:0") is first
    second = made.idle("cpu")
    assert second is not first and made.pool.take("cuda:1") is second
    second.runs = {"in its hands"}
    assert made.pool.take("cuda:1") not in (first, second)
    assert made.started == 3


def test_no_more_workers_are_started_than_memory_carries(made: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "processor_memory", lambda: DeviceUsage(8 << 30, 100 << 20))
    made.idle("cpu").runs = {"in its hands"}
    with pytest.raises(WorkerError, match="memory is short: 100 MiB are free, a worker takes 700"):
        made.pool.take("cpu")
    assert made.started == 1, "the first is started however little there is"


def test_after_one_that_could_not_be_started_none_is_for_the_mere_chance_of_a_run(made: Pool) -> None:
    made.fails = True
    made.pool.keep(warm=True)
    made.pool.keep(warm=True)
    assert made.started == 1
    with pytest.raises(WorkerError, match="Cannot allocate memory"):
        made.pool.take("cpu")
    made.fails = False
    assert made.pool.take("cpu")
