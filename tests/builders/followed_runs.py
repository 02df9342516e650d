"""Runs made up for tests of what shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, RunStarted, Steps
from engine.runs.record import RunRecord
from engine.runs.state import RunState
from engine.runs.status import FINISHED
from engine.runs.summaries import RunSummary

NOW = 1_700_000_000.0


def record(number: int = 1, name: str = "deep", config: RunConfig | None = None) -> RunRecord:
    """The record of the `number`-th run, each a minute after the one before."""
    created = NOW - 86_400 + 60 * number
    return RunRecord(f"{number:06d}", name, config or RunConfig(dataset="mnist"), created, preset="deep", device="cpu")


def summary(number: int = 1, status: str = FINISHED, name: str = "deep", **changes: Any) -> RunSummary:
    """One line of a list of runs."""
    made = RunSummary(record(number, name), status, 5, 0.974, 0.0834, 0.983, 61.0, "cpu", "", NOW - 120)
    return replace(made, **changes)


def started(**config: object) -> RunStarted:
    """The first event of a run of 5 epochs of 1,875 steps of 32 images."""
    values = RunConfig(dataset="mnist").replace(config)
    return RunStarted(
        time=NOW, id="000001", run_name="deep", config=values, device="cpu, 1 thread", parameters=109_386,
        train_size=60_000, test_size=10_000, steps_per_epoch=1875,
    )  # fmt: skip


def steps(step: int, epoch: int) -> Steps:
    """Some batches at 60,000 images a second."""
    return Steps(
        time=NOW + step / 1875, step=step, epoch=epoch, loss=0.1, accuracy=0.97, min_loss=0.05, max_loss=0.3,
        learning_rate=0.1, samples_per_second=60_000.0,
    )  # fmt: skip


def epoch(number: int) -> Epoch:
    """The end of an epoch."""
    return Epoch(
        time=NOW + number, epoch=number, step=1875 * number, train_loss=0.08, train_accuracy=0.981, penalty=0.0,
        test_loss=0.0834, test_accuracy=0.974, seconds=0.9, evaluation_seconds=0.1,
    )  # fmt: skip


def state(*events: Event) -> RunState:
    """The state after these events."""
    made = RunState()
    for event in events:
        made.apply(event)
    return made
