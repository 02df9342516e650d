"""What a change of view or of the focus costs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from textual._compositor import CompositorUpdate
from textual._styles_cache import StylesCache
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from engine.home import Home
from engine.runs.events import Paused, Steps
from tests.builders.consoles import NOW, Live, append, pane_text, run_console, story, trained, until
from tui.charts.chart_widget import Chart
from tui.console.console import Console
from tui.drawing.compositor import SeenCompositor
from tui.drawing.styled_lines import Line
from tui.screens.main import MainScreen
from tui.widgets.bars import KeyBar, Tabs
from tui.widgets.line_widget import LineWidget


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Screen[object]]:
    """The screens that were laid out, once for each time."""
    made: list[Screen[object]] = []
    lay_out = Screen._refresh_layout

    def counted(screen: Screen[object], *arguments: object, **options: object) -> None:
        made.append(screen)
        lay_out(screen, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    return made


@pytest.fixture
def paintings(monkeypatch: pytest.MonkeyPatch) -> list[Screen[object]]:
    """The screens that were painted from the first to the last cell, once for each time."""
    made: list[Screen[object]] = []
    paint = Screen._compositor_refresh

    def counted(screen: Screen[object]) -> None:
        if screen.size.region in screen._compositor._dirty_regions:
            made.append(screen)
        paint(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", counted)
    return made


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[set[Region]]:
    """What was painted anew in each frame."""
    made: list[set[Region]] = []
    paint = SeenCompositor.render_partial_update

    def counted(compositor: SeenCompositor) -> CompositorUpdate | None:
        made.append({*compositor._dirty_regions})
        return paint(compositor)

    monkeypatch.setattr(SeenCompositor, "render_partial_update", counted)
    return made


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_nothing_is_styled_twice_before_the_first_frame(
    home: Home, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    styled: list[DOMNode] = []
    before: Counter[DOMNode] = Counter()
    apply, begin = Stylesheet.apply, MainScreen._begin

    def counted(sheet: Stylesheet, node: DOMNode, **options: Any) -> None:
        styled.append(node)
        apply(sheet, node, **options)

    async def begun(screen: MainScreen) -> None:
        before.update(styled)
        await begin(screen)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    monkeypatch.setattr(MainScreen, "_begin", begun)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        board = console.main.board
        assert board in before and board.pane("model") in before
        assert {node: count for node, count in before.items() if count > 1} == {}

    run_console(home, scene, size)


async def at_rest(pilot: Pilot[None], console: Console) -> None:
    """Wait until nothing comes any more that lays out or paints by itself."""
    await until(pilot, lambda: console.main.is_complete and console.main.following.reference is not None)
    await until(pilot, lambda: "epoch 3 of 5" in pane_text(console, "digits"))
    await until(pilot, lambda: "0.8 s an epoch" in pane_text(console, "model"))


async def see_views(pilot: Pilot[None], console: Console) -> None:
    """Go through the views, so that each has been seen."""
    await at_rest(pilot, console)
    for key in "23456":
        await pilot.press(key)
        await pilot.pause()


def test_views_seen_before_are_laid_out_once_and_never_painted_twice(
    stocked_home: Home, layouts: list[Screen[object]], paintings: list[Screen[object]], frames: list[set[Region]]
) -> None:
    """You should see a view in one frame, and after it which keys it has."""
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await see_views(pilot, console)
        for key in "123456":
            layouts.clear()
            paintings.clear()
            frames.clear()
            await pilot.press(key)
            await pilot.pause()
            assert (key, len(layouts)) == (key, 1)
            assert (key, paintings) == (key, [])
            keys = console.main.query_one(KeyBar).region
            assert frames
            later = [region for frame in frames[1:] for region in frame]
            assert all(keys.contains_region(region) for region in later), (key, later)

    run_console(stocked_home, scene)


def test_a_view_seen_before_is_drawn_once_and_the_curves_of_a_run_after_it(
    stocked_home: Home, frames: list[set[Region]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see a view at once, with the curves it had, and these as they are now a moment later."""
    story(stocked_home)
    drawn: list[tuple[LineWidget, int]] = []
    draw = LineWidget._drawn

    def counted(widget: LineWidget, width: int, height: int) -> list[Line]:
        # A frame is counted from before what is put off until it is drawn.
        drawn.append((widget, len(frames)))
        return draw(widget, width, height)

    monkeypatch.setattr(LineWidget, "_drawn", counted)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await see_views(pilot, console)
        charts = {*console.main.board.curves.query(Chart)}
        for key in "213141":
            drawn.clear()
            frames.clear()
            await pilot.press(key)
            await until(pilot, lambda: key != "1" or charts <= {widget for widget, _ in drawn})  # noqa: B023
            with_view = [widget for widget, frame in drawn if frame <= 1]
            later = [widget for widget, frame in drawn if frame > 1 and not isinstance(widget, (KeyBar, Tabs))]
            assert charts.isdisjoint(with_view) and charts.issuperset(later), (key, with_view, later)

    run_console(stocked_home, scene)


