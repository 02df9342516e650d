"""Comparing: which runs are held against each other, and where it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.screens.board import Board
from tui.screens.run_following import WatchScreen
from tui.widgets import views as panes
from tui.workers.run_choice import MOST_COMPARED, to_compare

if TYPE_CHECKING:
    from engine.runs.snapshot import RunSnapshot
    from tui.panes.comparison.pane import RunPairChanged
    from tui.panes.comparison.table_widget import ComparisonTable
    from tui.panes.history.widget import History

COMPARING = ("Compare", "Disagree")
CHOOSE = "others: 4 Compare"


class CompareScreen(WatchScreen):
    """Follows the marked runs while a comparison of them is seen."""

    # Runs to be marked as soon as all of them are listed.
    _to_mark: tuple[str, ...] = ()

    @property
    def is_comparing(self) -> bool:
        """Whether a comparison is seen."""
        return self.board.view.name in COMPARING

    @property
    def compared(self) -> tuple[str, ...]:
        """The ids of the runs that are compared, the baseline first."""
        return to_compare(self._marked, self._shown_id, self._behind_id)

    @property
    def _marked(self) -> tuple[str, ...]:
        """The runs that are marked, or are to be."""
        return self._to_mark or self.board.history.marked

    def compare(self, run_ids: Sequence[str]) -> None:
        """Mark these runs and no others, and show them side by side."""
        self._mark(tuple(run_ids))
        self.board.reveal(panes.CURVES)
        self._watch_compared()

    def watched(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*super().watched(), *(self.compared if self.is_comparing else ()))))

    def on_board_turned(self, event: Board.Turned) -> None:
        self._watch_compared()
        marked = len(self._marked)
        if self.is_comparing and marked > MOST_COMPARED:
            self.tell(f"The first {MOST_COMPARED} of the {marked:,} marked runs are compared.")

    def on_history_marked(self, event: History.Marked) -> None:
        self._to_mark = ()
        self._watch_compared()

    def follow_up(self) -> None:
        if self._to_mark:
            self._mark(self._to_mark)
        self._show_compared()

    def on_comparison_table_removed(self, event: ComparisonTable.Removed) -> None:
        """Take runs out of the comparison."""
        self._mark(tuple(id for id in self.compared if id not in event.ids))

    def on_run_pair_changed(self, event: RunPairChanged) -> None:
        self._show_rivals()

    def _mark(self, run_ids: tuple[str, ...]) -> None:
        """Mark runs in the history, or remember to where they are not all listed yet."""
        listed = {run.id for run in self.board.history.runs}
        self._to_mark = () if listed.issuperset(run_ids) else run_ids
        if not self._to_mark:
            self.board.history.mark(run_ids)

    def _watch_compared(self) -> None:
        self.watch_runs()
        self._show_compared()

    def _show_compared(self) -> None:
        if self.is_comparing:
            wanted = self.compared
            self.board.compared.show([self._followed[id] for id in wanted if id in self._followed], wanted)
            self._show_rivals()

    def _show_rivals(self) -> None:
        from engine.comparison.formats import label
        from tui.panes.disagreement.pane import HOW_TO, ONE_LINE

        rivals, comparison = self.board.compared.rivals, self.board.compared.comparison
        if rivals is None or comparison is None:
            folded = comparison is not None and len(comparison.lines) == 1 and len(comparison.lines[0].trials) > 1
            self.board.disagreements.show(None, None, ("", ""), ONE_LINE if folded else HOW_TO)
            return
        places = {id: place for place, line in enumerate(comparison.lines) for id in line.ids}

        def name(run: RunSnapshot) -> str:
            """The run's line, and which of its seeds it is where there are several."""
            place = places[run.record.id]
            several = len(comparison.lines[place].trials) > 1
            return f"{label(place)} {run.record.name}" + (f", seed {run.record.config.seed}" if several else "")

        aside = CHOOSE if len(comparison.lines) > 2 else ""
        self.board.disagreements.show(*rivals, (name(rivals[0]), name(rivals[1])), aside=aside)
