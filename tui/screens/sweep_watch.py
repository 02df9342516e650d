"""Watching a sweep: how it stands while it is seen, and what keys do with its cells, on a board's view of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.home import Home
from tui.screens.board import Board
from tui.screens.run_following import RunFollowing
from tui.widgets import views
from tui.workers.background import Background

if TYPE_CHECKING:
    from textual.timer import Timer

    from engine.sweeps.pivot import Pivot
    from engine.sweeps.standing import SweepReader
    from tui.panes.sweep.pane import FilterWanted, Mark, Open, SweepRead, Turn

READING = "sweep"
# Seconds between looks at a sweep that an engine has in hand, whose time left goes down.
LOOK_EVERY = 2.0


class SweepWatch:
    """Shows a sweep of a home while it is seen, the newest until somebody chooses another."""

    def __init__(self, home: Home, board: Board, following: RunFollowing, background: Background) -> None:
        self._home = home
        self._board = board
        self._following = following
        self._background = background
        self._reader: SweepReader | None = None
        # The group of the sweep that somebody chose.
        self._chosen = ""
        self._timer: Timer | None = None

    @property
    def is_seen(self) -> bool:
        """Whether the view of sweeps is seen."""
        return self._board.view.name == views.SWEEP_VIEW

    @property
    def pivot(self) -> Pivot | None:
        """The figures of the sweep as they are laid out on the screen, where they are seen."""
        pane = self._board.sweep if self.is_seen else None
        if pane is None or pane.standing is None:
            return None
        from engine.sweeps.pivot import pivot

        settings = pane.standing.sweep.record.settings
        rows, columns = ("" if place is None else settings[place] for place in pane.axes or (None, None))
        return pivot(pane.standing, rows or columns, columns if rows else "")

    def choose(self, group: str) -> None:
        """Show the sweep of a group from now on."""
        self._chosen = group
        self.look()

    def look(self, by: int = 0) -> None:
        """See how the sweep stands where it is seen, or the one that is so many older."""
        if not self.is_seen or views.SWEEP not in self._board.there:
            return
        pane = self._board.sweep
        self._timer = self._timer or self._board.set_interval(LOOK_EVERY, self._look_again)
        pane.show_marked(self._board.history.marked)
        self._background.do(READING, lambda: self._read(by), pane.post_message, only_latest=True)

    def _look_again(self) -> None:
        """What nobody trains does not change by itself."""
        standing = self._board.sweep.standing
        if standing is None or standing.fed:
            self.look()

    def _read(self, by: int) -> SweepRead:
        """In a thread of its own: what has not changed is not read again."""
        from engine.sweeps.cell_summaries import cell_summary
        from engine.sweeps.results import sentences
        from engine.sweeps.standing import SweepReader
        from engine.sweeps.sweep_file import sweep_records
        from tui.panes.sweep.brushes import axes_of
        from tui.panes.sweep.pane import SweepRead
        from tui.panes.sweep.view import SweepView, sweep_view

        groups = [record.group for record in sweep_records(self._home)]
        if not groups:
            return SweepRead(SweepView())
        place = groups.index(self._chosen) if self._chosen in groups else 0
        if by:
            place = max(0, min(place + by, len(groups) - 1))
            self._chosen = groups[place]
        if self._reader is None or self._reader.group != groups[place]:
            self._reader = SweepReader(self._home, groups[place])
        standing = self._reader.read()
        summaries = {cell.place: cell_summary(standing, cell) for cell in standing.cells}
        view = sweep_view(standing, sentences(standing), place + 1, len(groups))
        return SweepRead(view, axes_of(view), standing, summaries)

    def carry_out(self, request: Open | Mark | Turn | FilterWanted) -> None:
        """Do what a key of the pane asks for."""
        from tui.panes.sweep.pane import FilterWanted, Mark, Turn

        match request:
            case FilterWanted():
                self._board.reveal(views.CELLS)
                self._board.sweep.type_filter()
            case Turn(by):
                self.look(by)
            case Mark(runs):
                self._mark(runs)
            case _:
                self._open(request)

    def _open(self, request: Open) -> None:
        """Show the run of a cell in Train or, where it has several seeds, these in the History."""
        if len(request.runs) == 1:
            self._following.show_run(request.runs[0])
            self._board.go_to(0)
            return
        self._board.history.list_matching(" ".join(f"{name}={_quoted(text)}" for name, text in request.shared))
        self._board.reveal(views.HISTORY, 2)

    def _mark(self, runs: tuple[str, ...]) -> None:
        """Mark runs for the comparison, or take their marks away where all of them are marked."""
        history = self._board.history
        if all(run in history.marked for run in runs):
            history.mark([run for run in history.marked if run not in runs])
        else:
            history.mark(dict.fromkeys((*history.marked, *runs)))
        self._board.sweep.show_marked(history.marked)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
