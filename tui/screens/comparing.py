"""Comparing: which runs are held against each other, and where it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.runs.snapshot import RunSnapshot
from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing
from tui.widgets import views
from tui.workers.run_choice import MOST_COMPARED, to_compare

COMPARING = ("Compare", "Differences")
CHOOSE = "others: 4 Compare"


class Comparing:
    """Holds the marked runs against each other on a board while a comparison of them is seen."""

    def __init__(self, board: Board, following: RunFollowing, prompts: Prompts) -> None:
        self._board = board
        self._following = following
        self._prompts = prompts
        # Runs to be marked as soon as all of them are listed.
        self._to_mark: tuple[str, ...] = ()

    @property
    def is_seen(self) -> bool:
        """Whether a comparison is seen."""
        return self._board.view.name in COMPARING

    @property
    def compared(self) -> tuple[str, ...]:
        """The ids of the runs that are compared, the baseline first."""
        return to_compare(self._marked, self._following.shown_id, self._following.reference_id)

    @property
    def _marked(self) -> tuple[str, ...]:
        """The runs that are marked, or are to be."""
        return self._to_mark or self._board.history.marked

    def start(self, run_ids: Iterable[str]) -> None:
        """Mark these runs and no others, and show them side by side."""
        self._mark(tuple(run_ids))
        self._board.reveal(views.CURVES)
        self.follow()

    def follow(self) -> None:
        """Follow the runs that are compared, where that is seen, and show them."""
        self._following.follow()
        self._show()

    def turn(self) -> None:
        """Another view is seen."""
        self.follow()
        marked = len(self._marked)
        if self.is_seen and marked > MOST_COMPARED:
            self._prompts.tell(f"The first {MOST_COMPARED} of the {marked:,} marked runs are compared.")

    def take_marks(self) -> None:
        """Compare the runs that somebody has marked."""
        self._to_mark = ()
        self.follow()

    def catch_up(self) -> None:
        """Show what other runs are listed, or has happened in those that are followed."""
        if self._to_mark:
            self._mark(self._to_mark)
        self._show()

    def leave_out(self, run_ids: Sequence[str]) -> None:
        """Take runs out of the comparison."""
        self._mark(tuple(run_id for run_id in self.compared if run_id not in run_ids))

    def show_pair(self) -> None:
        """Show the digits on which the baseline and the line under the cursor disagree."""
        from engine.comparison.formats import label
        from tui.panes.disagreement.pane import HOW_TO, ONE_LINE

        rivals, comparison = self._board.compared.rivals, self._board.compared.comparison
        if rivals is None or comparison is None:
            folded = comparison is not None and len(comparison.lines) == 1 and len(comparison.lines[0].trials) > 1
            self._board.disagreements.show(None, None, ("", ""), ONE_LINE if folded else HOW_TO)
            return
        places = {run_id: place for place, line in enumerate(comparison.lines) for run_id in line.ids}

        def name(run: RunSnapshot) -> str:
            """The run's line, and which of its seeds it is where there are several."""
            place = places[run.record.id]
            several = len(comparison.lines[place].trials) > 1
            return f"{label(place)} {run.record.name}" + (f", seed {run.record.config.seed}" if several else "")

        aside = CHOOSE if len(comparison.lines) > 2 else ""
        self._board.disagreements.show(*rivals, (name(rivals[0]), name(rivals[1])), aside=aside)

    def _mark(self, run_ids: tuple[str, ...]) -> None:
        """Mark runs in the history, or remember to where they are not all listed yet."""
        listed = {run.id for run in self._board.history.runs}
        self._to_mark = () if listed.issuperset(run_ids) else run_ids
        if not self._to_mark:
            self._board.history.mark(run_ids)

    def _show(self) -> None:
        if self.is_seen:
            wanted = self.compared
            self._board.compared.show(self._following.known(wanted), wanted)
            self.show_pair()
