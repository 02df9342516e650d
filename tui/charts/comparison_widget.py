"""The chart of several runs, by a metric that keys choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from tui.charts.chart_data import SMOOTHINGS, ChartOptions
from tui.charts.chart_widget import Chart
from tui.charts.comparison_chart import METRICS, Metric
from tui.drawing.glyphs import UNICODE, Glyphs
from tui.widgets.bindings import hidden, shown


class OverlayChart(Chart):
    """A chart of one of `METRICS`. Keys choose another, which it tells by `MetricChanged`; data for it are for the app
    to show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("metric", "metric(1)", "Metric", "Compare by the next metric"),
        hidden("metric_before", "metric(-1)", "Metric before", "Compare by the metric before"),
    ]

    @dataclass
    class MetricChanged(Message):
        """A key chose another metric."""

        metric: Metric

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__(glyphs)
        # Of several runs only smooth curves by step can be told apart.
        self._options = ChartOptions(smoothing=SMOOTHINGS[1])
        self._metric = METRICS[0]

    @property
    def metric(self) -> Metric:
        return self._metric

    def action_metric(self, places: int) -> None:
        self._metric = METRICS[(METRICS.index(self._metric) + places) % len(METRICS)]
        self.post_message(self.MetricChanged(self._metric))
