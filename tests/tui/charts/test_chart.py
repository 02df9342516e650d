"""Whole charts, as the text one sees."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders.curves import STEPS, accuracies, curve_of, falling, losses
from tui.charts.chart import draw
from tui.charts.chart_data import COLOURS, EPOCH, STEP, TIME, ChartData, ChartOptions, Curve, XAxis
from tui.charts.symbols import ASCII, BRAILLE, LINUX, Symbols
from tui.charts.units import Unit
from tui.drawing.styled_lines import plain, width

LINEAR, LOG = ChartOptions(), ChartOptions(log=True)
ALL_SYMBOLS = st.sampled_from((BRAILLE, LINUX, ASCII))


def picture(
    data: ChartData,
    options: ChartOptions = LINEAR,
    size: tuple[int, int] = (48, 12),
    symbols: Symbols = BRAILLE,
    crosshair: float | None = None,
) -> str:
    """The drawing as text, without blanks at the ends of lines."""
    lines = draw(data, options, *size, symbols, crosshair).lines
    return "\n".join(plain(line).rstrip() for line in lines)


def test_training_and_test_losses_share_an_axis_as_long_as_the_run() -> None:
    """You should see both curves end at step 600 of 1,000, and the last value of each above."""
    assert picture(losses(600)) == (
        "━ train 0.0665   ● test 0.1249\n"
        "  1.0┤⡀\n"
        "     │⠘⡄\n"
        "     │ ⠘⡄\n"
        "     │  ⠘⡄\n"
        "  0.5┤   ⠈⠢⡀\n"
        "     │     ⠘⢄⡀\n"
        "     │       ⠘●⢦⡤⢄⣀⡀\n"
        "     │          ⠈⠑⠒⠬⢍⣑●⠒⠒⠤⠤⠤⠤⣀⣀●\n"
        "  0.0┤                 ⠉⠉⠉⠉⠒⠒⠒⠒⠂\n"
        "     └┬───────┬───────┬────────┬───────┬────────\n"
        "      0      200     400      600     800   step"
    )


def test_a_crosshair_on_a_logarithmic_chart_with_another_run_behind() -> None:
    """You should see dotted lines behind, an upright line at step 400, and the values there above."""
    assert picture(losses(600, behind=True), LOG, crosshair=400) == (
        "━ train 0.1125   ● test 0.1677\n"
        "╍ old train 0.1801   ○ old test 0.3677\n"
        "     │⠄               ┊\n"
        "    1┤⣀⠁⠂⠄⡀           ┊\n"
        "     │ ⠉⠢⢄⡀⠁⠄⡀        ┊\n"
        "     │    ⠈⠑⠤⡀○⠃⠅⡂⠂⠂⠂⠄○⠄⠄⠄⠄⡀⡀⡀⡀○⡀⡀⡀⡀\n"
        "  0.3┤       ⠈●⠲⢖⠤⢄⣀⠄⡀┊            ⠈⠁⠁⠁○⠁⠁⠁⠁⠁⠁⠁○\n"
        "     │           ⠉⠑⠢⢍⡉●⠒⠤⠤⠤⣀⣀⣀\n"
        "  0.1┤               ⠈⠉⠒⠢⠤⣀⡀⠁⠁⠉●⠂⠄⠄⠄⠄⠄⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀\n"
        "     │                ┊    ⠈⠉⠑⠒⠂\n"
        "     └┬───────┬───────┬────────┬────────────────\n"
        "      0     step 400, epoch 2.00       step  log"
    )


def test_plain_ascii() -> None:
    """You should see stars and dots, letters on the epochs, and no symbol beyond ASCII."""
    drawn = picture(losses(600, behind=True), symbols=ASCII)
    assert drawn.isascii()
    assert drawn == (
        "* train 0.0665   O test 0.1249\n"
        ". old train 0.0818   o old test 0.3034\n"
        "  1.5+.\n"
        "     | .\n"
        "  1.0+  .\n"
        "     |** ..\n"
        "     | *** ..\n"
        "  0.5+   ****.o....\n"
        "     |      **O****...o........o.......o.......o\n"
        "  0.0+            ****O********O................\n"
        "     ++-------+-------+--------+-------+--------\n"
        "      0      200     400      600     800   step"
    )


def test_accuracies_are_percentages() -> None:
    """You should see 98.72 % above, and an axis that ends at 100 %."""
    assert picture(accuracies(), size=(40, 9)) == (
        "━ train 98.72 %\n"
        "100 %┤           ⢀⣀⣀⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒\n"
        "     │       ⡠⠔⠒⠉⠁\n"
        "     │    ⢀⠔⠉\n"
        "     │   ⡰⠁\n"
        "     │ ⢀⠜\n"
        " 80 %┤⢀⠎\n"
        "     │⠁\n"
        "      0               500           step"
    )


def test_a_gap_and_a_spike() -> None:
    """You should see nothing between steps 300 and 500, and one narrow spike at 600."""
    loss = falling()
    loss[30:50] = math.nan
    loss[60] = 0.9
    curve = Curve("train", np.arange(10.0, STEPS + 1, 10), loss)
    assert picture(ChartData((curve,), XAxis(STEP, Unit.COUNT, STEPS)), size=(48, 10)) == (
        "━ train 0.0511\n"
        "  1.0┤⡀                        ⢠\n"
        "     │⠈⢢                       ⢸\n"
        "     │  ⠱⡀                     ⢸\n"
        "  0.5┤   ⠈⠢⡀                   ⡼⡀\n"
        "     │     ⠈⠒⢄⡀                ⡇⡇\n"
        "     │        ⠈⠑⠢⠤⢄            ⡇⡇\n"
        "  0.0┤                     ⠒⠒⠢⠤⠇⠧⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤\n"
        "     └┬───────┬───────┬────────┬───────┬────────\n"
        "      0      200     400      600     800   step"
    )


def test_less_and_less_space() -> None:
    """You should see the axes go first, then the names, and the curves last."""
    assert picture(losses(600), size=(20, 5)) == "━ 0.0665   ● 0.1249\n⢆\n⠈⢣⡀\n  ⠘⢢●⡀\n    ⠈⠙⠛⠳⠶⠶⠦⠤●"
    assert picture(losses(600), size=(10, 3)) == "━   ●\n⢣⡀\n ⠘●⢦⣤⣄⡀"
    assert picture(losses(600), size=(30, 5), crosshair=400).splitlines()[0] == "step 400   ━ 0.1125   ● 0.1677"


def test_an_empty_chart_says_what_to_do() -> None:
    """You should see the hint in the middle."""
    empty = ChartData(hint="Nothing yet: press F5 to train.")
    assert picture(empty, size=(20, 5)) == "\n Nothing yet: press\n    F5 to train.\n\n"


def test_a_run_without_figures_yet_shows_its_hint_until_it_has_one() -> None:
    assert "press F5" in picture(replace(losses(600), curves=(Curve("train", np.empty(0), np.empty(0)),)))
    assert "press F5" not in picture(losses(10))


def test_ten_runs_have_ten_marks_and_ten_colours() -> None:
    x = np.arange(1.0, 11)
    curves = tuple(Curve(f"run {i}", x, np.linspace(0.80, 0.90, 10) + i / 100, i, i) for i in range(10))
    data = ChartData(curves, XAxis(EPOCH, Unit.COUNT, 10, 1), Unit.PERCENT)
    for symbols in (BRAILLE, LINUX, ASCII):
        drawing = draw(data, LINEAR, 78, 18, symbols)
        spans = [span for line in drawing.lines for span in line]
        assert {style for _, style in spans} >= {f"curve-{i}" for i in range(COLOURS)}
        legend = "".join(plain(line) for line in drawing.lines[:3])
        assert all(f"{symbols.marks[i]} run {i}" in legend for i in range(10))
        assert len(set(symbols.marks)) == 10


def test_a_smoothed_curve_has_its_own_values_faintly_behind() -> None:
    noisy = falling() + np.random.default_rng(3).normal(0, 0.1, 100)
    noisy[70] = 3.0
    data = ChartData((Curve("train", np.arange(10.0, STEPS + 1, 10), noisy, smooth=True),), losses().x)
    styles = {style for line in draw(data, LINEAR, 60, 14, BRAILLE).lines for _, style in line}
    assert "faint-0" not in styles
    smoothed = draw(data, ChartOptions(smoothing=0.1), 60, 14, BRAILLE)
    assert {"faint-0", "curve-0"} <= {style for line in smoothed.lines for _, style in line}
    assert plain(smoothed.lines[-1]).endswith("step  smooth 10 %")
    assert "faint-0" in [style for _, style in smoothed.lines[3]], "the spike, near the upper limit of 3, is still seen"


def test_epochs_lie_at_their_steps_on_every_axis() -> None:
    for axis, per_epoch in ((XAxis(STEP, Unit.COUNT, STEPS), 200), (XAxis(EPOCH, Unit.COUNT, 5), 1)):
        epochs = np.arange(1.0, 6) * per_epoch
        curves = (Curve("test", epochs, np.full(5, 0.5), 1, 0), Curve("train", epochs, np.full(5, 0.5)))
        drawing = draw(ChartData(curves, axis), LINEAR, 56, 12, BRAILLE)
        row = next(plain(line) for line in drawing.lines[1:] if "●" in plain(line))
        assert [place for place, symbol in enumerate(row) if symbol == "●"] == [16, 26, 36, 46, 55]


def test_a_run_that_diverged_behind_does_not_flatten_the_one_before_it() -> None:
    gone = Curve("gone", np.arange(10.0, STEPS + 1, 10), np.geomspace(1, 1e30, 100), faint=True)
    data = replace(losses(600), curves=(*losses(600).curves, gone))
    axes = draw(data, LINEAR, 60, 14, BRAILLE).axes
    assert axes is not None and axes.y.high <= 10


def long_run(steps: int, behind: Curve | None = None) -> ChartData:
    """A run of 100 epochs of 100 steps each, at one of these steps."""
    x = np.arange(50.0, steps + 1, 50)
    curve = Curve("train", x, 0.1 + np.exp(-x / 2000))
    return ChartData((curve, behind) if behind else (curve,), XAxis(STEP, Unit.COUNT, 10_000, 100))


def test_the_axis_is_as_long_as_what_is_there() -> None:
    """You should see six of a hundred epochs fill more than half of the chart, and the whole run at its end."""
    ends: list[float] = []
    axes: list[float] = []
    drawing = draw(long_run(50), LINEAR, 60, 14, BRAILLE)
    for steps in range(100, 10_001, 50):
        drawing = draw(long_run(steps), LINEAR, 60, 14, BRAILLE, before=drawing)
        assert drawing.axes is not None
        axes.append(drawing.axes.x.high)
        ends.append(steps / drawing.axes.x.high)
        if steps == 600:
            assert drawing.plot is not None
            assert drawing.plot.column(600) > 30, "today's two columns are seen as curves"
    assert sorted(set(axes)) == [100, 200, 500, 1000, 2000, 5000, 10_000]
    assert all(reached > 0.39 for reached in ends)


def test_a_longer_run_behind_does_not_lengthen_the_axis() -> None:
    x = np.arange(50.0, 10_001, 50)
    drawing = draw(long_run(600, Curve("ref", x, 0.1 + np.exp(-x / 1500), faint=True)), LINEAR, 60, 14, BRAILLE)
    assert drawing.axes is not None and drawing.axes.x.high == 1000


@pytest.mark.parametrize("log", [False, True])
def test_what_lies_behind_counts_for_the_limits_only_while_the_curves_in_front_stay_readable(log: bool) -> None:
    options = ChartOptions(log=log)
    alone = draw(losses(600), options, 60, 14, BRAILLE).axes
    x = np.arange(10.0, STEPS + 1, 10)
    near = replace(losses(600), curves=(*losses(600).curves, Curve("near", x, falling(height=1.6), faint=True)))
    far = replace(losses(600), curves=(*losses(600).curves, Curve("failed", x, np.full(100, 99.0), faint=True)))
    with_near, with_far = (draw(data, options, 60, 14, BRAILLE).axes for data in (near, far))
    assert alone is not None and with_near is not None and with_far is not None
    assert with_near.y.high > alone.y.high and with_far.y == alone.y


def test_a_run_and_its_reference_have_two_rows_of_legend_and_log_and_smoothing_are_always_named() -> None:
    """You should see both runs in two rows however high the chart is, and the notes at the end of the axis."""
    data = losses(600, behind=True)
    for height in (14, 24, 40):
        lines = draw(data, ChartOptions(True, 0.05), 39, height, BRAILLE).lines
        assert "┤" in plain(lines[2]) or "│" in plain(lines[2])
        assert plain(lines[-2]).endswith("smooth 5 % · log") and plain(lines[-1]).endswith("step")
    for size in ((39, 5), (24, 4), (20, 5)):
        lines = draw(data, ChartOptions(True), *size, BRAILLE).lines
        assert plain(lines[0]).endswith("log") and plain(lines[0]).startswith("━"), size
    crossed = draw(data, ChartOptions(True, 0.05), 60, 14, BRAILLE, crosshair=590).lines
    assert "step 590" in plain(crossed[-1]) and plain(crossed[-1]).endswith("smooth 5 % · log")


def test_a_low_chart_keeps_curves_ticks_and_how_it_is_looked_at_in_few_rows() -> None:
    """You should see in one row below the curves where they begin and, in short, the notes."""
    for height in (6, 7, 8, 9):
        lines = [
            plain(line) for line in draw(losses(600), ChartOptions(True, 0.05, close=True), 40, height, BRAILLE).lines
        ]
        assert lines[-1].split()[0] == "0" and lines[-1].endswith("step  5 % · log · close"), lines[-1]
        assert "┤" in "".join(lines[1:3]) and len(lines) == height
        narrow = draw(losses(600), ChartOptions(True, 0.05, close=True), 24, height, BRAILLE).lines
        assert plain(narrow[-1]).endswith("5 % · log · close")


@pytest.mark.parametrize("columns", [30, 38, 48])
def test_a_narrow_chart_has_its_ticks_and_how_it_is_looked_at(columns: int) -> None:
    """You should see the labels of two ticks at least, and above them how the curves are drawn."""
    data, options = losses(600), ChartOptions(log=True, smoothing=0.1, close=True)
    data = replace(data, x=replace(data.x, name=TIME, unit=Unit.SECONDS))
    *_, line, labels = picture(data, options, (columns, 14)).splitlines()
    assert labels.count(":00") >= 2 and labels.endswith("time")
    assert "smooth 10 % · " in line
    *_, crossed = picture(data, options, (columns, 14), crosshair=400).splitlines()
    assert "time 6:40" in crossed


def test_what_lies_beyond_the_end_of_the_axis_is_left_out() -> None:
    longer = Curve("longer", np.arange(10.0, 5001, 10), np.full(500, 0.5), faint=True)
    data = replace(losses(), curves=(*losses().curves, longer))
    axes = draw(data, LINEAR, 60, 14, BRAILLE).axes
    assert axes is not None and axes.x.high == STEPS


def test_axes_stay_while_a_run_grows() -> None:
    first = draw(losses(300), LINEAR, 60, 14, BRAILLE)
    later = draw(losses(310), LINEAR, 60, 14, BRAILLE, before=first)
    assert later.axes == first.axes
    assert sum(a != b for a, b in zip(first.lines, later.lines, strict=True)) <= 2


def test_time_is_estimated_in_steps() -> None:
    data = replace(losses(600), x=XAxis(TIME, Unit.SECONDS, 1210.0))
    drawing = draw(data, LINEAR, 60, 14, BRAILLE)
    assert drawing.axes is not None and drawing.axes.x.high == 600
    later = draw(replace(losses(1000), x=data.x), LINEAR, 60, 14, BRAILLE, before=drawing)
    assert later.axes is not None and later.axes.x.high == 1500, "less than half of what is expected would be free"
    assert "2:00" in plain(drawing.lines[-1]) and plain(drawing.lines[-1]).endswith("time")


def test_names_are_shown_as_text_of_the_cells_they_take() -> None:
    named = replace(losses(600).curves[0], name="[red]犬\x1b[31m\n" + "x" * 500)
    line = draw(ChartData((named,), losses().x), LINEAR, 60, 12, BRAILLE).lines[0]
    assert width(line) == 60
    assert "\x1b" not in plain(line) and "[red]" in plain(line)


ANY = st.floats()
CURVES = st.builds(
    Curve,
    st.text(max_size=12),
    st.lists(ANY, max_size=40),
    st.lists(ANY, max_size=40),
    st.integers(0, COLOURS - 1),
    st.none() | st.integers(0, 12),
    st.booleans(),
    st.booleans(),
)
AXES = st.builds(
    XAxis, st.sampled_from((STEP, EPOCH, TIME)), st.sampled_from((Unit.COUNT, Unit.SECONDS)), ANY, st.just(7.0)
)
DATA = st.builds(ChartData, st.lists(CURVES, max_size=4).map(tuple), AXES, st.sampled_from((Unit.NUMBER, Unit.PERCENT)))
OPTIONS = st.builds(ChartOptions, st.booleans(), st.sampled_from((0.0, 0.02, 0.5)))


@settings(max_examples=30)
@given(DATA, OPTIONS, st.integers(0, 90), st.integers(0, 24), ALL_SYMBOLS, st.none() | st.floats(-1e300, 1e300))
@example(ChartData((curve_of("", [1e300, math.inf], [-1e300, math.nan]),)), LOG, 30, 12, BRAILLE, None)
@example(ChartData((curve_of("", [0.0], [5e-324]),)), LOG, 30, 12, BRAILLE, None)
def test_any_numbers_on_any_size_make_lines_of_that_size(
    data: ChartData, options: ChartOptions, columns: int, rows: int, symbols: Symbols, crosshair: float | None
) -> None:
    before = draw(data, options, 40, 12, symbols)
    lines = draw(data, options, columns, rows, symbols, crosshair, before).lines
    assert [width(line) for line in lines] == [columns if rows and columns else 0] * rows


@given(st.integers(0, 99), st.floats(1.5, 1e30), st.integers(24, 100), st.integers(6, 30), st.booleans())
def test_a_spike_is_drawn_up_to_its_height(place: int, height: float, columns: int, rows: int, log: bool) -> None:
    loss = np.full(100, 1.0)
    loss[place] = height
    data = ChartData((Curve("train", np.arange(100.0), loss),), XAxis(STEP, Unit.COUNT, 99.0))
    drawing = draw(data, ChartOptions(log=log), columns, rows, ASCII)
    assert drawing.plot is not None
    row = drawing.plot.row(float(drawing.plot.axes.y.fractions(np.array([height]))[0]))
    legend = rows - drawing.plot.rows - drawing.plot.has_line - drawing.plot.has_labels
    assert plain(drawing.lines[legend + row])[drawing.plot.column(float(place))] == "*"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0, 0.0])
def test_what_has_no_logarithm_is_a_gap(value: float) -> None:
    loss = falling()
    loss[20:40] = value
    data = replace(losses(), curves=(Curve("train", losses().curves[0].x, loss),))
    axes = draw(data, LOG, 60, 14, BRAILLE).axes
    assert axes is not None and axes.y.low == 0.05


def test_labels_that_would_leave_no_room_for_curves_are_left_out() -> None:
    data = ChartData((Curve("speed", np.array([1.0, 2.0]), np.array([1.0, 8.5e39])),), unit=Unit.COUNT)
    lines = draw(data, ChartOptions(), 30, 7, BRAILLE).lines
    assert [width(line) for line in lines] == [30] * 7
