"""The panes that the first screen does not wait for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.drawing.glyphs import Glyphs
    from tui.panes.comparison.pane import Compared
    from tui.panes.details.widget import Details
    from tui.panes.devices.widget import DeviceTable
    from tui.panes.disagreement.pane import Disagreements
    from tui.panes.draw.pane import DrawBoard
    from tui.panes.history.widget import History
    from tui.panes.learn.pane import Learning
    from tui.panes.network.pane import NetworkBoard
    from tui.panes.run.observation import ObservationLine
    from tui.panes.run.widget import RunPane
    from tui.panes.sweep.pane import Sweeping


class LatePanes:
    """Each pane is made, and its code imported, when it is first needed."""

    _glyphs: Glyphs

    @cached_property
    def run_pane(self) -> RunPane:
        """How the run that is shown stands."""
        from tui.panes.run.widget import RunPane

        return RunPane(self._glyphs)

    @cached_property
    def observation(self) -> ObservationLine:
        """What there is to say of it, under its charts."""
        from tui.panes.run.observation import ObservationLine

        return ObservationLine()

    @cached_property
    def history(self) -> History:
        from tui.panes.history.widget import History

        return History()

    @cached_property
    def details(self) -> Details:
        """What is known of the run under the cursor of the list."""
        from tui.panes.details.widget import Details

        return Details()

    @cached_property
    def compared(self) -> Compared:
        from tui.panes.comparison.pane import Compared

        return Compared(self._glyphs)

    @cached_property
    def disagreements(self) -> Disagreements:
        """The digits on which two runs disagree."""
        from tui.panes.disagreement.pane import Disagreements

        return Disagreements(self._glyphs)

    @cached_property
    def devices(self) -> DeviceTable:
        from tui.panes.devices.widget import DeviceTable

        return DeviceTable(self._glyphs)

    @cached_property
    def sweep(self) -> Sweeping:
        from tui.panes.sweep.pane import Sweeping

        return Sweeping(self._glyphs)

    @cached_property
    def network(self) -> NetworkBoard:
        """The units of a network, and what it would say without some of them."""
        from tui.panes.network.pane import NetworkBoard

        return NetworkBoard(self._glyphs)

    @cached_property
    def drawing(self) -> DrawBoard:
        """A canvas, and the drawings that are kept."""
        from tui.panes.draw.pane import DrawBoard

        return DrawBoard(self._glyphs)

    @cached_property
    def learning(self) -> Learning:
        """The lessons, and one of them."""
        from tui.panes.learn.pane import Learning

        return Learning()
