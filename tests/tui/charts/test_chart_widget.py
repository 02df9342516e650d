"""The chart widget: its keys, its messages, and how little of it is painted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from tests.builders.consoles import until
from tests.builders.curves import PER_EPOCH, accuracies, losses
from tests.builders.stage import Stage, text_of
from tests.builders.stage import play as play_on_stage
from tui.charts.chart_data import EPOCH, STEP, TIME, ChartData, ChartOptions, XAxis
from tui.charts.chart_widget import Chart
from tui.charts.units import Unit
from tui.drawing.glyphs import ASCII
from tui.drawing.styled_lines import Line
from tui.widgets.line_widget import difference

Scene = Callable[[Pilot[None], Stage, Chart], Awaitable[None]]


def play(scene: Scene, chart: Chart | None = None) -> None:
    """Run a scene with a bordered chart of 600 of 1,000 steps that has the focus."""
    shown = chart or Chart()

    async def begin(pilot: Pilot[None], stage: Stage) -> None:
        shown.styles.border = ("round", "white")
        shown.show(losses(600))
        await pilot.pause()
        await scene(pilot, stage, shown)

    play_on_stage(shown, begin, (60, 15), (Chart.OptionsChanged, Chart.CrosshairMoved))


def regions_of(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> list[Region]:
    """What the chart asks to be painted from now on; a region without size is all of it."""
    asked: list[Region] = []
    monkeypatch.setattr(chart, "refresh", lambda *regions, **_: asked.extend(regions or [Region()]))
    return asked


def test_it_shows_what_it_is_given() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        assert text_of(chart)[0] == "━ train 0.0665   ● test 0.1249"
        assert text_of(chart)[-1].endswith("step")

    play(scene)


def test_a_grown_curve_paints_only_the_cells_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        before = text_of(chart)
        asked = regions_of(chart, monkeypatch)
        chart.show(losses(630))
        after = text_of(chart)
        assert {region.y for region in asked} == {
            y for y, pair in enumerate(zip(before, after, strict=True)) if len(set(pair)) > 1
        }
        assert 0 < sum(region.area for region in asked) < 20
        for region in asked:
            assert before[region.y][: region.x] == after[region.y][: region.x]

    play(scene)


def test_the_same_values_paint_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        asked = regions_of(chart, monkeypatch)
        chart.show(losses(600))
        assert asked == []

    play(scene)


def test_what_is_painted_is_what_is_drawn() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        for steps in (610, 700, 1000):
            chart.show(losses(steps))
            await pilot.pause()
        painted = [strip.text[1:-1].rstrip() for strip in stage.screen._compositor.render_strips()[1:-2]]
        assert painted == text_of(chart)

    play(scene)


def test_a_chart_nobody_sees_is_not_drawn_until_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await stage.push_screen(Screen())
        await pilot.pause()
        await pilot.pause()
        drawn: list[int] = []

        def draw(columns: int, rows: int) -> list[Line]:
            drawn.append(1)
            return Chart.draw(chart, columns, rows)

        monkeypatch.setattr(chart, "draw", draw)
        chart.show(losses(800))
        chart.show(losses(900))
        await pilot.pause()
        assert drawn == []
        stage.pop_screen()
        await until(pilot, lambda: "0.0522" in text_of(chart)[0])
        chart.display = False
        await pilot.pause()
        drawn.clear()
        chart.show(losses(1000))
        await pilot.pause()
        assert drawn == []
        chart.display = True
        await until(pilot, lambda: drawn and "0.0511" in text_of(chart)[0])

    play(scene)


def test_a_crosshair_reads_values_from_the_newest_back() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await pilot.press("left")
        assert chart.crosshair == 600
        assert text_of(chart)[0] == "━ train 0.0665   ● test 0.1249"
        assert "step 600, epoch 3.00" in text_of(chart)[-1]
        await pilot.press("left", "left")
        assert chart.crosshair is not None and 560 < chart.crosshair < 600
        assert text_of(chart)[0] == "━ train 0.0701   ● test 0.1677"
        await pilot.press("end", "right")
        assert chart.crosshair == 600, "there is nothing to read to the right of the newest value"
        await pilot.press("shift+left")
        assert chart.crosshair is not None and 350 < chart.crosshair < 450
        await pilot.press("home")
        assert chart.crosshair is not None and chart.crosshair < 20
        assert [message.x for message in stage.kept if isinstance(message, Chart.CrosshairMoved)][-1] == chart.crosshair
        chart.show(losses(1000))
        await pilot.press("end")
        assert chart.crosshair == 1000, "the last value, which is at the end of the axis, is read too"

    play(scene)


def test_escape_puts_the_crosshair_away_and_then_belongs_to_others() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        stage.bind("escape", "note('p')")
        await pilot.press("left", "escape")
        assert chart.crosshair is None and stage.letters == ""
        assert "epoch" not in text_of(chart)[-1]
        await pilot.press("escape")
        assert stage.letters == "p"

    play(scene)


def test_the_crosshair_stays_while_the_run_goes_on_and_follows_the_axis() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        chart.crosshair = 300.0
        chart.show(losses(800))
        assert chart.crosshair == 300 and "step 300" in text_of(chart)[-1]
        curves = tuple(replace(curve, x=curve.x / PER_EPOCH) for curve in losses(800).curves)
        chart.show(replace(losses(800), curves=curves, x=XAxis(EPOCH, Unit.COUNT, 5, 1)))
        assert chart.crosshair == 1.5 and "epoch 1.50" in text_of(chart)[-1]

    play(scene)


def test_a_click_puts_the_crosshair_there() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await pilot.click(Chart, offset=(1 + 6 + 13, 5))
        assert chart.crosshair == pytest.approx(1000 * 14 / 52, abs=1)
        await pilot.click(Chart, offset=(2, 5))
        assert chart.crosshair == pytest.approx(1000 * 14 / 52, abs=1), "the labels are no place on the axis"

    play(scene)


def test_keys_change_how_it_is_looked_at_and_say_so() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await pilot.press("l")
        assert text_of(chart)[-1].endswith("step  log")
        await pilot.press("h")
        assert text_of(chart)[-1].endswith("step  smooth 1 % · log")
        await pilot.press("h", "h", "l", "x", "x")
        options = [message.options for message in stage.kept if isinstance(message, Chart.OptionsChanged)]
        assert options == [
            ChartOptions(True),
            ChartOptions(True, 0.01),
            ChartOptions(True, 0.05),
            ChartOptions(True, 0.0),
            ChartOptions(False, 0.0),
            ChartOptions(False, 0.0, EPOCH),
            ChartOptions(False, 0.0, TIME),
        ]
        await pilot.press("x")
        assert chart.options == ChartOptions(x_axis=STEP)
        await pilot.press("plus")
        assert chart.options == ChartOptions(close=True) and text_of(chart)[-1].endswith("close-up")

    play(scene)


def test_options_given_by_the_app_are_not_answered() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        chart.options = ChartOptions(log=True)
        chart.crosshair = 200.0
        await pilot.pause()
        assert text_of(chart)[-1].endswith("log") and stage.kept == []

    play(scene)


def test_accuracies_have_no_logarithmic_scale() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        chart.show(accuracies())
        await pilot.press("l")
        assert chart.options == ChartOptions() and stage.kept == []

    play(scene)


def test_an_empty_chart_shows_its_hint_and_has_nothing_to_read() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        chart.show(ChartData(hint="Nothing trained yet: press F5 to train."))
        await pilot.press("left")
        assert chart.crosshair is None
        assert any("press F5 to train" in line for line in text_of(chart))

    play(scene)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5), (10, 3), (2, 2)])
def test_every_size_is_filled(size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        width, height = chart.size
        assert [chart.render_line(y).cell_length for y in range(height)] == [width] * height

    play(scene)


def test_plain_ascii() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        await pilot.press("left")
        assert all(line.isascii() for line in text_of(chart))

    play(scene, Chart(ASCII))


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_ten_curves_have_ten_colours_that_stand_out(theme: str) -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        stage.theme = theme
        await pilot.pause()
        looks = [chart.look(f"curve-{colour}") for colour in range(10)]
        assert len({look.color for look in looks}) == 10
        for look, faint in ((look, chart.look(f"faint-{colour}")) for colour, look in enumerate(looks)):
            assert contrast(look) > 3 and 0.7 * contrast(look) > contrast(faint) > 1.4

    play(scene)


def contrast(look: Style) -> float:
    """The contrast ratio of WCAG 2.1, from 1 to 21."""

    def luminance(triplet: tuple[int, int, int]) -> float:
        parts = [c / 255 for c in triplet]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert look.color is not None and look.bgcolor is not None
    one, other = sorted(luminance(colour.get_truecolor()) for colour in (look.color, look.bgcolor))
    return (other + 0.05) / (one + 0.05)


def test_changing_the_theme_paints_the_new_colours() -> None:
    async def scene(pilot: Pilot[None], stage: Stage, chart: Chart) -> None:
        dark = chart.render_line(2)
        stage.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        light = chart.render_line(2)
        assert dark.text == light.text and dark != light

    play(scene)


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ("same", "same", range(0)),
        ("0.123", "0.153", range(3, 4)),
        ("abcd", "xbcy", range(4)),
        ("犬 a", "犬 b", range(4)),
    ],
)
def test_a_difference_is_from_the_first_to_the_last_cell(before: str, after: str, cells: range) -> None:
    strips = [Strip([segment]) for segment in (Segment(before), Segment(after))]
    assert difference(*strips) == cells


def test_another_style_is_a_difference() -> None:
    plain = Strip([Segment("abc", Style())])
    coloured = Strip([Segment("a", Style()), Segment("bc", Style(color="red"))])
    assert difference(plain, coloured) == range(1, 3)
