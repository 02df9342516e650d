"""Several runs in one chart: means and bands, differences, and what is not made twice."""

from __future__ import annotations

import gc
import math
import statistics
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparison.formats import difference_text
from engine.comparison.table import FIGURE
from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Resumed, RunStarted, Steps
from engine.runs.state import RunState
from tests.builders.chart_runs import START, epoch_event, member, run, ten_long_runs
from tests.builders.work import calls
from tui.charts.chart import NOTHING, draw
from tui.charts.chart_data import EPOCH, STEP, TIME, X_AXES, ChartData, ChartOptions
from tui.charts.comparison_chart import METRICS, Member, Metric, overlay
from tui.charts.symbols import ASCII, BRAILLE, LINUX, Symbols
from tui.charts.units import Unit
from tui.drawing.styled_lines import plain, width

METRIC = {metric.name: metric for metric in METRICS}
TEST, LOSS = METRIC["test_accuracy"], METRIC["train_loss"]
PLAIN = ChartOptions()
LITTLE_MORE = 4

DEEP = run([0.92, 0.95, 0.96, 0.97])
L2 = run([0.91, 0.94, 0.955, 0.9725])
SEEDS = (run([0.82, 0.86, 0.88, 0.885]), run([0.86, 0.88, 0.90, 0.905]), run([0.84, 0.90, 0.95, 0.925]))


def members() -> list[Member]:
    return [member(0, "deep", DEEP), member(1, "l2", L2), member(2, "dropout", *SEEDS)]


def picture(data: ChartData, size: tuple[int, int], symbols: Symbols = BRAILLE, crosshair: float | None = None) -> str:
    return "\n".join(plain(line).rstrip() for line in draw(data, PLAIN, *size, symbols, crosshair).lines)


def test_test_accuracy_comes_first() -> None:
    assert METRICS[0] is TEST


def test_one_curve_a_member_named_by_its_letter() -> None:
    data = overlay(members(), TEST)
    assert [(curve.name, curve.short, curve.colour, curve.mark) for curve in data.curves] == [
        ("A deep", "A", 0, 0),
        ("B l2", "B", 1, 1),
        ("C dropout", "C", 2, 2),
    ]
    assert data.curves[0].x.tolist() == [100, 200, 300, 400]
    assert data.curves[0].y.tolist() == [0.92, 0.95, 0.96, 0.97]
    assert data.unit is Unit.PERCENT and (data.x.end, data.x.per_epoch) == (400, 100)
    assert data.baseline is None


def test_several_runs_become_their_mean_and_sample_standard_deviation() -> None:
    curve = overlay(members(), TEST).curves[2]
    columns = list(zip([0.82, 0.86, 0.88, 0.885], [0.86, 0.88, 0.90, 0.905], [0.84, 0.90, 0.95, 0.925], strict=True))
    assert curve.y == pytest.approx([statistics.mean(values) for values in columns])
    assert curve.deviation == pytest.approx(np.array([statistics.stdev(values) for values in columns]))


def test_only_places_where_all_runs_have_a_value_count() -> None:
    curve = overlay([member(0, "group", run([0.8, 0.9]), run([0.6]))], TEST).curves[0]
    assert curve.x.tolist() == [100] and curve.y == pytest.approx([0.7])


def test_by_time_a_group_lies_at_its_mean_time() -> None:
    curve = overlay([member(0, "group", run([0.8, 0.9], pace=50), run([0.6, 0.7], pace=25))], TEST, TIME).curves[0]
    assert curve.x == pytest.approx([3, 6], abs=0.01)


def test_runs_told_at_different_steps_meet_along_straight_lines() -> None:
    every_ten, every_twentyfive = run([0.9], every=10), run([0.9], every=25)
    curve = overlay([member(0, "group", every_ten, every_twentyfive)], LOSS).curves[0]
    known = dict(zip(every_ten.series.step, every_ten.series.loss, strict=True))
    left, right = every_twentyfive.series.loss[0], every_twentyfive.series.loss[1]
    assert curve.x[np.isfinite(curve.y)].tolist() == [30, 40, 50, 60, 70, 80, 90, 100]
    assert curve.at(30) == pytest.approx((known[30] + left + 5 / 25 * (right - left)) / 2)


