"""What stands in the cells of a list of runs, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from engine.config.differences import SEPARATOR
from engine.quantities import NOTHING, percent, quantity
from engine.runs.metrics import METRICS
from engine.runs.status import QUEUED, RUNNING
from engine.text import ordinal
from tui.drawing.styled_lines import crop

if TYPE_CHECKING:
    from engine.query.columns import Column
    from engine.runs.summaries import RunSummary

CLOCK_DIFFERS = "clock differs"
HEADINGS = {
    "id": "run",
    **{metric.name: metric.short for metric in METRICS},
    "test_loss": "loss",
    "seconds": "time",
    "tag": "tags",
    "starred": "star",
}


def heading(column: Column) -> str:
    return HEADINGS.get(column.name, column.name.replace("_", " "))


def status_words(run: RunSummary) -> str:
    """The status; of a run that waits, with its place, and of one under way, with how much of it is done."""
    if run.status == QUEUED:
        return queued_words(run.place)
    if run.status != RUNNING or not run.record.config.epochs:
        return run.status
    epochs = run.record.config.epochs
    return f"{run.status} {percent(min(run.epoch, epochs) / epochs, digits=0)}"


def title_in(title: str, cells: int) -> str:
    """As much of a run's title as there is room for: its name and, of what differs from its preset, whole parts."""
    parts = title.split(SEPARATOR)
    for kept in range(len(parts), 0, -1):
        text = SEPARATOR.join(parts[:kept]) + (" …" if kept < len(parts) else "")
        if cell_len(text) <= cells:
            return text
    return crop(parts[0], cells)


def queued_words(place: int) -> str:
    """That a run waits and, where that is known, in which place of the queue."""
    return f"{QUEUED}, {ordinal(place)}" if place else QUEUED


def cell(column: Column, run: RunSummary, nothing: str = NOTHING) -> str:
    """The value of a run in a column; `nothing` where a figure is not known."""
    if column.name == "epoch":
        return f"{run.epoch}/{run.record.config.epochs}"
    if column.name == "status":
        return status_words(run)
    if column.name == "starred":
        return "*" if run.record.starred else ""
    if column.field is not None:
        return run.record.setting(column.field.name)
    if column.measure.is_figure:
        figure = column.figure(run)
        unknown = CLOCK_DIFFERS if column.name == "age" and run.record.created else nothing
        return quantity(figure, column.measure, unknown)
    value = column.value(run)
    return " ".join(value) if isinstance(value, tuple) else str(value or "")
