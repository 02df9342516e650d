"""Networks: which runs' units are shown, on a board's view of them."""

from __future__ import annotations

from tui.screens.board import Board
from tui.screens.run_following import RunFollowing
from tui.widgets import views


class NetworkWatch:
    """Has the networks of the run that is shown and of its reference read while the view is seen."""

    def __init__(self, board: Board, following: RunFollowing) -> None:
        self._board = board
        self._following = following
        # Which runs were asked for last, and how they were.
        self._asked: object = None

    def turn(self) -> None:
        """Another view is seen."""
        self._asked = None
        self.look()

    def look(self) -> None:
        """Have the networks read where they are seen and are others or have ended since: what they learn meanwhile is
        read when one comes to the view."""
        if self._board.view.name != views.NETWORK_VIEW or views.UNITS not in self._board.there:
            return
        runs = self._following.shown_id, self._following.reference_id
        listed = [(run, self._following.summary(run)) for run in runs]
        asked = [(run, summary.status if summary else "") for run, summary in listed]
        if asked != self._asked:
            self._asked = asked
            self._board.network.ask(*runs, self._board.answers.selected or 0)