def test_the_axis_is_as_long_as_the_longest_member() -> None:
    long = member(1, "long", run([0.9], per_epoch=100, epochs=30))
    assert overlay([*members(), long], TEST).x.end == 3000
    assert overlay([*members(), long], TEST, EPOCH).x.end == 30
    assert overlay([member(0, "small batches", run([0.9], per_epoch=800)), *members()], TEST).x.per_epoch == 0


@pytest.mark.parametrize(
    ("name", "first", "unit"),
    [
        ("test_loss", 1.1 - 0.92, Unit.NUMBER),
        ("train_accuracy", 0.92, Unit.PERCENT),
        ("train_loss", 2.3 * math.exp(-3 * 10 / 400), Unit.NUMBER),
        ("gap", 0.01, Unit.POINTS),
        ("learning_rate", 0.1, Unit.NUMBER),
        ("samples_per_second", 1600, Unit.COUNT),
    ],
)
def test_every_metric_is_what_the_events_say(name: str, first: float, unit: Unit) -> None:
    data = overlay([member(0, "deep", DEEP)], METRIC[name])
    assert data.curves[0].y[0] == pytest.approx(first) and data.unit is unit


def test_runs_without_a_metric_are_left_out_and_their_baseline_too() -> None:
    validated = run([0.9], validation=True)
    data = overlay([member(0, "deep", DEEP), member(1, "held out", validated)], METRIC["validation_accuracy"], STEP, 0)
    assert [curve.name for curve in data.curves] == ["B held out"] and data.baseline is None
    nobody = overlay(members(), METRIC["validation_accuracy"])
    assert "holds out validation digits" in picture(nobody, (60, 8))
    assert "mark runs" in picture(overlay([], TEST), (60, 8))
    assert "epoch" in picture(overlay([member(0, "new", RunState())], TEST), (60, 8))


def test_a_comparison_with_its_baseline() -> None:
    """You should see three curves, a shaded band around the lowest, and behind each value its difference from A's."""
    assert picture(overlay(members(), TEST, STEP, 0), (76, 16)) == (
        "● A deep 97.00 % base    ▲ B l2 97.25 % +0.25   ■ C dropout 90.50 % -6.50\n"
        "100 %┤\n"
        "     │                                                                   ⣀⣀▲\n"
        "     │                                            ⣀⣀⣀⣀⣀⣀⢤⣤▲⣤⣤⠴⠶⠶⠶⠒⠒⠚⠛⠋⠉⠉⠉⠁\n"
        " 95 %┤                             ⣀⣀⡠⠤⠤⣒▲⣒⡲⠭⠭⠭⠭⠛⠛⠒⠒⠉⠉⠉⠉⠁⢀⢄⢄⢀⢀⢀\n"
        "     │                   ⣀⣀⡠⠤⠤⠒⢒⣊⡩⠭⠤⠒⠒⠉⠉          ⢀⢀⢄⢔⢔⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢔⢔⢄⢄⢄⢄⢀⢀\n"
        "     │                 ▲⣉⠤⠤⠒⠒⠉⠉⠁             ⢀⢀⢄⢔⢔⢕⢕⢕⢕⢕⢕⢕⢀■⣀⣀⣀⣀⣀⣀⣀⣀⢕⢕⢕⢕⢕⢕⢕⢕⢕\n"
        " 90 %┤                                ⢀⢀⢀⢄⢔⢔⢕⢕⢕⢕⢕⣀⣀⠤⠤⠔⠒⠊⠉⠁⢕⢕⢕⢕⢕⢕⢕⢕⢕⠉⠉⠉⠉⠉⠉⠉⠉■\n"
        "     │                          ⢀⢀⢄⢔⢔⢕⢕⢕⢀■⡠⠤⠔⠒⠊⠉⠉⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⠕⠕⠕⠕⠕⠕⠑⠑⠑⠑\n"
        "     │                   ⢀⢀⢄⢔⢔⢔⢕⢕⢀⣀⠤⠤⠒⠊⠉⠁⢕⢕⢕⢕⠕⠕⠕⠕⠕⠕⠑⠑⠑⠑⠁⠁⠁⠁⠁⠁\n"
        " 85 %┤                 ⢐⢕⢕⢀⣀⠤⠤⠒⠊⠉⠁⢕⢕⠕⠕⠑⠁⠁\n"
        "     │                 ■⠊⠉⠁⢕⢕⠕⠕⠑⠁⠁⠁\n"
        "     │                 ⠐⠕⠑⠁⠁\n"
        " 80 %┤\n"
        "     └┬───────┬────────┬────────┬────────┬───────┬────────┬────────┬────────\n"
        "      0      50       100      150      200     250      300      350   step"
    )


