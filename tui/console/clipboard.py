"""Texts for the clipboard: ids of runs, the commands that repeat them, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.export.command_line import command_line
from engine.query.columns import column
from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from engine.tables import LEFT, NUMBERS, escaped, markdown_table
from tui.dialogs.choice_list import ChoiceList
from tui.drawing.formatting import cell, heading
from tui.drawing.styled_lines import crop
from tui.panes.history.table import STANDARD

if TYPE_CHECKING:
    from tui.console.console import Console

# What some terminals take at most, in bytes.
MOST_COPIED = 74_000
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


def ask_what_to_copy(console: Console) -> None:
    """Ask which text of the runs that keys act on to copy, or of the comparison that is seen; then copy it."""
    main = console.main
    runs = [run for run in map(main.following.summary, main.actions.meant) if run]
    offered = _copies([run.record for run in runs], _table(console))
    if not offered:
        console.notify("There is no run to copy of yet.", markup=False)
        return

    def copy(chosen: Copy | None) -> None:
        if chosen is None:
            return
        if len(chosen.text.encode()) > MOST_COPIED:
            console.notify(f"Too long for a clipboard: {chosen.what}. Export it instead.", severity="error")
            return
        console.copy_to_clipboard(chosen.text)
        console.notify(f"Copied: {chosen.what}.", markup=False)

    texts = {text.what: text for text in offered}
    meanings = {what: text.beginning for what, text in texts.items()}
    keys, title = "{open} copies   {leave} leaves", "Copy into the clipboard of the terminal"
    console.push_screen(ChoiceList(title, meanings, texts.__getitem__, keys=keys), copy)


def _table(console: Console) -> Copy | None:
    """The comparison, where one is seen; in the history the runs that are listed."""
    main = console.main
    compared, view = main.board.compared, main.board.view.name
    if main.comparing.is_seen:
        if compared.comparison is None:
            return None
        from engine.comparison.formats import to_markdown

        judged = compared.judgement
        known = (judged.verdicts, judged.disagreement) if judged else ((), None)
        return Copy("table", to_markdown(compared.comparison, compared.settings, *known))
    if view == "History" and main.board.has_run_panes and main.board.history.listed:
        return _table_of_runs(main.board.history.listed, main.board.history.preferences.columns)
    return None


def _copies(records: Sequence[RunRecord], table: Copy | None) -> list[Copy]:
    """What there is to copy of these runs, and a table."""
    several = len(records) > 1
    copies = [table] if table else []
    if records:
        copies.insert(0, Copy("ids" if several else "id", "\n".join(record.id for record in records)))
        copies.insert(1, Copy("commands" if several else "command", "\n".join(map(command_line, records))))
    return copies


def _table_of_runs(runs: Sequence[RunSummary], names: Sequence[str]) -> Copy:
    """Runs as a table in Markdown, with the columns of these names or, without any, the standard ones."""
    columns = [column(name) for name in names or STANDARD]
    alignments = [NUMBERS if one.measure.is_figure else LEFT for one in columns]
    rows = [[escaped(cell(one, run)) for one in columns] for run in runs]
    return Copy("table", markdown_table([heading(one) for one in columns], alignments, rows))
