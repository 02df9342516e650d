"""Runs as tables of comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.config.run_config import FIELDS
from engine.runs.snapshot import RunSnapshot
from engine.tables import Cell, csv_table

RUN = ("run", "name", "group", "tags", "status")
EPOCH = (
    "epoch", "step", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
    "test_loss", "test_accuracy", "penalty", "seconds", "evaluation_seconds",
)  # fmt: skip
STEPS = ("step", "epoch", "elapsed", "loss", "accuracy", "min_loss", "max_loss", "learning_rate")


def epochs_csv(snapshots: Iterable[RunSnapshot]) -> str:
    """A row an epoch of each run: which run, the epoch's figures, the settings.

    Accuracies are fractions, losses in nats; a cell is empty where there is no figure."""
    settings = [field.name for field in FIELDS]
    return csv_table((*RUN, *EPOCH, *settings), (row for snapshot in snapshots for row in _epoch_rows(snapshot)))


def steps_csv(snapshots: Iterable[RunSnapshot]) -> str:
    """A row for each `steps` event of each run; `elapsed` is in seconds of training."""
    return csv_table(("run", "name", *STEPS), (row for snapshot in snapshots for row in _step_rows(snapshot)))


def _epoch_rows(snapshot: RunSnapshot) -> Iterator[Sequence[Cell]]:
    record, config = snapshot.record, snapshot.config
    run = (record.id, record.name, record.group, " ".join(record.tags), snapshot.status)
    settings = [config.text(field.name) for field in FIELDS]
    for epoch in snapshot.state.epochs:
        yield [*run, *(getattr(epoch, name) for name in EPOCH), *settings]


def _step_rows(snapshot: RunSnapshot) -> Iterator[Sequence[Cell]]:
    for values in snapshot.steps():
        yield [snapshot.record.id, snapshot.record.name, *(values[name] for name in STEPS)]
