"""The chart of several runs: the keys that choose what it shows, and how much work they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.builders.chart_runs import member, run, ten_long_runs
from tests.builders.stage import Stage, text_of
from tests.builders.stage import play as play_on_stage
from tests.builders.work import calls
from tui.charts.chart_data import STEP
from tui.charts.comparison_chart import METRICS, Member, Metric, overlay
from tui.charts.comparison_widget import OverlayChart
from tui.charts.units import Unit

KEYS = ("left", "+", "l")
Scene = Callable[[Pilot[None], Stage, OverlayChart], Awaitable[None]]


def two() -> list[Member]:
    return [member(0, "deep", run([0.1, 0.95, 0.96, 0.97])), member(1, "l2", run([0.2, 0.94, 0.955, 0.9725]))]


def play(scene: Scene, members: list[Member], size: tuple[int, int] = (80, 20)) -> None:
    """Run a scene with a chart of members, held against the first, that shows what it is asked for."""
    chart = OverlayChart()

    async def begin(pilot: Pilot[None], stage: Stage) -> None:
        chart.show(overlay(members, chart.metric, STEP, 0))
        await pilot.pause()
        await scene(pilot, stage, chart)

    play_on_stage(chart, begin, size, (OverlayChart.MetricChanged, OverlayChart.OptionsChanged))


def test_keys_choose_the_metric_and_say_so() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
        assert chart.metric is METRICS[0]
        await pilot.press("m", "m", "M", "M", "M")
        told = [message.metric for message in stage.kept if isinstance(message, OverlayChart.MetricChanged)]
        assert told == [METRICS[1], METRICS[2], METRICS[1], METRICS[0], METRICS[-1]]
        assert chart.metric is METRICS[-1]

    play(scene, two())


def test_a_close_up_shows_the_end_of_the_runs() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
        assert any(line.startswith("  0 %") for line in text_of(chart))
        await pilot.press("plus")
        assert text_of(chart)[-1].endswith("close-up") and not any(line.startswith("  0 %") for line in text_of(chart))
        await pilot.press("plus")
        assert any(line.startswith("  0 %") for line in text_of(chart))

    play(scene, two())


def test_a_close_up_is_one_even_where_it_shows_little_less() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
        assert any(line.startswith(" 90 %") for line in text_of(chart))
        await pilot.press("plus")
        assert not any(line.startswith(" 90 %") for line in text_of(chart))

    play(scene, [member(0, "deep", run([0.90, 0.94, 0.96, 0.98]))])


def test_the_crosshair_reads_every_run_and_its_difference() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
        assert "● A deep 97.00 % base" in text_of(chart)[0] and "▲ B l2 97.25 % +0.25" in text_of(chart)[0]
        await pilot.press("left", *["shift+left"] * 3)
        assert "● A deep 95.00 % base" in text_of(chart)[0] and "▲ B l2 94.00 % -1.00" in text_of(chart)[0]

    play(scene, two())


def test_only_losses_have_a_logarithmic_scale() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
        for metric in METRICS:
            chart.show(overlay(two(), metric, STEP, 0))
            assert bool(chart.check_action("log", ())) is (metric.unit is Unit.NUMBER)

    play(scene, two())


@pytest.mark.parametrize("metric", [METRICS[0], METRICS[3]], ids=lambda metric: metric.name)
def test_ten_times_the_points_make_no_key_much_more_work(metric: Metric) -> None:
    """In the default look, ten runs on 120 by 40 cells. How long a key takes is measured by the bench."""

    def work(points: int) -> list[int]:
        done: list[int] = []

        async def scene(pilot: Pilot[None], stage: Stage, chart: OverlayChart) -> None:
            chart.show(overlay(members, metric, STEP, 0))
            await pilot.press("left")
            done.extend([await work_of(pilot, chart, key) for key in KEYS])

        members = ten_long_runs(points)
        play(scene, members, (120, 41))
        return done

    for key, few, many in zip(KEYS, work(1_000), work(10_000), strict=True):
        assert many < 4 * few, key


async def work_of(pilot: Pilot[None], chart: OverlayChart, key: str) -> int:
    """How many functions are called for a press that is not the first."""
    action = {"left": lambda: chart.action_move(-1), "+": chart.action_close, "l": chart.action_log}[key]
    action()
    await pilot.pause()
    return calls(action)
