"""Runs to export: made up, or trained in no time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.config.run_config import RunConfig
from engine.datasets import Dataset, idx
from engine.datasets.catalogue import SPECS
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Epoch, Event, RunStarted, Steps
from engine.runs.record import RunRecord
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import RunState
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def snapshot(*events: Event, config: RunConfig | None = None, **record: Any) -> RunSnapshot:
    """A run in which `events` happened."""
    state = RunState()
    for event in events:
        state.apply(event)
    values = {"id": "20260101-120000-0001abc", "name": "deep", "created": 1.0, **record}
    return RunSnapshot(RunRecord(config=config or RunConfig(dataset="mnist"), **values), state, True)


def started(**config: object) -> RunStarted:
    """The first event of a run of 10 steps an epoch."""
    values = RunConfig(dataset="mnist", device="cpu").replace(config)
    return RunStarted(
        time=100.0, id="x", run_name="x", config=values, device="cpu (a processor)",
        parameters=values.parameters(), train_size=320, test_size=100, steps_per_epoch=10,
    )  # fmt: skip


def steps(step: int, loss: float = 0.5) -> Steps:
    """Some batches, `step` seconds after the start."""
    return Steps(
        time=100.0 + step, step=step, epoch=(step - 1) // 10 + 1, loss=loss, accuracy=0.75, min_loss=0.25, max_loss=2.0,
        learning_rate=0.1, samples_per_second=1000.0,
    )  # fmt: skip


def epoch(number: int, **figures: float) -> Epoch:
    """The end of an epoch."""
    values = {"train_loss": 0.4, "train_accuracy": 0.875, "penalty": 0.0, "test_loss": 0.35, "test_accuracy": 0.9}
    spent = {"seconds": 1.5, "evaluation_seconds": 0.1}
    return Epoch(time=100.0 + 10 * number, epoch=number, step=10 * number, **{**values, **spent, **figures})


def data_set(name: str = "mnist", train: int = 600) -> Dataset:
    """Blobs that pass for a data set."""
    spec = SPECS[name]
    return replace(blobs(train), name=name, mean=spec.mean, std=spec.std)


def trained(home: Home, settings: str, data: Dataset, name: str = "a run", rate: float | None = None) -> Run:
    """A run trained to its end, on the CPU, on request with another learning rate that is set at its beginning."""
    run = Run.create(home, RunConfig.parse(f"dataset={data.name} device=cpu {settings}"), name=name)
    thread = TrainerThread(run, load=lambda *_: data)
    if rate:
        thread.control.set_rate(rate)
    thread.start()
    thread.join()
    return run


def write_data(data: Dataset, folder: Path) -> Path:
    """The data set in torchvision's layout below `folder`."""
    raw = folder / SPECS[data.name].folder / "raw"
    raw.mkdir(parents=True)
    arrays = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    for name, array in zip(NAMES, arrays, strict=True):
        (raw / name).write_bytes(idx.encode(array))
    return folder