def test_a_comparison_in_ascii_at_a_crosshair() -> None:
    """You should see colons around the lowest curve, letters on the epochs, and the values of epoch 2."""
    drawn = picture(overlay(members(), TEST, STEP, 1), (60, 14), ASCII, 210)
    assert drawn.isascii()
    assert drawn == (
        "O A deep 95.00 % +1.00   ^ B l2 94.00 % base\n"
        "# C dropout 88.00 % -6.00\n"
        "100 %+                            |\n"
        "     |                            |                  ******^\n"
        " 95 %+                     ******O************^******\n"
        "     |             O*************^******  ::::::::::::::\n"
        " 90 %+             ^*******       | :::::::***#************#\n"
        "     |                        ::::|::******:::::::::::::::::\n"
        "     |                 :::::::***#***::::::\n"
        " 85 %+             ::::*******    |\n"
        "     |             #***           |\n"
        " 80 %+                            |\n"
        "     ++------------+-------------+------------+-------------\n"
        "      0           100   step 210, epoch 2.10 300        step"
    )


@pytest.mark.parametrize("symbols", [BRAILLE, LINUX, ASCII])
def test_a_band_is_shaded_behind_everything_and_within_the_limits(symbols: Symbols) -> None:
    drawing = draw(overlay(members(), TEST), PLAIN, 76, 20, symbols)
    styles = [style for line in drawing.lines for _, style in line]
    assert "shade-2" in styles and "shade-0" not in styles
    curve = overlay(members(), TEST).curves[2]
    low, high = curve.band(400)
    assert drawing.axes is not None and drawing.axes.y.low <= low.min() and high.max() <= drawing.axes.y.high


@pytest.mark.parametrize(
    ("columns", "rows", "name"), [(120, 20, "E adam, rate 0.001 "), (78, 18, "E adam,… "), (78, 14, "E ")]
)
def test_ten_runs_have_a_legend_of_at_most_a_quarter_of_the_height(columns: int, rows: int, name: str) -> None:
    data = overlay(ten_long_runs(100), TEST, STEP, 0)
    drawing = draw(data, PLAIN, columns, rows, BRAILLE)
    assert drawing.plot is not None
    height = rows - drawing.plot.rows - 2
    legend = "\n".join(plain(line) for line in drawing.lines[:height])
    assert height <= rows // 4
    for place, mark in enumerate("●▲■◆○△□◇▼▽"):
        assert f"{mark} {chr(65 + place)}" in legend
        assert f"{90 + place / 2:.2f} % {'base' if not place else f'+{place / 2:.2f}'}" in legend
    assert f"○ {name}92.00 %" in " ".join(legend.split())


def test_more_than_two_lines_of_legend_are_columns() -> None:
    drawing = draw(overlay(ten_long_runs(100), TEST, STEP, 0), PLAIN, 120, 20, BRAILLE)
    legend = [plain(line) for line in drawing.lines[:4]]
    places = {tuple(i for i, symbol in enumerate(line) if symbol == "%") for line in legend[:3]}
    assert len(places) == 1


def test_curves_by_step_are_told_apart_by_marks_that_do_not_cover_each_other() -> None:
    data = overlay(ten_long_runs(1000, 0.0), LOSS)
    drawing = draw(data, PLAIN, 120, 20, BRAILLE)
    legend = 20 - drawing.plot.rows - 2 if drawing.plot else 0
    drawn = "".join(plain(line) for line in drawing.lines[legend:])
    assert all(drawn.count(mark) >= 3 for mark in "●▲■◆○△□◇▼▽"), "though all ten lie on one line"


def test_a_run_that_diverged_does_not_flatten_the_others() -> None:
    gone = run([0.1, 0.1])
    gone.series.loss[5:] = type(gone.series.loss)("d", [1e7] * (len(gone.series.loss) - 5))
    data = overlay([*members(), member(3, "gone", gone)], LOSS)
    drawing = draw(data, PLAIN, 100, 24, BRAILLE)
    assert drawing.axes is not None and drawing.axes.y.high <= 5
    assert "D gone 1.00e7" in plain(drawing.lines[0]) + plain(drawing.lines[1])


