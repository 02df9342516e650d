"""What can be copied of runs: their ids, the commands that repeat them, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.export.command_line import command_line
from engine.query.columns import column
from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from engine.tables import LEFT, NUMBERS, escaped, markdown_table
from tui.drawing.formatting import cell, heading
from tui.drawing.styled_lines import crop
from tui.panes.history.table import STANDARD

# Cells of a text's first line that tell it apart.
LONGEST = 200


class Copy(NamedTuple):
    """A text to copy, and what it is."""

    what: str
    text: str

    @property
    def beginning(self) -> str:
        """How it begins, after its length where it has several lines."""
        first, *more = self.text.splitlines() or [""]
        shown = crop(first, LONGEST)
        return f"{1 + len(more):,} lines: {shown}" if more else shown


def copies(records: Sequence[RunRecord], table: Copy | None) -> list[Copy]:
    """What there is to copy of these runs, and a table."""
    several = len(records) > 1
    copies = [table] if table else []
    if records:
        copies.insert(0, Copy("ids" if several else "id", "\n".join(record.id for record in records)))
        copies.insert(1, Copy("commands" if several else "command", "\n".join(map(command_line, records))))
    return copies


def table_of_runs(runs: Sequence[RunSummary], names: Sequence[str]) -> Copy:
    """Runs as a table in Markdown, with the columns of these names or, without any, the standard ones."""
    columns = [column(name) for name in names or STANDARD]
    alignments = [NUMBERS if one.measure.is_figure else LEFT for one in columns]
    rows = [[escaped(cell(one, run)) for one in columns] for run in runs]
    return Copy("table", markdown_table([heading(one) for one in columns], alignments, rows))
