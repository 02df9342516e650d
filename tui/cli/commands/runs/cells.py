"""What stands in the table of `mnist-tui runs list`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from engine.query.columns import Column, column
from engine.runs.summaries import RunSummary
from tui.cli import output
from tui.cli.output import status_text
from tui.drawing import formatting as cells
from tui.drawing.formatting import heading

STANDARD = tuple(map(column, ("id", "status", "name", "test_accuracy", "test_loss", "epoch", "seconds", "tag")))
FLEXIBLE = ("name", "tag", "note", "reason")


def headed(shown: Sequence[Column]) -> list[output.Column]:
    """The columns as the table takes them."""
    return [output.Column(heading(c), number=c.measure.is_figure, flexible=c.name in FLEXIBLE) for c in shown]


def cell(column: Column, run: RunSummary) -> str | Text:
    """The value of a run in a column, a status in its colour."""
    return status_text(run.status, cells.status_words(run)) if column.name == "status" else cells.cell(column, run)