def test_of_a_view_seen_before_only_the_marks_are_styled_and_a_row_of_each_frame_is_drawn(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(stocked_home)
    styled: list[DOMNode] = []
    drawn: list[int] = []
    apply, draw = Stylesheet.apply, StylesCache.render_line

    def counted(sheet: Stylesheet, node: DOMNode, **options: Any) -> None:
        styled.append(node)
        apply(sheet, node, **options)

    def drawing(cache: StylesCache, *arguments: Any) -> Strip:
        drawn.append(arguments[1])
        return draw(cache, *arguments)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    monkeypatch.setattr(StylesCache, "render_line", drawing)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await see_views(pilot, console)
        for key in "123456":
            styled.clear()
            drawn.clear()
            await pilot.press(key)
            await pilot.pause()
            seen = [pane for pane in console.main.board.there.values() if pane.is_on_screen]
            # Of all the panes, those that have got or lost the mark since they were seen.
            assert len(styled) == len({*styled}) <= 3, (key, styled)
            assert len(drawn) <= 4 * len(seen), (key, len(drawn))

    run_console(stocked_home, scene)


def test_the_keys_are_worked_out_anew_when_a_run_stands_otherwise_and_not_at_each_of_its_steps(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = story(stocked_home)
    steps = [event for event in trained(4, 4) if isinstance(event, Steps)]
    times: list[MainScreen] = []
    refresh = MainScreen.refresh_bindings

    def counted(screen: MainScreen) -> None:
        times.append(screen)
        refresh(screen)

    monkeypatch.setattr(MainScreen, "refresh_bindings", counted)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await at_rest(pilot, console)
        times.clear()
        for step in steps:
            append(run, step)
            await until(pilot, lambda step=step: f"{step.step:,}" in pane_text(console, "run"))  # type: ignore[misc]
        assert not times
        append(run, Paused(time=NOW, step=steps[-1].step, epoch=4))
        await until(pilot, lambda: "paused" in pane_text(console, "run") and times)

    with Live(run):
        run_console(stocked_home, scene)


def test_the_focus_moves_without_laying_out_or_painting_the_whole_screen(
    stocked_home: Home, layouts: list[Screen[object]], paintings: list[Screen[object]]
) -> None:
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await at_rest(pilot, console)
        paintings.clear()
        layouts.clear()
        for key in ("tab", "tab", "e", "escape"):
            await pilot.press(key)
            await pilot.pause()
        assert (layouts, paintings) == ([], [])

    run_console(stocked_home, scene)


def test_zooming_lays_out_once_and_closing_a_dialog_paints_once(
    stocked_home: Home, layouts: list[Screen[object]], paintings: list[Screen[object]]
) -> None:
    story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await at_rest(pilot, console)
        for _ in range(2):
            layouts.clear()
            await pilot.press("z")
            await pilot.pause()
            assert len(layouts) == 1
        for key in ("question_mark", "ctrl+p"):
            await pilot.press(key)
            await until(pilot, lambda: console.screen is not console.main)
            await pilot.pause()
            layouts.clear()
            paintings.clear()
            await pilot.press("escape")
            await until(pilot, lambda: console.screen is console.main)
            assert (key, layouts, paintings) == (key, [], [console.main])

    run_console(stocked_home, scene)
