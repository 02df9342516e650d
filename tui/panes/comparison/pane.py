"""Runs side by side: their curves over each other, and the table of their settings and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from engine.home import Home
from engine.interval import Interval
from engine.runs.record import RunRecord
from engine.runs.snapshot import RunSnapshot
from tui.drawing.glyphs import Glyphs
from tui.widgets import views
from tui.widgets.bindings import with_keys
from tui.widgets.later import BREATH, Later
from tui.widgets.pane_frame import Pane, PaneGroup
from tui.workers.messages import ReadWanted, Trouble

if TYPE_CHECKING:
    from engine.comparison.judgement import Judgement
    from engine.comparison.table import Comparison, Setting
    from engine.runs.events import Epoch
    from tui.charts.chart_widget import Chart
    from tui.charts.comparison_chart import Member, Metric
    from tui.charts.comparison_widget import OverlayChart
    from tui.panes.comparison.table_widget import ComparisonTable

# Seconds between drawings of a chart that grows, and between readings of the predictions that verdicts are made from.
CHART_EVERY, JUDGE_EVERY = 0.25, 2.0

Evidence = tuple[RunRecord, str, int, "Epoch | None"]


class Drawn(NamedTuple):
    """What a chart was drawn from: which curves they are, and how far they had come."""

    curves: object
    reached: object


class RunPairChanged(Message):
    """Another two runs are held against each other: the baseline, and that of the line under the cursor."""


@dataclass
class Judged(Message):
    """A comparison has been judged, or could not be."""

    judgement: Judgement


class Compared(PaneGroup):
    """Curves and figures of the same runs; what verdicts are made from they want read."""

    DEFAULT_CSS = "Compared { layout: vertical; }"
    ID, NAMES = "compared", (views.CURVES, views.FIGURES)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.comparison: Comparison | None = None
        self._glyphs = glyphs
        self._runs: dict[str, RunSnapshot] = {}
        self._ids: tuple[str, ...] = ()
        self._chart: OverlayChart | None = None
        self._figures: ComparisonTable | None = None
        self._metric: Metric | None = None
        self._evidence: tuple[Evidence, ...] | None = None
        self._judgement: Judgement | None = None
        self._judging = False
        self._late_judging = Later(self, self._judge)
        self._chart_pause, self._judging_pause = Interval.ended(), Interval.ended()
        self._late_drawing = Later(self, self._draw)
        self._drawn: Drawn | None = None
        self._rivals: tuple[str, ...] = ()

    def contents(self) -> tuple[OverlayChart, ComparisonTable]:
        from tui.charts.comparison_chart import METRICS
        from tui.charts.comparison_widget import OverlayChart
        from tui.panes.comparison.table_widget import ComparisonTable

        self._metric = METRICS[0]
        self._chart, self._figures = widgets = OverlayChart(self._glyphs), ComparisonTable()
        return widgets

    async def mount_panes(self) -> None:
        await super().mount_panes()
        self._compare()

    @property
    def is_reading(self) -> bool:
        """Whether some of the runs are still to come."""
        return len(self._runs) < len(self._ids)

    @property
    def settings(self) -> tuple[Setting, ...]:
        if self.comparison is None or self._figures is None:
            return ()
        return self._figures.choices.settings(self.comparison)

    @property
    def judgement(self) -> Judgement | None:
        """The verdicts on all that is compared, once they are known."""
        return self._judgement if self.is_judged else None

    @property
    def is_judged(self) -> bool:
        """Whether all is known of what is compared."""
        return bool(self.comparison and self._judgement and self._judgement.covers_all(self.comparison))

    @property
    def rivals(self) -> tuple[RunSnapshot, RunSnapshot] | None:
        """The baseline's first run and that of the line under the cursor or, on the baseline, of the next one."""
        if self.comparison is None or self._figures is None or len(self.comparison.lines) < 2:
            return None
        base, place = self.comparison.baseline, self._figures.chosen
        if place == base:
            place = 0 if base else 1
        a, b = (self._runs.get(self.comparison.lines[one].first.id) for one in (base, place))
        return (a, b) if a and b else None

    def show(self, runs: Sequence[RunSnapshot], ids: Sequence[str]) -> None:
        """Show these runs as they are now; of those with these `ids` others are still to come."""
        known = {run.record.id: run for run in runs}
        self._ids = tuple(dict.fromkeys(ids))
        self._runs = {id: known[id] for id in self._ids if id in known}
        if self._figures is None:
            return
        if self._evidence != tuple(_evidence(run) for run in self._runs.values()):
            self._compare()
        elif self.comparison is None:
            self._show_figures()
        else:
            self._show_titles()
            self._draw_soon()

    def on_comparison_table_choices_changed(self, event: ComparisonTable.ChoicesChanged) -> None:
        event.stop()
        self._compare()

    def on_comparison_table_line_chosen(self, event: ComparisonTable.LineChosen) -> None:
        event.stop()
        self._tell_rivals()

    def on_overlay_chart_metric_changed(self, event: OverlayChart.MetricChanged) -> None:
        event.stop()
        self._metric = event.metric
        self._draw()

    def on_chart_options_changed(self, event: Chart.OptionsChanged) -> None:
        event.stop()
        self._draw()

    def on_judged(self, event: Judged) -> None:
        event.stop()
        self._judging, self._judgement = False, event.judgement
        self._judging_pause.begin(JUDGE_EVERY)
        self._show_figures()
        self._judge_soon()

    def _compare(self) -> None:
        """Compare the runs as they are now, then show and judge them, one after the other."""
        from engine.comparison.results import RunResult

        if self._figures is None:
            return
        self._evidence = tuple(_evidence(run) for run in self._runs.values())
        trials = [RunResult.of(run) for run in self._runs.values()]
        self.comparison = self._figures.choices.compare(trials) if trials else None
        self._show_figures()
        self._tell_rivals()
        self._draw_soon()
        self._judge_soon()

    def _show_figures(self) -> None:
        from tui.charts.symbols import symbols_for
        from tui.panes.comparison.table import sheet

        if self._figures is None:
            return
        self._show_titles()
        if self.comparison is not None:
            symbols = symbols_for(self._glyphs)
            self._figures.show(sheet(self.comparison, self._figures.choices, self._judgement, symbols))
        elif self._ids:
            self._figures.show(None, self._progress())
        else:
            self._figures.show(None)

    def _show_titles(self) -> None:
        for pane in self.query(Pane):
            pane.show_title(self._title(pane.id or ""))

    def _title(self, pane: str) -> str:
        """What the pane's title says besides: how far reading has come, and what is compared."""
        if self.comparison is None:
            return ""
        parts = [self._progress()] if self.is_reading else []
        if pane == views.CURVES and self._metric is not None:
            parts.append(self._metric.label)
        elif pane == views.FIGURES:
            runs, lines = len(self._runs), len(self.comparison.lines)
            held = sum(len(line.ids) for line in self.comparison.lines)
            folded = f" in {lines} line{'s' * (lines > 1)}" if lines < held else ""
            parts.append(f"{held} run{'s' * (held > 1)}{folded}")
            if repeats := runs - held:
                left_out = f"{repeats} repeat{'s' * (repeats > 1)} of a seed left out"
                parts.append(left_out + with_keys(" ({fold}: each run)"))
            parts += [f"after epoch {self.comparison.level}"] if self.comparison.level else []
        return ", ".join(parts)

    def _progress(self) -> str:
        return f"reading {len(self._runs)} of {len(self._ids)} …"

    def _tell_rivals(self) -> None:
        rivals = tuple(run.record.id for run in self.rivals or ())
        if rivals != self._rivals:
            self._rivals = rivals
            self.post_message(RunPairChanged())

    def _draw_soon(self) -> None:
        """Draw the chart if what it shows has changed: other curves at once, for keys act on them, growth seldom."""
        due = self._to_draw()
        if due is None or due == self._drawn:
            return
        if self._drawn is None or due.curves != self._drawn.curves:
            self._draw(BREATH)
        else:
            self._late_drawing.within(max(BREATH, self._chart_pause.left))

    def _to_draw(self) -> Drawn | None:
        """What differs whenever the chart would; steps count only where the chart shows them and is seen."""
        if self._chart is None or self._metric is None:
            return None
        by_step = not self._metric.by_epoch and self._chart.is_on_screen
        versions = [run.state.version for run in self._runs.values()] if by_step else self._evidence
        lines = self.comparison and ([line.ids for line in self.comparison.lines], self.comparison.titles)
        baseline = self.comparison and self.comparison.baseline
        return Drawn((self._metric.name, self._chart.options.x_axis, lines, baseline), versions)

    def _draw(self, within: float = 0.0) -> None:
        from tui.charts.comparison_chart import overlay

        self._late_drawing.cancel()
        if self._chart is None or self._metric is None:
            return
        baseline = self.comparison.baseline if self.comparison else None
        self._drawn = self._to_draw()
        self._chart_pause.begin(CHART_EVERY)
        data = overlay(self._members(), self._metric, self._chart.options.x_axis, baseline)
        self._chart.show(data, within)
        self._show_titles()

    def _members(self) -> list[Member]:
        from engine.comparison.formats import label
        from tui.charts.chart_data import COLOURS
        from tui.charts.comparison_chart import Member

        if self.comparison is None:
            return []
        return [
            Member(label(index), title, tuple(self._runs[id].state for id in line.ids), index % COLOURS, index)
            for index, (line, title) in enumerate(zip(self.comparison.lines, self.comparison.titles, strict=True))
        ]

    def _judge_soon(self) -> None:
        """Judge the comparison: at once, but seldom while it is the same that grows, or runs are still read."""
        if self._judging or self.comparison is None or self.is_judged:
            return
        wait = BREATH
        if self.is_reading:
            wait = JUDGE_EVERY
        elif self._judgement is not None and self._judgement.is_older(self.comparison):
            wait = max(BREATH, self._judging_pause.left)
        self._late_judging.within(wait)

    def _judge(self) -> None:
        from engine.comparison.judgement import Judgement, judgement

        self._late_judging.cancel()
        comparison = self.comparison
        if comparison is None:
            return
        self._judging = True

        def read(home: Home) -> Message:
            try:
                return Judged(judgement(comparison, home))
            except Exception as error:
                self.post_message(Trouble(f"the runs cannot be judged: {type(error).__name__}: {error}"))
                return Judged(Judgement(comparison, (), None))

        self.post_message(ReadWanted(self, read))


def _evidence(run: RunSnapshot) -> Evidence:
    return run.record, run.status, len(run.state.epochs), run.state.epochs[-1] if run.state.epochs else None