def test_a_close_up_fits_the_axis_to_the_second_half() -> None:
    data = overlay([member(0, "deep", run([0.1, 0.95, 0.96, 0.97]))], TEST)
    far, close = (draw(data, ChartOptions(close=near), 76, 20, BRAILLE) for near in (False, True))
    assert far.axes is not None and far.axes.y.low == 0
    assert close.axes is not None and close.axes.y.low >= 0.94
    assert plain(close.lines[-1]).endswith("close-up")


def test_nothing_is_made_again_while_no_event_came() -> None:
    group = [member(0, "live", run([0.8, 0.9])), *members()[1:]]
    first = overlay(group, LOSS)
    group[0].states[0].apply(Steps(time=START + 9, step=210, epoch=3, loss=9.0, accuracy=0.9, min_loss=0, max_loss=1,
                                   learning_rate=0.1, samples_per_second=1))  # fmt: skip
    later = overlay(group, LOSS)
    assert later.curves[0].y[-1] == 9.0
    assert [a is b for a, b in zip(first.curves, later.curves, strict=True)] == [False, True, True]
    assert overlay(group, TEST).curves == overlay(group, TEST).curves


def test_a_run_that_was_taken_up_again_shows_its_new_epochs() -> None:
    state = run([0.8, 0.9])
    group = [member(0, "again", state)]
    assert overlay(group, TEST).curves[0].y.tolist() == [0.8, 0.9]
    state.apply(Resumed(time=START + 20, step=100, epoch=1))
    state.apply(epoch_event(2, 200, 0.85, START + 30, 2.0))
    assert overlay(group, TEST).curves[0].y.tolist() == [0.8, 0.85]


def test_another_run_in_the_place_of_one_that_is_gone_has_its_own_curve() -> None:
    for accuracy in (0.5, 0.6, 0.7, 0.8):
        assert overlay([member(0, "one", run([accuracy]))], TEST).curves[0].y.tolist() == [accuracy]
        gc.collect()


def test_a_chart_keeps_no_run_alive() -> None:
    state = run([0.9])
    overlay([member(0, "gone", state)], TEST)
    assert sum(referrer is not None for referrer in gc.get_referrers(state) if isinstance(referrer, (tuple, list))) == 0


FIGURES = st.floats(0, 1) | st.floats() | st.just(math.nan)
EPOCHS = st.lists(st.tuples(FIGURES, FIGURES, st.floats(0, 1e6)), max_size=6)


def told(epochs: list[tuple[float, float, float]]) -> RunState:
    """A run of any figures."""
    state = RunState()
    state.apply(
        RunStarted(
            time=START, id="a", run_name="a", config=RunConfig(epochs=6), device="cpu", parameters=1, train_size=100,
            test_size=100, steps_per_epoch=10,
        )
    )  # fmt: skip
    for epoch, (loss, accuracy, seconds) in enumerate(epochs, 1):
        state.apply(
            Steps(
                time=START + epoch, step=epoch * 10 - 1, epoch=epoch, loss=loss, accuracy=accuracy, min_loss=loss,
                max_loss=loss, learning_rate=loss, samples_per_second=1,
            )
        )  # fmt: skip
        state.apply(
            Epoch(
                time=START + epoch, epoch=epoch, step=epoch * 10, train_loss=loss, train_accuracy=accuracy, penalty=0.0,
                test_loss=loss, test_accuracy=accuracy, seconds=seconds, evaluation_seconds=0.0,
                validation_loss=loss, validation_accuracy=accuracy,
            )
        )  # fmt: skip
    return state


STATES = EPOCHS.map(told)
MEMBERS = st.lists(st.lists(STATES, max_size=3), max_size=5).map(
    lambda groups: [member(place, f"run {place}", *states) for place, states in enumerate(groups)]
)
OPTIONS = st.builds(ChartOptions, st.booleans(), st.sampled_from((0.0, 0.5)), st.just(STEP), st.booleans())


@given(MEMBERS, st.sampled_from(METRICS), st.sampled_from(X_AXES), st.none() | st.integers(-1, 5), OPTIONS,
       st.sampled_from((BRAILLE, LINUX, ASCII)), st.none() | st.floats(0, 100))  # fmt: skip
