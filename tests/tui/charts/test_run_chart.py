"""A run's events as charts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, Paused, Resumed, RunFinished, RunStarted, Steps
from engine.runs.state import RunState
from tui.charts.chart import draw
from tui.charts.chart_data import EPOCH, STEP, TIME, ChartOptions
from tui.charts.run_chart import Figure, chart
from tui.charts.symbols import BRAILLE
from tui.charts.units import Unit
from tui.drawing.styled_lines import plain

PER_EPOCH, EPOCHS = 100, 4
START = 1_700_000_000.0


def events(steps: int) -> list[Event]:
    """A run at fifty steps a second, as it is told up to a step."""
    config = RunConfig(epochs=EPOCHS)
    told: list[Event] = [
        RunStarted(
            time=START, id="a", run_name="a", config=config, device="cpu", parameters=1, train_size=3200, test_size=100,
            steps_per_epoch=PER_EPOCH,
        )
    ]  # fmt: skip
    for step in range(10, steps + 1, 10):
        time, epoch = START + step / 50, (step - 1) // PER_EPOCH + 1
        told.append(
            Steps(
                time=time, step=step, epoch=epoch, loss=1 / step, accuracy=1 - 1 / step, min_loss=0.0, max_loss=1.0,
                learning_rate=0.1, samples_per_second=1600,
            )
        )  # fmt: skip
        if step % PER_EPOCH == 0:
            told.append(
                Epoch(
                    time=time, epoch=epoch, step=step, train_loss=1 / step, train_accuracy=0.9, penalty=0.0,
                    test_loss=2 / step, test_accuracy=0.9 + epoch / 100, seconds=2.0, evaluation_seconds=0.0,
                )
            )  # fmt: skip
    return told


def state_of(told: list[Event]) -> RunState:
    state = RunState()
    for event in told:
        state.apply(event)
    return state


def test_steps_and_epochs_share_the_axis_of_steps() -> None:
    data = chart(Figure.LOSS, state_of(events(250)))
    train, test = data.curves
    assert (data.x.end, data.x.per_epoch) == (400, 100)
    assert train.x.tolist() == list(range(10, 251, 10)) and train.y[0] == 0.1
    assert test.x.tolist() == [100, 200] and test.y.tolist() == [0.02, 0.01]


def test_accuracies_are_fractions() -> None:
    data = chart(Figure.ACCURACY, state_of(events(250)))
    assert data.unit is Unit.PERCENT
    assert data.curves[0].y[0] == 0.9 and data.curves[1].y.tolist() == [0.91, 0.92]


def test_by_epoch_and_by_time_everything_keeps_its_order() -> None:
    state = state_of(events(250))
    by_epoch, by_time = chart(Figure.LOSS, state, EPOCH), chart(Figure.LOSS, state, TIME)
    assert by_epoch.x.end == EPOCHS and by_epoch.curves[1].x.tolist() == [1, 2]
    assert by_time.curves[1].x == pytest.approx([2, 4], abs=0.01)
    assert by_time.curves[0].x[-1] == pytest.approx(5, abs=0.01)


def test_the_time_of_a_live_run_is_what_it_is_expected_to_take() -> None:
    state = state_of(events(200))
    assert chart(Figure.LOSS, state, TIME).x.end == pytest.approx(8, rel=0.01)
    paused = state_of(
        [*events(200), Paused(time=START + 4, step=200, epoch=2), Resumed(time=START + 99, step=200, epoch=2)]
    )
    assert chart(Figure.LOSS, paused, TIME).x.end == pytest.approx(8, rel=0.01)


def test_the_time_of_a_finished_run_is_what_it_took() -> None:
    ending = RunFinished(time=START + 8.5, epoch=4, step=400, test_loss=0.1, test_accuracy=0.9, seconds=8.0)
    assert chart(Figure.LOSS, state_of([*events(400), ending]), TIME).x.end == pytest.approx(8.5, rel=0.01)


def test_a_resumed_run_loses_the_points_that_no_longer_count() -> None:
    state = state_of([*events(250), Resumed(time=START + 60, step=200, epoch=2)])
    assert chart(Figure.LOSS, state).curves[0].x[-1] == 200


def test_another_run_lies_faintly_behind() -> None:
    data = chart(Figure.LOSS, state_of(events(50)), STEP, state_of(events(400)))
    faint = [curve for curve in data.curves if curve.faint]
    assert [curve.name for curve in faint] == ["ref batch", "ref test"]
    assert faint[0].x[-1] == 400 and data.x.end == 400
    assert {curve.mark for curve in data.curves if curve.mark is not None} == {0, 4}


def test_a_validation_split_has_a_curve_of_its_own() -> None:
    told = [
        replace(event, validation_loss=0.5, validation_accuracy=0.8) if isinstance(event, Epoch) else event
        for event in events(250)
    ]
    curves = {curve.name: curve for curve in chart(Figure.ACCURACY, state_of(told)).curves}
    assert curves["validation"].y.tolist() == [0.8, 0.8]
    assert curves["validation"].mark != curves["test"].mark


def test_the_epoch_that_a_run_went_back_to_is_marked() -> None:
    end = RunFinished(epoch=2, step=200, test_loss=0.02, test_accuracy=0.91, seconds=4.0, reason="kept", kept=1)
    curves = {curve.name: curve for curve in chart(Figure.ACCURACY, state_of([*events(200), end])).curves}
    assert (curves["kept"].x.tolist(), curves["kept"].y.tolist()) == ([100.0], [0.91])
    assert curves["kept"].mark not in (None, curves["test"].mark)


def test_figures_that_are_not_numbers_are_gaps() -> None:
    told = [
        replace(event, loss=math.nan) if isinstance(event, Steps) and event.step == 100 else event
        for event in events(250)
    ]
    curve = chart(Figure.LOSS, state_of(told)).curves[0]
    assert np.isnan(curve.y).tolist() == [step == 100 for step in range(10, 251, 10)]


@pytest.mark.parametrize(
    ("state", "words"),
    [(None, "press F5"), (RunState(), "Queued"), (state_of(events(0)), "first steps")],
)
def test_an_empty_chart_says_why(state: RunState | None, words: str) -> None:
    lines = draw(chart(Figure.LOSS, state), ChartOptions(), 60, 8, BRAILLE).lines
    assert words in " ".join(plain(line) for line in lines)


def test_a_chart_does_not_hold_on_to_the_run() -> None:
    state = state_of(events(100))
    data = chart(Figure.LOSS, state)
    for event in events(200)[-12:]:
        state.apply(event)
    assert len(data.curves[0].x) == 10 and len(state.series) > 10
