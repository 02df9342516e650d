"""Events folded into a state: live, replayed, resumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.runs.events import (
    CheckpointSaved,
    Epoch,
    Event,
    Notice,
    Paused,
    Progress,
    Queued,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    Steps,
    decode,
    encode,
)
from engine.runs.state import RunState
from engine.runs.status import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    PAUSED,
    PREPARING,
    QUEUED,
    RUNNING,
    STOPPED,
    UNQUEUED,
    status,
)
from tests.builders.strategies import events

STEPS_AN_EPOCH = 10


def started(time: float = 0.0) -> RunStarted:
    config = RunConfig(epochs=3)
    sizes = {"parameters": 7850, "train_size": 320, "test_size": 100, "steps_per_epoch": STEPS_AN_EPOCH}
    return RunStarted(time=time, id="x", run_name="x", config=config, device="cpu", **sizes)


def steps(step: int, time: float) -> Steps:
    figures = {"accuracy": 0.5, "min_loss": 0.5, "max_loss": 2.0, "learning_rate": 0.1, "samples_per_second": 99.0}
    return Steps(time=time, step=step, epoch=(step - 1) // STEPS_AN_EPOCH + 1, loss=float(step), **figures)


def epoch(number: int, time: float, test_accuracy: float = 0.9) -> Epoch:
    figures = {"train_loss": 1.0, "train_accuracy": 0.8, "penalty": 0.0, "test_loss": 1.0, "seconds": 1.0}
    step = number * STEPS_AN_EPOCH
    return Epoch(time=time, epoch=number, step=step, test_accuracy=test_accuracy, evaluation_seconds=0.1, **figures)


def ending(kind: type[Any], time: float, **more: str) -> Event:
    event: Event = kind(time=time, epoch=1, step=10, test_loss=1.0, test_accuracy=0.9, seconds=5.0, **more)
    return event


def folded(happened: Iterable[Event]) -> RunState:
    state = RunState()
    for event in happened:
        state.apply(event)
    return state


def shown(state: RunState) -> dict[str, Any]:
    """Everything a state says, comparable though it may hold NaN."""
    return {name: repr(value) for name, value in vars(state).items()}


@given(st.lists(events(), max_size=25))
def test_any_events_in_any_order_fold_without_an_error(happened: list[Event]) -> None:
    state = folded(happened)
    assert state.version == len(happened)
    assert {len(column) for column in vars(state.series).values()} == {len(state.series)}
    assert list(state.series.step) == sorted(set(state.series.step))
    assert len(state.epochs) == len(state.epoch_elapsed)
    assert [e.epoch for e in state.epochs] == sorted({e.epoch for e in state.epochs})
    assert state.elapsed >= 0


@given(st.lists(events(), max_size=25), st.integers(0, 25))
def test_live_and_replay_come_to_the_same_state(happened: list[Event], seen: int) -> None:
    read = [decode(encode(event)) for event in happened]
    live = folded(read[:seen])
    for event in read[seen:]:
        live.apply(event)
    assert shown(live) == shown(folded(read))


@given(st.integers(0, 30), st.integers(1, 30))
def test_a_resumed_run_forgets_what_lay_beyond_its_checkpoint(kept: int, trained: int) -> None:
    """You should see the curve of the run as if it had never gone past the checkpoint."""
    first = [started(), *(event for step in range(1, trained + 1) for event in _at(step))]
    kept = min(kept, trained)
    resumed = folded([*first, Resumed(time=100.0, step=kept, epoch=1)])
    never_lost = folded([started(), *(event for step in range(1, kept + 1) for event in _at(step))])
    assert list(resumed.series.step) == list(never_lost.series.step)
    assert resumed.epochs == never_lost.epochs
    assert resumed.epoch_elapsed == never_lost.epoch_elapsed
    assert (resumed.phase, resumed.step) == (RUNNING, kept)


def _at(step: int) -> Iterable[Event]:
    yield steps(step, time=float(step))
    if step % STEPS_AN_EPOCH == 0:
        yield epoch(step // STEPS_AN_EPOCH, time=float(step))


@pytest.mark.parametrize(
    ("last", "phase"),
    [
        (Notice(time=1.0, message="x"), QUEUED),
        (Progress(time=1.0, task="loading", done=1, total=2), PREPARING),
        (started(1.0), RUNNING),
        (Paused(time=1.0, step=1, epoch=1), PAUSED),
        (Resumed(time=1.0, step=1, epoch=1), RUNNING),
        (ending(RunFinished, 1.0), FINISHED),
        (Queued(time=1.0), QUEUED),
        (ending(RunFailed, 1.0, reason="diverged"), FAILED),
    ],
)
def test_the_last_event_decides_the_phase(last: Event, phase: str) -> None:
    state = folded([last])
    assert state.phase == phase
    assert status(state.phase, locked=True) == phase
    assert status(state.phase, locked=False) == (phase if phase in (FINISHED, FAILED) else INTERRUPTED)


def test_a_run_that_is_stopped_before_its_turn_reads_as_unqueued_and_any_other_as_stopped() -> None:
    stop = ending(RunStopped, 3.0, reason="taken out of the queue")
    assert folded([stop]).phase == UNQUEUED
    assert folded([started(), stop]).phase == STOPPED
    assert folded([Progress(time=1.0, task="loading", done=1, total=2), stop]).phase == STOPPED
    again = [started(), steps(1, 1.0), stop, Queued(time=4.0)]
    assert (folded(again).phase, folded(again).ending, folded(again).reason) == (QUEUED, None, "")
    assert folded([*again, stop]).phase == UNQUEUED
    assert status(UNQUEUED, locked=False) == UNQUEUED


def test_time_spent_paused_or_dead_is_not_counted() -> None:
    state = folded(
        [
            started(0.0),
            steps(1, 10.0),
            Paused(time=12.0, step=1, epoch=1),
            Resumed(time=100.0, step=1, epoch=1),
            steps(2, 105.0),
            Notice(time=1000.0, message="MNIST cannot be had"),
            Progress(time=1001.0, task="drawing", done=0, total=1),
            Resumed(time=1002.0, step=2, epoch=1),
            steps(3, 1003.0),
        ]
    )
    assert state.elapsed == pytest.approx(12 + 5 + 1)
    assert list(state.series.elapsed) == pytest.approx([10, 17, 18])


def test_seconds_are_of_training_as_the_events_tell_whatever_else_takes_time() -> None:
    """You should see neither the queue nor evaluation, checkpoints and pauses in how long a run was trained."""
    happened = [
        Progress(time=1.0, task="loading", done=0, total=1),
        started(100.0),
        replace(steps(10, 110.0), elapsed=4.0),
        replace(epoch(1, 120.0), elapsed=4.0),
        CheckpointSaved(time=121.0, step=10, epoch=2),
        replace(steps(15, 130.0), elapsed=6.5),
        Paused(time=130.0, step=15, epoch=2),
        Resumed(time=900.0, step=15, epoch=2),
        replace(steps(20, 910.0), elapsed=8.0),
    ]
    assert folded(happened).seconds == folded(happened[-6:]).seconds == 8.0
    assert list(folded(happened).series.elapsed) == [4.0, 6.5, 8.0]
    assert folded([*happened, Resumed(time=1000.0, step=10, epoch=1)]).seconds == 4.0
    assert folded([*happened, ending(RunStopped, 990.0, reason="x")]).seconds == 5.0


def test_seconds_of_events_that_do_not_tell_are_those_of_the_epochs() -> None:
    first = [started(0.0), steps(10, 9.0)]
    assert folded(first).seconds == 9.0
    assert folded([*first, epoch(1, 30.0), steps(20, 40.0), epoch(2, 60.0)]).seconds == 2.0


def test_a_curve_never_goes_back_in_time_where_a_later_version_counts_on() -> None:
    state = folded(
        [started(0.0), steps(1, 9.0), replace(steps(2, 10.0), elapsed=3.0), replace(steps(3, 11.0), elapsed=10.0)]
    )
    assert list(state.series.elapsed) == [9.0, 9.0, 10.0]


def test_a_notice_in_the_middle_costs_no_time() -> None:
    state = folded([started(0.0), steps(1, 1.0), Notice(time=1.5, message="x"), steps(2, 3.0)])
    assert state.elapsed == pytest.approx(3.0)


def test_a_notice_repeated_by_a_resumed_run_is_kept_once() -> None:
    assert folded([Notice(time=float(t), message="x") for t in range(3)]).notices == ["x"]


def test_an_ending_is_forgotten_when_the_run_goes_on() -> None:
    state = folded([started(), ending(RunStopped, 5.0, reason="interrupted"), Resumed(time=9.0, step=5, epoch=1)])
    assert (state.ending, state.reason, state.phase) == (None, "", RUNNING)


def test_the_first_of_equally_good_epochs_is_best() -> None:
    state = folded([started(), epoch(1, 1.0, 0.8), epoch(2, 2.0, 0.95), epoch(3, 3.0, 0.95)])
    assert state.best == state.epochs[1]
    assert state.total_steps == 30


def test_a_checkpoint_is_remembered() -> None:
    assert folded([CheckpointSaved(time=1.0, step=10, epoch=1)]).checkpoint == CheckpointSaved(
        time=1.0, step=10, epoch=1
    )