def test_any_figures_make_a_chart(
    compared: list[Member],
    metric: Metric,
    x_axis: str,
    baseline: int | None,
    options: ChartOptions,
    symbols: Symbols,
    crosshair: float | None,
) -> None:
    data = overlay(compared, metric, x_axis, baseline)
    before = draw(data, options, 60, 16, symbols)
    for columns, rows in ((60, 16), (30, 7)):
        lines = draw(data, options, columns, rows, symbols, crosshair, before).lines
        assert [width(line) for line in lines] == [columns] * rows


@given(st.lists(STATES, min_size=2, max_size=4), st.sampled_from(METRICS))
def test_a_band_lies_around_the_mean(states: list[RunState], metric: Metric) -> None:
    for curve in overlay([member(0, "group", *states)], metric).curves:
        low, high = curve.band(math.inf)
        known = np.isfinite(low)
        assert (low[known] <= curve.y[known]).all() and (curve.y[known] <= high[known]).all()
        assert np.array_equal(known, np.isfinite(high)) and not np.isinf(curve.y).any()


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=6), st.data())
def test_differences_are_those_of_the_values_shown(correct: list[int], drawn: st.DataObject) -> None:
    """Of single runs to the last digit: their accuracies are whole numbers of ten thousand test digits."""
    baseline = drawn.draw(st.integers(0, len(correct) - 1))
    compared = [member(place, "run", run([right / 10_000])) for place, right in enumerate(correct)]
    data = overlay(compared, TEST, STEP, baseline)
    legend = " ".join(plain(line) for line in draw(data, PLAIN, 200, 24, ASCII).lines[:6])
    for place, right in enumerate(correct):
        value, _, against, *_ = legend.split(f" {chr(65 + place)} run ")[1].split()
        assert value.startswith(f"{right / 100:.2f}"[:5])
        if place == baseline:
            assert against == "base"
        else:
            expected = difference_text(FIGURE["test_accuracy"].measure, (right - correct[baseline]) / 10_000)
            assert against == expected.replace("-0.00", "+0.00")


def work_of(act: Callable[[int], object]) -> int:
    """How many functions are called when it is done for the second time."""
    act(0)
    return calls(lambda: act(1))


@pytest.mark.parametrize("smoothing", [0.0, 0.01])
def test_ten_times_the_points_cost_little_more(smoothing: float) -> None:
    def first_and_moving(points: int) -> tuple[int, int]:
        data, options = overlay(ten_long_runs(points), LOSS, STEP, 0), ChartOptions(smoothing=smoothing)
        before = draw(data, options, 120, 20, BRAILLE)
        return (
            work_of(lambda _: draw(data, options, 120, 20, BRAILLE)),
            work_of(lambda turn: draw(data, options, 120, 40, BRAILLE, turn, before)),
        )

    for few, many in zip(first_and_moving(1_000), first_and_moving(10_000), strict=True):
        assert many < LITTLE_MORE * few


def test_a_live_run_beside_nine_others_costs_little_more_with_ten_times_the_points() -> None:
    def update(points: int) -> int:
        compared, drawing = ten_long_runs(points), NOTHING
        live = compared[9].states[0]

        def grow(turn: int) -> None:
            nonlocal drawing
            step = int(live.series.step[-1]) + 1
            live.apply(Steps(time=START + 999, step=step, epoch=10, loss=0.5, accuracy=0.9, min_loss=0,
                             max_loss=1, learning_rate=0.1, samples_per_second=1))  # fmt: skip
            data = overlay(compared, LOSS, STEP, 0)
            drawing = draw(data, ChartOptions(smoothing=0.01), 120, 20, BRAILLE, None, drawing)

        return work_of(grow)

    assert update(10_000) < LITTLE_MORE * update(1_000)


def test_a_hundred_thousand_points_cost_little_more_than_a_thousand() -> None:
    def one_curve(points: int) -> int:
        x = np.arange(float(points))
        noisy = 2 * np.exp(-x / 20_000) + np.random.default_rng(3).normal(0, 0.05, points)
        curve = replace(overlay(members(), LOSS).curves[0], x=x, y=noisy)
        data = ChartData((curve,), unit=Unit.NUMBER)
        return work_of(lambda _: draw(data, PLAIN, 120, 20, BRAILLE))

    assert one_curve(100_000) < LITTLE_MORE * one_curve(1_000)
