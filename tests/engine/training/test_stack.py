"""Runs that take their steps together, each as it would alone, and what becomes of those that leave."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.errors import UserError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Epoch, Event, Notice, Paused, RunFailed, RunFinished, RunPruned, RunStopped
from engine.runs.status import FINISHED
from engine.training import checkpoint, stack
from engine.training.batch_buffers import Batch
from engine.training.closed_form import Interrupted
from engine.training.stack import Stack, StepBarrier
from engine.training.stacked_steps import StackedSteps
from engine.training.trainer_thread import TrainerThread
from tests.builders.workers import load_blobs

BASE = "hidden=16,8 batch_size=16 epochs=3 device=cpu"
CELLS = [f"learning_rate={0.05 + 0.05 * number:g} l2={number * 1e-4:g}" for number in range(7)]


def thread_of(run: Run, on_event: Callable[[Event], None] = lambda event: None, seat: object = None) -> TrainerThread:
    return TrainerThread(run, on_event=on_event, load=load_blobs, device="cpu", seat=seat)  # type: ignore[arg-type]


def run_of(home: Home, settings: str) -> Run:
    return Run.create(home, RunConfig.parse(f"{BASE} {settings}"))


def train(*threads: TrainerThread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def assert_alike(run: Run, alone: Run) -> None:
    """That a run did what one did that trained alone, but for the rounding of other products."""
    mine, other = run.state().epochs, alone.state().epochs
    assert [epoch.epoch for epoch in mine] == [epoch.epoch for epoch in other] == [1, 2, 3]
    for ours, theirs in zip(mine, other, strict=True):
        assert ours.test_loss == pytest.approx(theirs.test_loss, rel=1e-3)
        assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-3)
        assert ours.penalty == pytest.approx(theirs.penalty, rel=1e-3)
    for told, expected in zip(run.state().layers, alone.state().layers, strict=True):
        for layer, its in zip(told.layers, expected.layers, strict=True):
            assert layer.weight_norm == pytest.approx(its.weight_norm, rel=1e-3)
            assert layer.gradient_norm == pytest.approx(its.gradient_norm, rel=5e-2)
            assert layer.mean == pytest.approx(its.mean, rel=1e-2, abs=1e-3)
    first, second = (checkpoint.load(own.checkpoint_path, own.record().config) for own in (run, alone))
    assert first and second
    for name, tensor in first.parameters.items():
        assert torch.allclose(tensor, second.parameters[name], atol=1e-4)


def test_eight_cells_agree_with_eight_runs_alone_whoever_leaves_on_the_way(home: Home) -> None:
    more = "dropout=0.3 momentum=0.5"
    settings = [f"seed={seed} {more} {cell}" for seed, cell in enumerate(CELLS)]
    *runs, diverging = [run_of(home, cell) for cell in (*settings, f"{more} learning_rate=100 l2=100")]
    seats = iter(Stack(8).seats)
    pausing, pruned, *others = [thread_of(run, seat=next(seats)) for run in runs]
    lost = thread_of(diverging, seat=next(seats))
    asleep = threading.Event()

    def when_paused(event: Event) -> None:
        asleep.set() if isinstance(event, Paused) else None

    def after_an_epoch(event: Event) -> None:
        pruned.control.ask("prune") if isinstance(event, Epoch) else None

    pausing._writer._on_event, pruned._writer._on_event = when_paused, after_an_epoch
    pausing.control.pause()
    pausing.start()
    train(pruned, lost, *others)
    assert asleep.wait(60)
    pausing.control.stop("enough")
    train_to_end(pausing)

    assert {run.record().stack for run in (*runs, diverging)} == {8}
    assert {run.record().method for run in (*runs, diverging)} == {"batched products"}
    assert isinstance(pausing.ending, RunStopped) and pausing.ending.step == 1
    assert isinstance(pruned.ending, RunPruned) and pruned.ending.epoch < 3
    assert isinstance(lost.ending, RunFailed) and "diverged" in lost.ending.reason
    assert all(isinstance(thread.ending, RunFinished) for thread in others)

    again = [thread_of(Run(run.path)) for run in (runs[0], runs[1], diverging)]
    train(*again)
    assert [type(thread.ending) for thread in again] == [RunFinished, RunFinished, RunFailed]
    for run, cell in zip(runs, settings, strict=True):
        alone = run_of(home, cell)
        train(thread_of(alone))
        assert alone.record().stack == 1
        assert_alike(run, alone)


def train_to_end(thread: TrainerThread) -> None:
    thread.join(60)
    assert not thread.is_alive()


def test_one_that_goes_on_after_a_pause_does_so_alone_and_with_the_rate_it_was_set(home: Home) -> None:
    cells = ["seed=1 dropout=0.3", "seed=2 dropout=0.3", "seed=3 dropout=0.3"]
    runs, seats = [run_of(home, cell) for cell in cells], Stack(3).seats
    pausing, *others = [thread_of(run, seat=seat) for run, seat in zip(runs, seats, strict=True)]
    pausing.control.pause()
    pausing.start()
    train(*others)
    pausing.control.set_rate(0.05)
    pausing.control.resume()
    train_to_end(pausing)
    assert isinstance(pausing.ending, RunFinished)
    assert not seats[0].is_taken and seats[0].name != StackedSteps.name

    alone = run_of(home, cells[0])
    thread = thread_of(alone)
    thread.control.pause()
    thread.control.set_rate(0.05)
    thread.control.resume()
    thread.start()
    train_to_end(thread)
    assert [run.state().rate_changes[0].step for run in (runs[0], alone)] == [1, 1]
    assert_alike(runs[0], alone)


def test_who_is_elsewhere_or_never_begins_does_not_hold_the_others_up(home: Home) -> None:
    ahead = run_of(home, "seed=1")
    begun = thread_of(ahead, lambda event: begun.control.stop("enough") if isinstance(event, Paused) else None)
    begun.control.pause()
    train(begun)
    assert ahead.state().step == 1
    runs = [ahead, *(run_of(home, f"seed={seed}") for seed in (2, 3, 4))]
    threads = [thread_of(Run(run.path), seat=seat) for run, seat in zip(runs, Stack(4).seats, strict=True)]

    def fail(*asked: object) -> Dataset:
        raise UserError("no data")

    threads[-1]._load = fail
    train(*threads)
    assert [type(thread.ending) for thread in threads] == [RunFinished] * 3 + [RunFailed]
    for run in runs[:3]:
        alone = run_of(home, f"seed={run.record().config.seed}")
        train(thread_of(alone))
        assert run.record().stack == 3
        assert_alike(run, alone)


class Wrong(StackedSteps):
    """Steps with a fault in the second network."""

    def run(self, batches: list[Batch], interrupted: Interrupted) -> int:
        vector = self._parts[1].network.vector
        before = vector.clone()
        done = super().run(batches, interrupted)
        vector.sub_(before).mul_(1.01).add_(before)
        return done


def test_whose_steps_do_not_prove_themselves_trains_alone_and_says_why(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "StackedSteps", Wrong)
    runs = [run_of(home, f"seed={seed}") for seed in (1, 2, 3)]
    notices: list[str] = []

    def note(event: Event) -> None:
        notices.append(event.message) if isinstance(event, Notice) else None

    train(*(thread_of(run, note, seat) for run, seat in zip(runs, Stack(3).seats, strict=True)))
    assert notices == ["batched products not used: it differs by 1.0e-02 of the expected change"]
    assert sorted(run.record().stack for run in runs) == [1, 2, 2]
    assert {run.state().phase for run in runs} == {FINISHED}


def test_running_out_of_memory_together_is_told_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(StackedSteps, "run", full)
    runs = [run_of(home, f"seed={seed}") for seed in (1, 2)]
    train(*(thread_of(run, seat=seat) for run, seat in zip(runs, Stack(2).seats, strict=True)))
    for run in runs:
        assert "out of memory together with others" in run.state().reason


def test_what_goes_wrong_in_the_work_of_all_is_raised_in_every_thread() -> None:
    meeting, raised = StepBarrier(), []
    for member in "abc":
        meeting.expect(member)

    def fail(brought: dict[str, int]) -> dict[str, int]:
        raise torch.OutOfMemoryError("CUDA out of memory")

    def meet(member: str) -> None:
        try:
            meeting.meet(member, 1, fail)
        except torch.OutOfMemoryError:
            raised.append(member)

    threads = [threading.Thread(target=meet, args=member) for member in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(raised) == ["a", "b", "c"]


def test_who_is_sent_away_gets_its_part_although_the_others_meet_again_before_it_looks() -> None:
    for _ in range(20):
        meeting = StepBarrier()
        got: list[int] = []
        for member in "ab":
            meeting.expect(member)

        def part(brought: dict[str, int], meeting: StepBarrier = meeting) -> dict[str, int]:
            meeting.leave("b")
            return brought

        def meet(meeting: StepBarrier = meeting, got: list[int] = got) -> None:
            got.append(meeting.meet("b", 2, part))

        away = threading.Thread(target=meet, daemon=True)
        away.start()
        assert [meeting.meet("a", number, part) for number in range(20)] == [*range(20)]
        away.join(10)
        assert got == [2]
