"""A run as the lines of the run pane."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.runs.events import CheckpointSaved, Notice, Paused, Progress, RunFailed, RunFinished
from engine.runs.status import FAILED, FINISHED, INTERRUPTED, PAUSED, PREPARING, QUEUED, RUNNING
from tests.builders.followed_runs import NOW, epoch, record, started, state, steps
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.drawing.styled_lines import plain
from tui.panes.run.drawing import run_lines
from tui.panes.run.view import RunView, run_view

HALFWAY = state(started(), steps(1875, 1), epoch(1), steps(3750, 2), epoch(2), steps(5625, 3), epoch(3))
NOTICE = "MNIST cannot be had here, so synthetic digits stand in for it."


def text(view: RunView, cells: int, height: int, glyphs: Glyphs = UNICODE) -> list[str]:
    return [plain(line).rstrip() for line in run_lines(view, glyphs, cells, height)]


def test_four_lines_say_the_most_important() -> None:
    assert text(run_view(record(), HALFWAY, RUNNING), 38, 4) == [
        "● running  deep           test 97.40 %",
        "████████████────────  60 %  2 s left",
        "epoch 3/5         step 5,625/9,375",
        "speed 60,000/s    gap +0.70 points",
    ]


def test_a_wide_pane_has_every_figure() -> None:
    view = run_view(record(), HALFWAY, RUNNING, memory=512 << 20, memory_total=80 << 30, utilisation=0.87)
    assert text(view, 78, 8) == [
        "● running  deep" + " " * 51 + "test 97.40 %",
        "█" * 36 + "─" * 24 + "  60 %  2 s left",
        "epoch 3/5         step 5,625/9,375  speed 60,000/s    gap +0.70 points",
        "test loss 0.0834  train acc 98.10 % learning rate 0.1 GPU busy 87 %",
        "memory 0.5/80 GiB device cpu, 1 thread",
    ]


def test_a_long_name_and_a_long_device_are_whole_where_rows_are_free() -> None:
    """You should see a name below the status that says what tells the run apart, and a device in whole words."""
    view = replace(run_view(record(), HALFWAY, RUNNING), device="cpu (Intel(R) Xeon(R) Processor)")
    named = replace(view, name="deep · tanh · 256,128 · seed 3")
    drawn = text(named, 36, 10)
    assert drawn[:2] == ["● running               test 97.40 %", "deep · tanh · 256,128 · seed 3"]
    assert drawn[-2:] == ["device cpu (Intel(R) Xeon(R)", "       Processor)"]
    assert text(named, 36, 4)[0] == "● running  deep …       test 97.40 %"


def test_notices_are_there_however_small_the_pane() -> None:
    told = state(Notice(time=NOW, message=NOTICE), started(dataset="synthetic"), steps(1875, 1), epoch(1))
    view = run_view(record(), told, RUNNING)
    assert text(view, 38, 4) == [
        "● running  deep      synthetic 97.40 %",
        "████────────────────  20 %  4 s left",
        "! MNIST cannot be had here, so",
        "  synthetic digits stand in for it.",
    ]
    assert text(view, 38, 2)[1] == "! MNIST cannot be had here, so…"
    assert text(view, 100, 8, ASCII)[-1] == f"! {NOTICE}"


def test_a_notice_is_told_once() -> None:
    told = state(*[Notice(time=NOW, message=NOTICE)] * 3, started())
    assert run_view(record(), told, RUNNING).notices == (NOTICE,)


def test_a_failure_says_why() -> None:
    failed = state(
        started(), steps(312, 1),
        RunFailed(time=NOW + 1, epoch=1, step=312, test_loss=float("nan"), test_accuracy=float("nan"), seconds=1.0,
                  reason="the loss became infinite at step 312: lower the learning rate"),
    )  # fmt: skip
    drawn = text(run_view(record(), failed, FAILED), 78, 6)
    assert drawn[0] == "✗ failed  deep" + " " * 58 + "test –"
    assert drawn[-1] == "✗ the loss became infinite at step 312: lower the learning rate"
    assert "trained 1 s" in drawn[1]


def test_a_finished_run_says_how_long_it_took() -> None:
    ending = RunFinished(time=NOW + 5, epoch=5, step=9375, test_loss=0.08, test_accuracy=0.974, seconds=65.0)
    view = run_view(record(), state(started(), epoch(5), ending), FINISHED)
    assert text(view, 38, 2)[1] == "██████████████████ 100 %  trained 1:05"
    assert view.seconds_left is None


def test_an_interrupted_run_says_where_it_can_go_on() -> None:
    gone = state(started(), epoch(1), CheckpointSaved(time=NOW, step=1875, epoch=1), steps(2000, 2))
    view = run_view(record(), gone, INTERRUPTED)
    assert view.reason == "the process that trained it is gone; it can go on from epoch 1"
    assert run_view(record(), state(started()), INTERRUPTED).reason == "the process that trained it is gone"


def test_a_paused_run_has_no_time_left_and_no_speed() -> None:
    paused = state(started(), steps(1875, 1), epoch(1), Paused(time=NOW + 2, step=1875, epoch=1))
    view = run_view(record(), paused, PAUSED)
    assert view.seconds_left is None
    assert view.samples_per_second is None


def test_preparations_have_their_own_bar() -> None:
    loading = state(Progress(time=NOW, task="downloading MNIST", done=3, total=12))
    view = run_view(record(), loading, PREPARING)
    assert text(view, 60, 3)[1] == "████████▊" + "─" * 26 + "  25 %  downloading MNIST"
    unknown = replace(view, task_share=None)
    assert text(unknown, 60, 3)[1] == "downloading MNIST …"
    assert text(RunView("deep", QUEUED), 60, 3)[1] == "waits for its turn"


def test_auto_is_not_a_data_set() -> None:
    waiting = run_view(replace(record(), config=record().config.replace({"dataset": "auto"})), state(), QUEUED)
    assert waiting.dataset == ""
    assert waiting.share == 0


def test_the_gap_is_training_less_test_accuracy() -> None:
    assert run_view(record(), HALFWAY, RUNNING).gap == pytest.approx(0.007)
    assert run_view(record(), state(started()), RUNNING).gap is None


VIEWS = st.builds(
    RunView,
    name=st.text(st.characters(codec="ascii", min_codepoint=33), max_size=60),
    status=st.sampled_from([QUEUED, PREPARING, RUNNING, PAUSED, FINISHED, FAILED, INTERRUPTED]),
    dataset=st.sampled_from(["", "mnist", "synthetic"]),
    step=st.integers(0, 10**9),
    total_steps=st.integers(0, 10**9),
    elapsed=st.floats(0, 1e6),
    seconds_left=st.one_of(st.none(), st.floats(0, 1e6)),
    samples_per_second=st.one_of(st.none(), st.floats(1, 1e8)),
    notices=st.lists(st.sampled_from([NOTICE, "another"]), max_size=2, unique=True).map(tuple),
    reason=st.sampled_from(["", "no space left on the device"]),
)


@given(VIEWS, st.integers(38, 160), st.integers(1, 30))
def test_a_run_keeps_to_its_space_and_never_hides_a_notice(view: RunView, cells: int, height: int) -> None:
    drawn = text(view, cells, height)
    assert len(drawn) <= height
    assert max(map(cell_len, drawn)) <= cells
    if view.notices and height >= 4:
        assert any(line.startswith("! ") for line in drawn)
