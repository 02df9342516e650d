"""Comparing: which runs are held against each other, and where it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing
from tui.widgets import views
from tui.widgets.bindings import with_keys
from tui.workers.run_choice import MOST_COMPARED, to_compare

if TYPE_CHECKING:
    from engine.runs.snapshot import RunSnapshot

COMPARING = ("Compare", "Differences")
CHOOSE = "others: {view_compare} Compare"


class Comparing:
    """Holds the marked runs, or a fork and its parent, against each other on a board while that is seen.

    Marks are for the person alone to set; what the console compares by itself is a list of its own."""

    def __init__(self, board: Board, following: RunFollowing, prompts: Prompts) -> None:
        self._board = board
        self._following = following
        self._prompts = prompts
        # Runs that are compared though nobody marked them, until somebody marks or chooses others; and those of them
        # that have been listed, so that one that is listed no longer is known to be gone.
        self._own: tuple[str, ...] = ()
        self._listed: frozenset[str] = frozenset()

    @property
    def is_seen(self) -> bool:
        """Whether a comparison is seen."""
        return self._board.view.name in COMPARING

    @property
    def compared(self) -> tuple[str, ...]:
        """The ids of the runs that are compared, the baseline first."""
        marked = self._board.history.marked
        return self._own[:MOST_COMPARED] or to_compare(marked, self._following.shown_id, self._following.reference_id)

    def start(self, run_ids: Iterable[str]) -> None:
        """Show these runs side by side, whatever is marked."""
        self._compare(tuple(run_ids))
        self._board.reveal(views.CURVES)
        self.follow()

    def follow(self) -> None:
        """Follow the runs that are compared, where that is seen, and show them."""
        self._following.follow()
        self._show()

    def turn(self) -> None:
        """Another view is seen."""
        self.follow()
        marked = len(self._board.history.marked)
        if self.is_seen and not self._own and marked > MOST_COMPARED:
            self._prompts.tell(f"The first {MOST_COMPARED} of the {marked:,} marked runs are compared.")

    def take_choice(self) -> None:
        """Compare the runs that somebody has marked, or shows without marks."""
        self._own = ()
        self.follow()

    def take_list(self) -> None:
        """Compare what is there of the runs that are compared."""
        if self._own:
            listed = self._listed
            self._compare(tuple(run_id for run_id in self._own if run_id in self._there or run_id not in listed))
        self._show()

    def catch_up(self) -> None:
        """Show what has happened in the runs that are followed."""
        self._show()

    def leave_out(self, run_ids: Sequence[str]) -> None:
        """Take runs out of the comparison; those that are marked stay marked."""
        compared = self._own or self._board.history.marked or self.compared
        self._compare(tuple(run_id for run_id in compared if run_id not in run_ids))
        self.follow()

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
            return f"{label(place)} {comparison.titles[place]}" + (
                f", seed {run.record.config.seed}" if several else ""
            )

        aside = with_keys(CHOOSE) if len(comparison.lines) > 2 else ""
        names = name(rivals[0]), name(rivals[1])
        self._board.disagreements.show(*rivals, names, aside=aside, level=comparison.level)

    @property
    def _there(self) -> frozenset[str]:
        return frozenset(run.id for run in self._following.runs)

    def _compare(self, run_ids: tuple[str, ...]) -> None:
        self._own, self._listed = run_ids, self._there.intersection(run_ids)

    def _show(self) -> None:
        if self.is_seen:
            ids = self.compared
            self._board.compared.show(self._following.known(ids), ids)
            self.show_pair()
