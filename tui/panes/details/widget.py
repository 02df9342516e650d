"""The details pane: all that is known of the run under the cursor of the history, and of its family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from engine.runs.groups import place_in_group
from engine.runs.lineage import Families, LineageNode
from engine.runs.summaries import RunSummary
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.details.drawing import details_lines
from tui.widgets.bindings import hidden, shown
from tui.widgets.scrolled_lines import ScrolledLines

EMPTY = "No run is chosen."


class Details(ScrolledLines, can_focus=True):
    """Shows a `RunSummary`, scrolled by the arrow keys where it is longer than the pane."""

    DEFAULT_CSS = """
    Details {
        & > .current { text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        shown("up", "scroll_lines(-1)", "Scroll", "A line up", "↑↓"),
        hidden("down", "scroll_lines(1)", "Down", "A line down"),
        hidden("page_up", "scroll_pages(-1)", "Page up", "A page up"),
        hidden("page_down", "scroll_pages(1)", "Page down", "A page down"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.run_shown: RunSummary | None = None
        self._kin: Sequence[LineageNode] = ()
        self._runs: Sequence[RunSummary] = ()
        self._families = Families(())
        self._member = ""

    def show(self, run: RunSummary | None, runs: Sequence[RunSummary] = ()) -> None:
        """Show a run, or that there is none, with its family among all `runs`; another run from its first line on.

        The same sequence of runs as before costs nothing, however long it is."""
        if runs is not self._runs:
            self._runs, self._families = runs, Families(runs)
        kin = self._families.of(run.id) if run else ()
        member = place_in_group(run, runs) if run else ""
        if self.run_shown is None or run is None or run.id != self.run_shown.id:
            self.scroll_home_at_once()
        if (run, member) != (self.run_shown, self._member) or _summaries(kin) != _summaries(self._kin):
            self.run_shown, self._kin, self._member = run, kin, member
            self.redraw()

    def lines(self, width: int) -> list[Line]:
        if self.run_shown is None:
            return wrapped(EMPTY, width, "dim")
        return details_lines(self.run_shown, width, self._kin, self._member)


def _summaries(kin: Sequence[LineageNode]) -> list[RunSummary]:
    return [one.run for one in kin]
