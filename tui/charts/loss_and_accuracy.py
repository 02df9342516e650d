"""The charts of a run, which are looked at in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.reactive import Reactive

from tui.drawing.glyphs import Glyphs
from tui.widgets import views
from tui.widgets.later import BREATH
from tui.widgets.pane_frame import Pane, PaneGroup

if TYPE_CHECKING:
    from engine.runs.state import RunState
    from tui.charts.chart_widget import Chart


class Curves(PaneGroup):
    """Loss and accuracy: one x axis, one crosshair, and the same reference behind both."""

    ID, NAMES = "upper", (views.LOSS, views.ACCURACY)
    # Nothing scrolls in it, so that a new size needs no second layout.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._charts: list[Chart] = []
        self._state: RunState | None = None
        self._reference: RunState | None = None

    @property
    def has_charts(self) -> bool:
        """Whether the charts are in their panes."""
        return bool(self._charts)

    def contents(self) -> list[Chart]:
        from tui.charts.chart_widget import Chart

        return [Chart(self._glyphs) for _ in self.NAMES]

    async def mount_panes(self) -> None:
        from tui.charts.chart_widget import Chart

        await super().mount_panes()
        self._charts = list(self.query(Chart))
        self._draw()

    def show(self, state: RunState | None, reference: RunState | None, title: str) -> None:
        """Show a run with its reference behind it, one chart after the other; `title` say which runs these are."""
        are_others = state is not self._state or reference is not self._reference
        self._state, self._reference = state, reference
        for pane in self.query(Pane):
            pane.show_title(title)
        # The lines of another run would stand under this title for a moment.
        if are_others or (self.display and self.is_on_screen):
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
        """Catch up with what happened while nobody could see it, once the view is painted."""
        self._draw(within=BREATH)

    def on_hide(self) -> None:
        for chart in self._charts:
            chart.forgo()

    def _draw(self, within: float = 0.0) -> None:
        if not self._charts:
            return
        from tui.charts.run_chart import Figure, chart

        for index, (one, figure) in enumerate(zip(self._charts, (Figure.LOSS, Figure.ACCURACY), strict=False)):
            data = chart(figure, self._state, one.options.x_axis, self._reference)
            one.show(data, within=within + index * BREATH)
