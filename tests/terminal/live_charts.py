"""A program that shows two charts of a run as it grows, one update after the other, and ends."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult

from tests.builders.curves import accuracies, losses
from tui.charts.chart_widget import Chart

FIRST, EVERY = 100, 10


class LiveCharts(App[None]):
    """Two charts, one above the other, updated `updates` times."""

    CSS = "Chart { height: 1fr; border: round white; }"
    AUTO_FOCUS = None

    def __init__(self, updates: int) -> None:
        super().__init__()
        self.left = updates
        self.until = FIRST

    def compose(self) -> ComposeResult:
        yield Chart(id="loss")
        yield Chart(id="accuracy")

    def on_mount(self) -> None:
        self.update()

    def update(self) -> None:
        """Show the run ten steps further on once it is painted as it is."""
        self.query_one("#loss", Chart).show(losses(self.until))
        self.query_one("#accuracy", Chart).show(accuracies(self.until))
        self.left -= 1
        self.until += EVERY
        self.call_after_refresh(self.update if self.left >= 0 else self.exit)


if __name__ == "__main__":
    LiveCharts(int(sys.argv[1])).run()
