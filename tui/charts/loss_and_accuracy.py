"""The charts of a run, which are looked at in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.reactive import Reactive

from tui.drawing.glyphs import Glyphs
from tui.widgets import views
from tui.widgets.later import BREATH
from tui.widgets.pane_frame import Pane

if TYPE_CHECKING:
    from engine.runs.state import RunState
    from tui.charts.chart_widget import Chart


class Curves(Horizontal):
    """Loss and accuracy: one x axis, one crosshair, and the same reference behind both."""

    # Nothing scrolls in it, so that a new size needs no second layout.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._charts: list[Chart] = []
        self._state: RunState | None = None
        self._reference: RunState | None = None

    def compose(self) -> ComposeResult:
        yield Pane(views.LOSS)
        yield Pane(views.ACCURACY)

    @property
    def has_charts(self) -> bool:
        """Whether the charts are in their panes."""
        return len(self._charts) == len(self.query(Pane))

    async def mount_panes(self) -> None:
        """Put the charts in their panes; what they draw with has been imported."""
        from tui.charts.chart_widget import Chart

        for pane in self.query(Pane):
            chart = Chart(self._glyphs)
            self._charts.append(chart)
            await pane.fill(chart)
        self._draw()

    def show(self, state: RunState | None, reference: RunState | None, title: str) -> None:
        """Show a run with its reference behind it, one chart after the other; `title` say which runs these are."""
        self._state, self._reference = state, reference
        for pane in self.query(Pane):
            pane.show_title(title)
        self._draw()

    def on_chart_options_changed(self, event: Chart.OptionsChanged) -> None:
        event.stop()
        for chart in self._charts:
            chart.options = event.options
        self._draw()

    def on_chart_crosshair_moved(self, event: Chart.CrosshairMoved) -> None:
        event.stop()
        for chart in self._charts:
            chart.crosshair = event.x

    def on_show(self) -> None:
        """Catch up with what happened while nobody could see it."""
        self._draw()

    def _draw(self) -> None:
        if not (self._charts and self.is_on_screen):
            return
        from tui.charts.run_chart import Figure, chart

        for index, (one, figure) in enumerate(zip(self._charts, (Figure.LOSS, Figure.ACCURACY), strict=False)):
            data = chart(figure, self._state, one.options.x_axis, self._reference)
            one.show(data, within=index * BREATH)
