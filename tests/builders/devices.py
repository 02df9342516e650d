"""Devices of a server and runs on them, made up for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.queue_order import write_order
from engine.runs.status import QUEUED, RUNNING
from engine.runs.summaries import RunSummary
from engine.service.protocol import Device, Job, User
from tests.builders.consoles import Engine, Live, made_run, story
from tests.builders.summaries import summary


def card(number: int, **more: Any) -> Device:
    """The `number`-th GPU."""
    values: dict[str, Any] = {
        "name": f"cuda:{number}", "slot": f"cuda:{number}", "description": "NVIDIA H100 80GB HBM3", "run": "",
        "memory_total": 80 << 30, "memory_free": 78 << 30, "utilisation": 0.0, "epoch_seconds": None,
    }  # fmt: skip
    return Device(**{**values, **more})


def core(number: int, **more: Any) -> Device:
    """The `number`-th slot of the processor."""
    values: dict[str, Any] = {
        "name": "cpu", "slot": f"cpu {number}", "description": "AMD EPYC, 1 thread", "run": "",
        "memory_total": 64 << 30, "memory_free": 32 << 30, "utilisation": None, "epoch_seconds": None,
    }  # fmt: skip
    return Device(**{**values, **more})


TRAINING = (
    summary(1, RunConfig(epochs=5), name="deep", status=RUNNING, epoch=3),
    summary(2, RunConfig(epochs=20), name="wide dropout", status=RUNNING, epoch=1),
)
WAITING: tuple[RunSummary, ...] = tuple(
    summary(number, RunConfig(device=device), name=name, status=QUEUED, place=place)
    for place, (number, name, device) in enumerate(
        ((5, "first", "cuda:1"), (4, "second", "auto"), (3, "third", "auto")), 1
    )
)
RUNS = (*TRAINING, *WAITING)
REASON = "all devices busy or unavailable; tried again every few seconds"
JOBS = (Job(run=WAITING[0].id, device="cuda:1"), Job(run=WAITING[1].id, device="auto", reason=REASON))
USERS = (User(pid=4242, owner="alice", program="python"),)
DEVICES = (
    card(0, run=TRAINING[0].id, worker=101, memory_free=70 << 30, utilisation=0.93),
    card(1, run=TRAINING[1].id, worker=102, memory_free=20 << 30, utilisation=0.41, users=USERS),
    card(2),
    card(3, memory_free=1 << 30, utilisation=1.0, users=(*USERS, User(pid=77))),
)
PAST = {"cuda:0": tuple(n / 30 for n in range(30)), "cuda:1": (0.4,) * 30, "cuda:2": (0.0,) * 30, "cuda:3": (1.0,) * 5}


@contextmanager
def server(home: Home, engine: Engine) -> Iterator[Home]:
    """A home whose `engine` trains one run on four cards, while three wait."""
    config = RunConfig(dataset="synthetic", device="cuda:1")
    training = story(home)
    names = ("first", "second", "third")
    waiting = [made_run(home, 10 + place, name, config=config) for place, name in enumerate(names)]
    write_order(home, [run.id for run in waiting])
    engine.waiting = tuple(run.id for run in waiting)
    engine.reasons = {waiting[1].id: REASON}
    engine.devices = (card(0, run=training.id, utilisation=0.93), card(1, utilisation=0.4, users=USERS), *DEVICES[2:])
    with ExitStack() as alive:
        for run in (training, *waiting):
            alive.enter_context(Live(run))
        yield home
