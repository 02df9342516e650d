"""Runs as tables of comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.config.run_config import FIELDS
from engine.export.run_snapshot import Subject
from engine.tables import Cell, csv_table

RUN = ("run", "name", "group", "tags", "status")
EPOCH = (
    "epoch", "step", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
    "test_loss", "test_accuracy", "penalty", "seconds", "evaluation_seconds",
)  # fmt: skip
STEPS = ("step", "epoch", "elapsed", "loss", "accuracy", "min_loss", "max_loss")


def epochs_csv(subjects: Iterable[Subject]) -> str:
    """A row an epoch of each run: which run, the epoch's figures, the settings.

    Accuracies are fractions, losses in nats; a cell is empty where there is no figure."""
    settings = [field.name for field in FIELDS]
    return csv_table((*RUN, *EPOCH, *settings), (row for subject in subjects for row in _epoch_rows(subject)))


def steps_csv(subjects: Iterable[Subject]) -> str:
    """A row for each `steps` event of each run; `elapsed` is in seconds of running."""
    return csv_table(("run", "name", *STEPS), (row for subject in subjects for row in _step_rows(subject)))


def _epoch_rows(subject: Subject) -> Iterator[Sequence[Cell]]:
    record, config = subject.record, subject.config
    run = (record.id, record.name, record.group, " ".join(record.tags), subject.status)
    settings = [config.text(field.name) for field in FIELDS]
    for epoch in subject.state.epochs:
        yield [*run, *(getattr(epoch, name) for name in EPOCH), *settings]


def _step_rows(subject: Subject) -> Iterator[Sequence[Cell]]:
    for values in subject.steps():
        yield [subject.record.id, subject.record.name, *(values[name] for name in STEPS)]
