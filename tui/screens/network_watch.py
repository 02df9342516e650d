"""Networks: which runs' units are shown, on a board's view of them."""

from __future__ import annotations

from tui.screens.board import Board
from tui.screens.run_following import RunFollowing
from tui.widgets import views

# Seconds between looks at a network in training, so that they take little of what trains it.
READ_EVERY = 5.0


class NetworkWatch:
    """Has the networks of the run that is shown and of its reference read while the view is seen."""

    def __init__(self, board: Board, following: RunFollowing) -> None:
        self._board = board
        self._following = following
        # Which runs were asked for last, how they were, and after how many epochs those that keep weights.
        self._asked: object = None
        self._learned: object = None

    def turn(self) -> None:
        """Another view is seen."""
        self._asked = None
        self.look()

    def look(self) -> None:
        """Have the networks read where they are seen and are others, have learned since, or have ended."""
        if self._board.view.name != views.NETWORK_VIEW or views.UNITS not in self._board.there:
            return
        from engine.runs.kept_epochs import NONE

        following, network = self._following, self._board.network
        runs = following.shown_id, following.reference_id
        network.show_layers(following.known([run for run in runs if run]))
        asked = [(run, summary.status if (summary := following.summary(run)) else "") for run in runs]
        learned = [len(run.state.layers) for run in following.known(runs) if run.record.keep_weights != NONE]
        if self._asked is None:
            network.show_digit(self._board.answers.selected or 0)
        if asked != self._asked:
            network.ask(*runs)
        elif learned != self._learned:
            network.read_within(READ_EVERY)
        self._asked, self._learned = asked, learned
