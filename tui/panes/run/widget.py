"""The run pane: how a run is doing."""

from __future__ import annotations

from tui.drawing.glyphs import UNICODE, Glyphs
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.run.drawing import run_lines
from tui.panes.run.view import RunView
from tui.widgets.bindings import with_keys
from tui.widgets.line_widget import LineWidget

EMPTY = "No run is shown. {train} trains the network of the Model pane."


class RunPane(LineWidget, can_focus=True):
    """Shows a `RunView`."""

    DEFAULT_CSS = """
    RunPane {
        & > .warning { text-style: bold; }
    }
    """

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.view: RunView | None = None

    def show(self, view: RunView | None) -> None:
        """Show a run as it is now, or that there is none."""
        if view != self.view:
            self.view = view
            self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return wrapped(with_keys(EMPTY), width, "dim")
        return run_lines(self.view, self.glyphs, width, height)
