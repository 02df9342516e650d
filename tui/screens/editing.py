"""Keeping order: labels, stars, deletions and exports of runs, done in threads and told when done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from engine.config.differences import titles
from engine.home import Home
from engine.quantities import local_time, percent
from engine.runs.status import LIVE
from engine.text import clean
from tui.drawing.formatting import title_in
from tui.panes.run.observation import keep_whether_wanted
from tui.screens.prompts import Prompts
from tui.widgets.bindings import key_name
from tui.workers.background import Background

if TYPE_CHECKING:
    from engine.comparison.judgement import Judgement
    from engine.comparison.table import Comparison, Setting
    from engine.runs.labels import Relabel
    from engine.runs.summaries import RunSummary
    from engine.sweeps.pivot import Pivot
    from tui.panes.comparison.pane import Compared
    from tui.panes.history.preferences import Preferences
    from tui.panes.history.widget import History
    from tui.workers.exporter import Export, Exporter
    from tui.workers.run_edits import Changes


EDITS = "edits"
# Seconds that changes of runs are waited for when the console is left.
TIMEOUT = 30.0


class Editing:
    """Changes runs of a home and takes them elsewhere, several only after they were named; `post` is told by `Done` or
    `Trouble` what came of it. `meant` gives the runs that are to be edited."""

    def __init__(
        self,
        home: Home,
        background: Background,
        prompts: Prompts,
        post: Callable[[Message], object],
        meant: Callable[[], Sequence[RunSummary]],
    ) -> None:
        self._home = home
        self._background = background
        self._prompts = prompts
        self._post = post
        self._meant = meant

    @cached_property
    def _changes(self) -> Changes:
        """What carries out changes of runs, and takes them back."""
        from tui.workers.run_edits import Changes

        return Changes(self._home, key_name("undo"))

    @cached_property
    def _exporter(self) -> Exporter:
        from tui.workers.exporter import Exporter

        return Exporter(self._home)

    def end(self) -> None:
        """End what is being exported."""
        if "_exporter" in vars(self):
            self._exporter.end()

    def flush(self) -> None:
        """Wait until runs have been changed as was asked, as long as that makes sense."""
        self._background.flush(EDITS, TIMEOUT)

    def star(self) -> None:
        """Give runs a star or, if all of them have one, take it away; several after a question."""
        if not (runs := self._meant()):
            return
        ids = [run.id for run in runs]
        if len(runs) == 1:
            self._edit(lambda: self._changes.star(ids))
            return
        given = not all(run.record.starred for run in runs)
        question = f"Give {number_of(runs)} a star?" if given else f"Take the star of {number_of(runs)} away?"
        self._ask(f"{question}\n\n{named(runs)}", lambda: self._changes.star(ids))

    def ask_to_delete(self) -> None:
        """Move runs to the trash after a question that names them."""
        if not (runs := self._meant()):
            return
        ids = [run.id for run in runs]
        question = f"Delete {number_of(runs)}? The trash keeps what is deleted, and {key_name('undo')} takes it back."
        self._ask(f"{question}\n\n{named(runs)}", lambda: self._changes.delete(ids))

    def undo(self) -> None:
        """Take back what was done last."""
        self._edit(self._changes.undo)

    def ask_for_labels(self, runs: Sequence[RunSummary]) -> None:
        """Ask for the labels of those that are meant of all `runs`."""
        from tui.dialogs.labels import Labels

        if not (chosen := self._meant()):
            return
        ids = [run.id for run in chosen]
        groups = dict.fromkeys(run.record.group for run in runs)
        tags = dict.fromkeys(tag for run in runs for tag in run.record.tags)

        about = named(chosen) if len(chosen) > 1 else ""

        def relabel(request: Relabel) -> None:
            self._edit(lambda: self._changes.relabel(ids, request))

        self._prompts.ask(Labels([run.record for run in chosen], groups, tags, about), relabel)

    def ask_to_export(self, compared: Compared | None) -> None:
        """Ask where to take the comparison, where one is seen, or else the runs, and take them there."""
        if compared is not None and compared.is_reading:
            self._prompts.tell("The runs are still being read; try again in a moment.")
        elif compared is not None and compared.comparison is not None:
            self._export_comparison(compared.comparison, compared.settings, compared.judgement)
        elif runs := self._meant():
            self._export_runs(runs)

    def _export_runs(self, runs: Sequence[RunSummary]) -> None:
        from tui.dialogs.export import ExportDialog
        from tui.workers.exporter import formats_of_runs

        ids = [run.id for run in runs]
        one = len(runs) == 1
        title = f"Export {number_of(runs)}" + ("" if one else f"\n{named(runs)}")

        def export(request: Export) -> None:
            self._prompts.remark("Exporting; it is said when it is done.")
            self._export(request, lambda: self._exporter.export(ids, request))

        stem = runs[0].record.stem if one else "runs"
        self._prompts.ask(ExportDialog(title, formats_of_runs(len(ids)), here(), stem), export)

    def _export_comparison(
        self, comparison: Comparison, settings: tuple[Setting, ...], judged: Judgement | None
    ) -> None:
        """Take a comparison with these settings somewhere, judged first where it is not."""
        from engine.comparison.judgement import judgement
        from tui.dialogs.export import ExportDialog
        from tui.workers.exporter import OF_COMPARISON, write_comparison

        def write(request: Export) -> None:
            def work() -> str:
                return write_comparison(request, comparison, settings, judged or judgement(comparison, self._home))

            self._export(request, work)

        self._prompts.ask(ExportDialog("Export the comparison", OF_COMPARISON, here(), "comparison"), write)

    def export_pivot(self, table: Pivot) -> None:
        """Ask where to take the pivot of a sweep, and take it there."""
        from tui.dialogs.export import ExportDialog
        from tui.workers.exporter import OF_SWEEP, write_pivot

        def write(request: Export) -> None:
            self._export(request, lambda: write_pivot(request, table))

        title = f"Export {' by '.join(filter(None, (table.rows, table.columns)))} of the sweep"
        self._prompts.ask(ExportDialog(title, OF_SWEEP, here(), "sweep"), write)

    def ask_for_columns(self, event: History.ColumnsWanted, choose: Callable[[tuple[str, ...]], object]) -> None:
        """Ask which columns the list of runs is to have, and in which order."""
        from tui.panes.history.column_dialog import ColumnChooser

        self._prompts.ask(ColumnChooser(event.columns, event.width, event.changes), choose)

    def keep_preferences(self, preferences: Preferences) -> None:
        """Keep how the list of runs is laid out."""
        from tui.panes.history.preferences import write_preferences

        self._keep("The layout of the history", lambda: write_preferences(self._home, preferences))

    def keep_whether_observed(self, wanted: bool) -> None:
        """Keep whether there is a line under the charts."""
        shown = "shown" if wanted else f"hidden: {key_name('observe')} shows it again"
        self._prompts.remark(f"The line under the charts is {shown}.")
        self._keep("Whether it is shown", lambda: keep_whether_wanted(self._home, wanted))

    def _keep(self, what: str, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._prompts.complain(f"{what} cannot be kept: {error.strerror or error}")

    def _ask(self, question: str, work: Callable[[], str]) -> None:
        self._prompts.confirm(question, lambda: self._edit(work))

    def _edit(self, work: Callable[[], str]) -> None:
        self._background.do(EDITS, lambda: _done(work), self._post)

    def _export(self, request: Export, work: Callable[[], str]) -> None:
        self._background.do(f"export to {request.path}", lambda: _done(work), self._post)


def _done(work: Callable[[], str]) -> Message:
    from tui.workers.messages import Done

    return Done(work())


def here() -> Path:
    """The folder the console was started in, while there is one."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path.home()


MOST_NAMED, LONGEST, LONGEST_TITLE = 6, 30, 300


def number_of(runs: Sequence[RunSummary]) -> str:
    """The title of one run, in whole parts, or how many there are."""
    return title_in(clean(runs[0].record.title, LONGEST_TITLE), LONGEST) if len(runs) == 1 else f"{len(runs):,} runs"


def named(runs: Sequence[RunSummary]) -> str:
    """A line for each of the first runs, and how many more there are."""
    first = runs[:MOST_NAMED]
    told = zip(first, titles([run.record for run in first]), strict=True)
    lines = [_line(run, title_in(clean(title, LONGEST_TITLE), LONGEST)) for run, title in told]
    more = len(runs) - MOST_NAMED
    return "\n".join([*lines, *([f"  and {more:,} more"] if more > 0 else [])])


def _line(run: RunSummary, title: str) -> str:
    """Its title, when it was made, and how it did or that it is not done."""
    made = local_time(run.record.created) if run.record.created else run.id
    state = run.status if run.status in LIVE or run.test_accuracy is None else percent(run.test_accuracy)
    return f"  {title}, {made}, {state}"
