"""Keeping order: labels, stars, deletions and exports of runs, done in threads and told when done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.runs.record import RunRecord
from tui.screens.comparing import CompareScreen
from tui.workers.messages import Done, Trouble

if TYPE_CHECKING:
    from engine.runs.labels import Relabel
    from tui.panes.history.widget import History
    from tui.workers.exporter import Export, Exporter
    from tui.workers.run_edits import Changes


class KeepScreen(CompareScreen):
    """Acts on the runs that are meant: in the history those marked or under its cursor, else the one that is shown."""

    @property
    def meant(self) -> tuple[str, ...]:
        """The ids of the runs that are meant."""
        if self.board.view.name == "History" or self.is_in_history:
            return self.board.history.meant
        return (self._shown_id,) if self._shown_id else ()

    @cached_property
    def changes(self) -> Changes:
        """What carries out changes of runs, and takes them back."""
        from tui.workers.run_edits import Changes

        return Changes(self.home)

    @cached_property
    def exporter(self) -> Exporter:
        """What writes runs into files."""
        from tui.workers.exporter import Exporter

        return Exporter(self.home)

    def on_unmount(self) -> None:
        if "exporter" in vars(self):
            self.exporter.end()

    def action_star(self) -> None:
        ids = self.meant
        self._do(lambda: self.changes.star(ids))

    def action_relabel(self) -> None:
        """Ask for the labels of the runs."""
        from tui.dialogs.labels import Labels

        if records := self._records():
            ids = [record.id for record in records]
            groups = dict.fromkeys(run.record.group for run in self.runs)
            tags = dict.fromkeys(tag for run in self.runs for tag in run.record.tags)

            def relabel(wanted: Relabel | None) -> None:
                if wanted is not None:
                    self._do(lambda: self.changes.relabel(ids, wanted))

            self.app.push_screen(Labels(records, groups, tags), relabel)

    def action_delete(self) -> None:
        ids = self.meant
        self._do(lambda: self.changes.delete(ids))

    def action_undo(self) -> None:
        self._do(self.changes.undo)

    def action_export(self) -> None:
        """Ask where to take the comparison, where one is seen, or else the runs."""
        if self.is_comparing and self.board.compared.is_reading:
            self.tell("The runs are still being read; try again in a moment.")
        elif self.is_comparing and self.board.compared.comparison is not None:
            self._ask_to_export_comparison()
        elif records := self._records():
            self._ask_to_export_runs(records)

    def _ask_to_export_comparison(self) -> None:
        from engine.comparison.judgement import judgement
        from tui.dialogs.export import ExportDialog
        from tui.workers.exporter import OF_COMPARISON, write_comparison

        compared = self.board.compared
        comparison, settings = compared.comparison, compared.settings
        known, home = compared.judgement, self.home

        def write(wanted: Export | None) -> None:
            if wanted is not None and comparison is not None:
                self._do(lambda: write_comparison(wanted, comparison, settings, known or judgement(comparison, home)))

        self.app.push_screen(ExportDialog("Export the comparison", OF_COMPARISON, _here(), "comparison"), write)

    def _ask_to_export_runs(self, records: Sequence[RunRecord]) -> None:
        from tui.dialogs.export import ExportDialog
        from tui.workers.exporter import formats_of_runs

        ids = [record.id for record in records]
        one = len(records) == 1
        title = f"Export {records[0].name}" if one else f"Export {len(records):,} runs"

        def export(wanted: Export | None) -> None:
            if wanted is not None:
                self.tell("Exporting; it is said when it is done.")
                self._do(lambda: self.exporter.export(ids, wanted))

        stem = records[0].stem if one else "runs"
        self.app.push_screen(ExportDialog(title, formats_of_runs(len(ids)), _here(), stem), export)

    def on_history_preferred(self, event: History.Preferred) -> None:
        """Keep how the list of runs is laid out."""
        from tui.panes.history.preferences import write_preferences

        try:
            write_preferences(self.home, event.preferences)
        except OSError as error:
            self.complain(f"The layout of the history cannot be kept: {error.strerror or error}")

    def on_done(self, event: Done) -> None:
        self.tell(event.text)
        self.follower.look_now()

    def _records(self) -> list[RunRecord]:
        """The records of the runs that are meant."""
        known = {run.id: run.record for run in self.runs}
        return [known[id] for id in self.meant if id in known]

    def _do(self, work: Callable[[], str]) -> None:
        """Do what waits for the disk, in a thread, and tell what came of it."""

        def act() -> None:
            try:
                self.post_message(Done(work()))
            except UserError as error:
                self.post_message(Trouble(str(error)))
            except Exception as error:
                self.post_message(Trouble(f"That was not done: {type(error).__name__}: {error}"))

        self.run_worker(act, thread=True)


def _here() -> Path:
    """The folder the console was started in, while there is one."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path.home()
