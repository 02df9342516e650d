"""The layers of one run, or of two beside each other, over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from tui.charts.chart import NOTHING, Drawing, draw
from tui.charts.chart_data import ChartOptions
from tui.charts.chart_painting import PaintsCharts
from tui.charts.symbols import symbols_for
from tui.charts.units import Unit
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.network.layer_charts import (
    METRICS,
    NO_FIGURES,
    LayersView,
    curves,
    headings,
    histograms,
    shared_values,
)
from tui.panes.network.painting import side_by_side, side_width
from tui.widgets.bindings import hidden, shown


class LayersPane(PaintsCharts, can_focus=True):
    """Shows a figure of the layers as curves over the epochs, or their histograms after one epoch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("metric", "metric(1)", "Metric", "The next figure of the layers; after the last, the first"),
        hidden("metric_before", "metric(-1)", "Metric before", "The figure before"),
        shown("log", "log", "Log scale", "Logarithmic or linear"),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._views: tuple[LayersView, ...] = ()
        self._metric = 0
        # Norms of layers differ by powers of ten.
        self._log = True
        self._drawings: list[Drawing] = [NOTHING, NOTHING]

    def show(self, views: Sequence[LayersView]) -> None:
        """Show the layers of a run and, if it has any, of the run it is compared with."""
        if tuple(views) != self._views:
            self._views = tuple(views)
            self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        metric = METRICS[self._metric]
        views = [view for view in self._views if view.layers]
        if not views:
            return wrapped(NO_FIGURES, width, "hint")
        cells = side_width(width, len(views) > 1)
        views = views[: width // cells]
        log = self._log and metric.unit is Unit.NUMBER and metric.field != "mean"
        note = metric.name if metric.unit else f"{metric.name}, heights by square roots"
        parts = []
        for place, view in enumerate(views):
            above = headings(view, metric, cells)
            room = height - 1 - len(above)
            if metric.unit is None:
                lines = histograms(view, metric, self._glyphs, cells, room)
            else:
                lines = self._chart(place, view, shared_values(views, metric), log, cells, room)
            parts.append([*above, *lines])
        return [((note, "title"),), *side_by_side(parts, cells)]

    def _chart(
        self, place: int, view: LayersView, least: Sequence[float], log: bool, width: int, height: int
    ) -> list[Line]:
        data, options = curves(view, METRICS[self._metric], least), ChartOptions(log=log)
        at = view.looked_at
        crosshair = float(at.epoch) if at is not None and view.epoch is not None else None
        drawing = draw(data, options, width, height, symbols_for(self._glyphs), crosshair, self._drawings[place])
        self._drawings[place] = drawing
        return drawing.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Shares, means and histograms have no logarithmic scale."""
        if action == "log":
            return METRICS[self._metric].unit is Unit.NUMBER and METRICS[self._metric].field != "mean"
        return True

    def action_metric(self, by: int) -> None:
        self._metric = (self._metric + by) % len(METRICS)
        self._start_anew()

    def action_log(self) -> None:
        self._log = not self._log
        self._start_anew()

    def _start_anew(self) -> None:
        """Looked at in another way, the axes need not be kept still."""
        self._drawings = [NOTHING, NOTHING]
        self.redraw()
        self.refresh_bindings()
