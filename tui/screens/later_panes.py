"""What a board shows that is not needed for the first screen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tui.drawing.glyphs import Glyphs

if TYPE_CHECKING:
    from tui.panes.comparison.pane import Compared
    from tui.panes.devices.widget import DeviceTable
    from tui.panes.disagreement.pane import Disagreements
    from tui.panes.history.widget import History


class LaterPanes:
    """Panes that are made, and their code imported, when they are first asked for."""

    _glyphs: Glyphs

    @cached_property
    def history(self) -> History:
        """The list of runs."""
        from tui.panes.history.widget import History

        return History()

    @cached_property
    def compared(self) -> Compared:
        """Runs side by side."""
        from tui.panes.comparison.pane import Compared

        return Compared(self._glyphs, id="compared")

    @cached_property
    def disagreements(self) -> Disagreements:
        """The digits on which two runs disagree."""
        from tui.panes.disagreement.pane import Disagreements

        return Disagreements(self._glyphs, id="disagreements")

    @cached_property
    def devices(self) -> DeviceTable:
        """The devices and the queue."""
        from tui.panes.devices.widget import DeviceTable

        return DeviceTable(self._glyphs)
