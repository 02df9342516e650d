"""What stands in the table of `mnist-tui runs list`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from engine.columns import Column, Measure, column
from engine.history import RunSummary
from tui.commands import output
from tui.commands.output import NOTHING, duration, local_time, loss, percent, status_text

STANDARD = tuple(map(column, ("id", "status", "name", "test_accuracy", "test_loss", "epoch", "seconds", "tag")))
HEADINGS = {
    "id": "run",
    "test_accuracy": "test acc",
    "test_loss": "loss",
    "train_accuracy": "train acc",
    "seconds": "time",
    "tag": "tags",
    "starred": "star",
}
FLEXIBLE = ("name", "tag", "note", "reason")


def headed(shown: Sequence[Column]) -> list[output.Column]:
    """The columns as the table takes them."""
    return [_headed(column) for column in shown]


def cell(column: Column, run: RunSummary) -> str | Text:
    """The value of a run in a column."""
    if column.name == "status":
        return status_text(run.status)
    if column.name == "epoch":
        return f"{run.epoch}/{run.record.config.epochs}"
    if column.name == "starred":
        return "*" if run.record.starred else ""
    if column.field is not None:
        return run.record.config.text(column.field.name)
    figure, value = column.figure(run), column.value(run)
    match column.measure:
        case Measure.SHARE:
            return percent(figure)
        case Measure.LOSS:
            return loss(figure)
        case Measure.SPAN:
            return NOTHING if figure is None else duration(figure)
        case Measure.MOMENT:
            return NOTHING if figure is None else local_time(figure)
        case Measure.NUMBER:
            return NOTHING if figure is None else f"{figure:,.0f}"
    return " ".join(value) if isinstance(value, tuple) else str(value or "")


def _headed(column: Column) -> output.Column:
    heading = HEADINGS.get(column.name, column.name.replace("_", " "))
    return output.Column(heading, number=column.measure.is_figure, flexible=column.name in FLEXIBLE)
