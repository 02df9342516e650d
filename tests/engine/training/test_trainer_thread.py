"""A run in its thread: streamed, steered, stopped, resumed and failing, all through its run directory."""

from __future__ import annotations

import itertools
import os
import queue
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TypeVar

import numpy as np
import pytest
import torch

from engine.config.run_config import RunConfig
from engine.datasets import Dataset, DatasetError
from engine.datasets.catalogue import SPECS
from engine.files import StoreError
from engine.home import Home
from engine.inference.network import TrainedNetwork
from engine.runs.directory import Run
from engine.runs.event_log import EventLog
from engine.runs.events import (
    CheckpointSaved,
    Ending,
    Epoch,
    Event,
    Layers,
    Notice,
    Paused,
    RateChanged,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    Steps,
    decode,
)
from engine.runs.predictions import predicted_epochs, read_predictions
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import FINISHED, INTERRUPTED, RUNNING, STOPPED
from engine.runs.weights import read_weights, weight_epochs
from engine.training import checkpoint
from engine.training.checkpoint import Checkpoint
from engine.training.trainer_thread import TrainerThread
from tests.builders.blobs import blobs
from tests.builders.locks import lease
from tests.conftest import settle

E = TypeVar("E", bound=Event)
LONG = "hidden=64,32 epochs=10000 batch_size=8 seed=3"


def load(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
    return blobs()


def start(home: Home, settings: str, name: str = "") -> tuple[Run, TrainerThread, queue.Queue[Event]]:
    run = Run.create(home, RunConfig.parse(settings), name=name)
    events: queue.Queue[Event] = queue.Queue()
    thread = TrainerThread(run, on_event=events.put, load=load)
    thread.start()
    return run, thread, events


def until(events: queue.Queue[Event], kind: type[E]) -> E:
    while True:
        event = events.get(timeout=60)
        if isinstance(event, kind):
            return event


def finish(run: Run) -> TrainerThread:
    thread = TrainerThread(run, load=load)
    thread.start()
    thread.join()
    return thread


def figures(run: Run) -> list[tuple[float, ...]]:
    return [
        (e.epoch, e.step, e.train_loss, e.train_accuracy, e.test_loss, e.test_accuracy, e.penalty)
        for e in run.state().epochs
    ]


def test_a_run_streams_its_events_and_leaves_them_behind(home: Home) -> None:
    run, thread, events = start(home, "hidden=24 epochs=2", name="first")
    thread.join()
    seen = list(events.queue)
    kinds = [type(event) for event in seen if not isinstance(event, Notice)]
    assert kinds[-1] is RunFinished
    told = [(before, event) for before, event in itertools.pairwise(seen) if isinstance(event, Epoch)]
    assert all((one.epoch, one.step) == (two.epoch, two.step) for one, two in told if isinstance(one, Layers))
    assert [type(before) for before, _ in told] == [Layers, Layers]
    last_checkpoint = len(kinds) - 1 - kinds[::-1].index(CheckpointSaved)
    assert kinds.index(RunStarted) < kinds.index(Steps) < kinds.index(Epoch) < last_checkpoint
    state, record = run.state(), run.record()
    assert RunSnapshot.of(run).status == FINISHED
    assert [epoch.epoch for epoch in state.epochs] == [1, 2]
    assert (record.config.dataset, record.name) == ("synthetic", "first")
    assert record.versions["torch"] == str(torch.__version__)
    assert record.data["fingerprint"] == blobs().fingerprint
    assert not run.lock.held()


def test_every_epoch_keeps_predictions_that_add_up_to_its_accuracy(home: Home) -> None:
    run, thread, _ = start(home, "hidden=24 epochs=3")
    thread.join()
    assert predicted_epochs(run) == [1, 2, 3]
    truth = blobs().test_labels
    for epoch in run.state().epochs:
        kept = read_predictions(run, epoch.epoch)
        assert kept is not None
        assert (kept.classes == truth).mean() == pytest.approx(epoch.test_accuracy)
        assert (kept.probabilities is not None) == (epoch.epoch == 3)
    last = read_predictions(run, 3)
    assert last is not None
    assert last.probabilities is not None
    assert last.probabilities.sum(1) == pytest.approx(1, abs=1e-5)


def test_every_epoch_keeps_weights_that_say_what_it_said(home: Home) -> None:
    run, thread, _ = start(home, "hidden=24,8 epochs=3 batch_norm=on optimiser=adam learning_rate=0.01")
    thread.join()
    assert weight_epochs(run) == [1, 2, 3]
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert saved is not None
    for epoch in (1, 3):
        arrays, said = read_weights(run, epoch), read_predictions(run, epoch)
        assert arrays is not None and said is not None
        network = TrainedNetwork(run.record().config, SPECS["synthetic"], epoch, arrays)
        found = network.probabilities(blobs().test_images)
        assert np.array_equal(found.argmax(1), said.classes)
        assert found.max(1) == pytest.approx(said.confidences, abs=1e-5)
        is_saved = all(np.array_equal(array, saved.parameters[name].numpy()) for name, array in arrays.items())
        assert is_saved == (epoch == 3)


@pytest.mark.usefixtures("saved_at_once")
def test_weights_that_cannot_be_kept_are_told_of_once_and_fail_no_run(home: Home) -> None:
    run = Run.create(home, RunConfig.parse("hidden=none epochs=4"))
    run.weights_path.touch()
    assert isinstance(finish(run).ending, RunFinished)
    lines = [decode(line) for line in run.events_path.read_bytes().splitlines()]
    assert sum(isinstance(event, CheckpointSaved) for event in lines) >= 4
    told = [event.message for event in lines if isinstance(event, Notice) and "weights" in event.message]
    assert told == ["the weights of some epochs are not kept: File exists"]


@pytest.mark.parametrize(("asked", "expected"), [("none", []), ("last", [2])])
def test_weights_are_kept_as_the_record_asks(home: Home, asked: str, expected: list[int]) -> None:
    run = Run.create(home, RunConfig.parse("hidden=none epochs=2"), keep_weights=asked)
    finish(run)
    assert weight_epochs(run) == expected


@pytest.mark.parametrize("way", ["control", "request"])
def test_a_run_is_paused_resumed_and_stopped(home: Home, way: str) -> None:
    run, thread, events = start(home, LONG)
    until(events, Steps)

    def ask(word: str) -> float:
        began = time.time()
        if way == "control":
            thread.control.ask(word)
        else:
            run.request(word)
        return began

    delays = []
    for _ in range(5):
        began = ask("pause")
        delays.append(until(events, Paused).time - began)
        began = ask("resume")
        delays.append(until(events, Resumed).time - began)
        until(events, Steps)
    began = ask("stop")
    ending = until(events, RunStopped)
    delays.append(ending.time - began)
    thread.join()
    assert statistics.median(delays) < 0.25
    assert ending.reason
    assert run.state().phase == STOPPED


def test_a_paused_run_trains_no_further_and_has_a_checkpoint(home: Home) -> None:
    run, thread, events = start(home, LONG)
    until(events, Steps)
    thread.control.pause()
    paused = until(events, Paused)
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert saved is not None
    assert (saved.position.epoch - 1) * 75 + saved.position.batch == paused.step
    thread.control.resume()
    assert until(events, Resumed).step == paused.step
    thread.control.stop("enough")
    thread.join()


@pytest.mark.parametrize(
    "settings",
    ["dropout=0.5", "optimiser=adam learning_rate=0.001", "gradients=autograd", "schedule=cosine warmup=1.5",
     "patience=2 validation=0.2"],
)  # fmt: skip
def test_a_run_stopped_in_the_middle_ends_as_if_it_had_not_been(home: Home, settings: str) -> None:
    settings = f"hidden=64,32 epochs=12 batch_size=1 seed=3 {settings}"
    whole, thread, _ = start(home, settings)
    thread.join()
    run, thread, events = start(home, settings)
    until(events, Steps)
    thread.control.stop("pulled the plug")
    thread.join()
    stopped = run.state()
    assert stopped.phase == STOPPED
    assert 0 < stopped.step < 7200, "the run should have been stopped between its first and its last step"
    resumed = finish(run)
    assert isinstance(resumed.ending, RunFinished)
    assert figures(run) == figures(whole)
    ends = [checkpoint.load(r.checkpoint_path, r.record().config) for r in (run, whole)]
    for name, parameter in ends[0].parameters.items():  # type: ignore[union-attr]
        assert torch.equal(parameter, ends[1].parameters[name])  # type: ignore[union-attr]


def test_a_finished_run_and_one_in_training_are_not_trained_again(home: Home) -> None:
    run, thread, events = start(home, LONG)
    until(events, Steps)
    with pytest.raises(StoreError, match="another process"):
        TrainerThread(Run(run.path), load=load)
    assert RunSnapshot.of(run).status == RUNNING
    thread.control.stop("enough")
    thread.join()
    done, thread, _ = start(home, "hidden=none epochs=1")
    thread.join()
    with pytest.raises(StoreError, match="finished"):
        TrainerThread(done, load=load)
    assert done.state().phase == FINISHED


def failure(home: Home, settings: str = "hidden=24 epochs=3", load: Callable[..., Dataset] = load) -> str:
    run = Run.create(home, RunConfig.parse(settings))
    thread = TrainerThread(run, load=load)
    thread.start()
    thread.join()
    assert isinstance(thread.ending, RunFailed)
    assert run.state().reason == thread.ending.reason
    return thread.ending.reason


def test_divergence_is_a_failure_that_names_the_step(home: Home) -> None:
    assert "diverged" in failure(home, "hidden=24 learning_rate=1 l2=10")
    text = next(home.runs.iterdir()).joinpath("events.jsonl").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text


def test_a_device_that_is_not_there_is_a_failure_that_names_those_that_are(home: Home) -> None:
    assert "cpu" in failure(home, "device=cuda:99")


def test_data_that_cannot_be_had_are_a_failure(home: Home) -> None:
    def refuse(*_: object) -> Dataset:
        raise DatasetError("no data; fetch them")

    assert failure(home, load=refuse) == "no data; fetch them"


def test_running_out_of_memory_names_the_batch_size(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr("engine.training.trainer.BatchBuffers", full)
    assert "batch size 512" in failure(home, "batch_size=512")


def test_a_full_disk_fails_the_run_and_damages_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    real, room = os.write, [4000]

    def write(descriptor: int, content: bytes) -> int:
        if content.startswith(b'{"event"'):
            if b"run_failed" in content:
                room[0] += 8192
            written = real(descriptor, content[: max(0, room[0])])
            room[0] -= written
            return written
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", write)
    reason = failure(home, LONG)
    assert "disk is full" in reason
    lines = next(home.runs.iterdir()).joinpath("events.jsonl").read_bytes().splitlines()
    assert all(line.endswith(b"}") for line in lines)


def test_a_checkpoint_that_cannot_be_written_fails_the_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_whole(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_whole", write_whole)
    assert "disk is full" in failure(home)


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch exploded",)


def test_a_checkpoint_that_would_run_code_is_refused(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run, thread, events = start(home, LONG)
    until(events, Steps)
    thread.control.stop("enough")
    thread.join()
    torch.save({"format": 1, "parameters": Bomb()}, run.checkpoint_path)
    resumed = finish(run)
    assert isinstance(resumed.ending, RunFailed)
    assert "not loaded" in resumed.ending.reason
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04torn"])
def test_a_damaged_checkpoint_is_named(home: Home, content: bytes) -> None:
    run, thread, events = start(home, LONG)
    until(events, Steps)
    thread.control.stop("enough")
    thread.join()
    run.checkpoint_path.write_bytes(content)
    resumed = finish(run)
    assert isinstance(resumed.ending, RunFailed)
    assert "checkpoint" in resumed.ending.reason


def stopped_run(home: Home, settings: str) -> Run:
    """A run that was stopped after its first epoch."""
    run = Run.create(home, RunConfig.parse(settings))

    def stop(event: Event) -> None:
        if isinstance(event, Epoch):
            thread.control.stop("enough")

    thread = TrainerThread(run, on_event=stop, load=load)
    thread.start()
    thread.join()
    assert isinstance(thread.ending, RunStopped)
    return run


def altered(saved: Checkpoint, what: str) -> Checkpoint:
    """The checkpoint as another program, or another version of this one, might have written it."""
    weight, mean = saved.parameters["0.weight"], saved.optimiser["mean"]
    match what:
        case "fewer pixels":
            return replace(saved, parameters={**saved.parameters, "0.weight": weight[:, :100]})
        case "another precision":
            return replace(saved, parameters={**saved.parameters, "0.weight": weight.double()})
        case "a sparse layout":
            return replace(saved, parameters={**saved.parameters, "0.weight": weight.to_sparse()})
        case "no values":
            return replace(saved, parameters={**saved.parameters, "0.weight": weight.to("meta")})
        case "a layer more":
            return replace(saved, parameters={**saved.parameters, "9.weight": weight})
        case "a shorter state":
            return replace(saved, optimiser={**saved.optimiser, "mean": mean[:-1]})
        case "a whole state":
            return replace(saved, optimiser={**saved.optimiser, "mean": mean.long()})
        case "no state":
            return replace(saved, optimiser={})
        case "other batches":
            return replace(saved, loss=saved.loss[:-1], correct=saved.correct[:-1])
        case "figures in columns":
            return replace(saved, correct=saved.correct.unsqueeze(1))
        case "a later epoch":
            return replace(saved, position=replace(saved.position, epoch=99_999))
    return replace(saved, position=replace(saved.position, batch=-1))


@pytest.mark.parametrize(
    "what",
    [
        "fewer pixels", "another precision", "a sparse layout", "no values", "a layer more", "a shorter state",
        "a whole state", "no state", "other batches", "figures in columns", "a later epoch", "a batch before the first",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Validating sparse tensor")
def test_a_checkpoint_that_does_not_fit_its_run_says_what_to_do(home: Home, what: str) -> None:
    run = stopped_run(home, "hidden=8 epochs=2 optimiser=adam")
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert saved is not None
    checkpoint.save(run.checkpoint_path, altered(saved, what))
    resumed = finish(run)
    assert isinstance(resumed.ending, RunFailed)
    assert resumed.ending.reason == "the checkpoint does not fit this run; start it again from its configuration"
    checkpoint.save(run.checkpoint_path, saved)
    assert isinstance(finish(run).ending, RunFinished), "nothing of the run should be lost"


@pytest.mark.parametrize("position", [{"epoch": "1"}, {"batch": 1.5}, {"seconds": None}, {"page": 1}])
def test_a_checkpoint_at_no_position_is_damaged(home: Home, position: dict[str, object]) -> None:
    run = stopped_run(home, "hidden=none epochs=2")
    values = torch.load(run.checkpoint_path, weights_only=True)
    torch.save({**values, "position": {**values["position"], **position}}, run.checkpoint_path)
    resumed = finish(run)
    assert isinstance(resumed.ending, RunFailed)
    assert "the checkpoint is damaged" in resumed.ending.reason


def test_an_unforeseen_exception_becomes_an_event(home: Home) -> None:
    def broken(*_: object) -> Dataset:
        raise ZeroDivisionError("oops")

    assert "ZeroDivisionError" in failure(home, load=broken)


def test_stopping_while_data_load_ends_the_run(home: Home) -> None:
    def slow(name: str, home: Home, report: Callable[[Event], None]) -> Dataset:
        settle(lambda: report(Notice(message="still loading")))
        return blobs()

    run = Run.create(home, RunConfig())
    thread = TrainerThread(run, load=slow)
    thread.start()
    run.request("stop")
    thread.join(60)
    assert isinstance(thread.ending, RunStopped)
    assert isinstance(thread.ending, Ending)


def cut_log(run: Run, after_epoch: int) -> None:
    """Lose what was logged after an epoch, as a power cut does when it was not on the disk yet."""
    lines = run.events_path.read_bytes().splitlines(keepends=True)
    (place,) = [
        n for n, line in enumerate(lines) if isinstance(event := decode(line), Epoch) and event.epoch == after_epoch
    ]
    run.events_path.write_bytes(b"".join(lines[: place + 1]))


def test_a_run_that_ends_while_pytorch_is_half_loaded_lets_go(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.create(home, RunConfig.parse(LONG))
    thread = TrainerThread(run, load=load)
    thread.control.stop("by request")
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    thread.run()
    assert isinstance(thread.ending, RunStopped) and not run.lock.held()


def test_a_card_that_no_longer_answers_is_let_go_of_with_the_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault() -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    run = Run.create(home, RunConfig.parse(LONG))
    thread = TrainerThread(run, load=load)
    thread.control.stop("by request")
    monkeypatch.setattr("engine.training.trainer_thread.uses_card", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", fault)
    thread.run()
    assert isinstance(thread.ending, RunStopped) and not run.lock.held()


def test_a_log_behind_its_checkpoint_leaves_no_hole_in_the_record(home: Home) -> None:
    settings = "hidden=8 epochs=6"
    whole, thread, _ = start(home, settings)
    thread.join()
    run = Run.create(home, RunConfig.parse(settings))

    def stop(event: Event) -> None:
        if isinstance(event, Epoch) and event.epoch == 4:
            thread.control.stop("enough")

    thread = TrainerThread(run, on_event=stop, load=load)
    thread.start()
    thread.join()
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert saved is not None
    assert saved.position.epoch > 4
    cut_log(run, 2)
    assert isinstance(finish(run).ending, RunFinished)
    state = run.state()
    assert [epoch.epoch for epoch in state.epochs] == [1, 2, 3, 4, 5, 6]
    assert any("cut short" in notice for notice in state.notices)
    assert figures(run) == figures(whole)
    assert predicted_epochs(run) == [1, 2, 3, 4, 5, 6]


def test_the_log_is_on_the_disk_before_a_checkpoint_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.create(home, RunConfig.parse("hidden=8 epochs=4"))
    synced = [0]
    fsync, save = os.fsync, checkpoint.save

    def note(descriptor: int) -> None:
        fsync(descriptor)
        if run.events_path.exists() and os.path.samestat(os.fstat(descriptor), run.events_path.stat()):
            synced[0] = os.fstat(descriptor).st_size

    def compare(path: Path, taken: Checkpoint) -> None:
        assert synced[0] == run.events_path.stat().st_size
        assert run.state().leads_to(taken.position.step, taken.position.epochs_ended)
        assert predicted_epochs(run)[-1] == taken.position.epochs_ended
        save(path, taken)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(checkpoint, "save", compare)
    assert isinstance(finish(run).ending, RunFinished)


def test_many_small_epochs_write_and_sync_little(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.interval.time", SimpleNamespace(monotonic=lambda: 0.0))
    run = Run.create(home, RunConfig.parse("hidden=none epochs=400 batch_size=full"))
    written: list[str] = []
    synced = [0]
    replace, fsync = Path.replace, os.fsync

    def note_file(path: Path, target: Path) -> Path:
        written.append(target.name)
        return replace(path, target)

    def note_sync(descriptor: int) -> None:
        synced[0] += 1
        fsync(descriptor)

    monkeypatch.setattr(Path, "replace", note_file)
    monkeypatch.setattr(os, "fsync", note_sync)
    assert isinstance(finish(run).ending, RunFinished)
    state = run.state()
    assert len(state.epochs) == 400
    best = state.best
    assert best is not None
    assert predicted_epochs(run) == weight_epochs(run) == sorted({1, best.epoch, *range(10, 401, 10)})
    assert written.count("checkpoint.pt") == 2, "after the first epoch and at the end, as no second passes"
    kept = 2 * (40 + 4)
    assert len(written) <= 2 + 1 + kept + 2, "checkpoints, record, predictions, weights, all ten probabilities twice"
    assert synced[0] <= 2 * len(written) + 5, "each file and its folder, the log at both checkpoints, the lock"


@pytest.fixture
def saved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint whenever one may be taken, however little time has passed."""
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    monkeypatch.setattr(checkpoint, "COSTS_APART", 0)
    monkeypatch.setattr("engine.training.reporter.INTERVAL", 0.0)


def left_by_a_kill(run: Run, home: Path) -> Run:
    """A copy of the run in another home, as it would be after a kill now."""
    path = home / "runs" / run.id
    shutil.copytree(run.path, path, ignore=shutil.ignore_patterns("lock", "reserve"))
    return Run(path)


@pytest.mark.parametrize("settings", ["dropout=0.5", "optimiser=adam learning_rate=0.001"])
def test_a_kill_at_any_checkpoint_costs_nothing_that_came_before_it(
    home: Home, tmp_path: Path, saved_at_once: None, settings: str
) -> None:
    run = Run.create(home, RunConfig.parse(f"hidden=16 epochs=3 batch_size=100 seed=3 {settings}"))
    killed: list[tuple[int, Run]] = []

    def keep(event: Event) -> None:
        if isinstance(event, CheckpointSaved):
            killed.append((event.step, left_by_a_kill(run, tmp_path / str(len(killed)))))

    thread = TrainerThread(run, on_event=keep, load=load)
    thread.start()
    thread.join()
    assert any(step % 6 for step, _ in killed), "some should have been taken within an epoch"
    expected = checkpoint.load(run.checkpoint_path, run.record().config)
    assert expected is not None
    for _, copy in killed[::3]:
        assert isinstance(finish(copy).ending, RunFinished)
        assert figures(copy) == figures(run)
        ended = checkpoint.load(copy.checkpoint_path, run.record().config)
        assert ended is not None
        for name, parameter in expected.parameters.items():
            assert torch.equal(parameter, ended.parameters[name])


@pytest.mark.parametrize("settings", ["", "schedule=linear optimiser=adam learning_rate=0.001"])
def test_a_rate_set_in_training_survives_a_kill_at_any_moment(
    home: Home, tmp_path: Path, saved_at_once: None, settings: str
) -> None:
    """Even one that is killed before the next checkpoint: what is trained again changes its rate where it did."""
    run = Run.create(home, RunConfig.parse(f"hidden=16 epochs=3 batch_size=100 seed=3 {settings}"))
    killed: list[Run] = []

    def act(event: Event) -> None:
        if isinstance(event, CheckpointSaved | RateChanged):
            killed.append(left_by_a_kill(run, tmp_path / str(len(killed))))
        if isinstance(event, CheckpointSaved) and event.step in (4, 12):
            thread.control.set_rate(0.02 if event.step == 4 else 0.3)

    thread = TrainerThread(run, on_event=act, load=load)
    thread.start()
    thread.join()
    changes = [(change.step, change.learning_rate) for change in run.state().rate_changes]
    assert [rate for _, rate in changes] == [0.02, 0.3] and 4 <= changes[0][0] <= 5
    expected = checkpoint.load(run.checkpoint_path, run.record().config)
    assert expected is not None
    once_changed = [copy for copy in killed if copy.state().rate_changes]
    for copy in [*once_changed[:2], once_changed[-1]]:
        assert isinstance(finish(copy).ending, RunFinished)
        missing = changes[len(copy.record().rate_changes) :]
        ended = checkpoint.load(copy.checkpoint_path, run.record().config)
        assert ended is not None and (missing or figures(copy) == figures(run))
        same = all(torch.equal(tensor, ended.parameters[name]) for name, tensor in expected.parameters.items())
        assert same == (not missing)


def test_a_rate_is_set_while_a_run_trains_and_while_it_is_paused(home: Home) -> None:
    run, thread, events = start(home, LONG)
    until(events, Steps)
    run.request("learning_rate=0.02")
    changed = until(events, RateChanged)
    settle(lambda: run.state().learning_rate == 0.02)
    thread.control.pause()
    paused = until(events, Paused)
    run.request("learning_rate=0.03")
    again = until(events, RateChanged)
    assert (again.step, again.learning_rate) == (paused.step, 0.03)
    assert [tuple(change) for change in run.record().rate_changes] == [(changed.step, 0.02), (again.step, 0.03)]
    thread.control.resume()
    settle(lambda: run.state().learning_rate == 0.03)
    thread.control.stop("enough")
    thread.join()
    assert run.record().title.endswith(" · lr → 0.02 → 0.03"), "a list of runs says so"


def test_a_run_whose_end_cannot_be_recorded_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(log: EventLog, event: Event) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventLog, "append_last", full)
    run = Run.create(home, RunConfig.parse("hidden=none epochs=1"))
    thread = finish(run)
    assert isinstance(thread.ending, RunFinished)
    assert thread.unrecorded == "No space left on device"
    assert RunSnapshot.of(run).status == INTERRUPTED


def test_a_trainer_that_was_suspended_until_another_machine_took_its_run_writes_no_more(home: Home) -> None:
    """You should see it end by itself, and of the run what the other makes of it."""
    run, thread, events = start(home, LONG)
    thread.control.pause()
    until(events, Paused)
    lease(run.path / "lock")

    def written() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}

    before = written()
    thread.control.resume()
    thread.join(60)
    assert not thread.is_alive() and thread.unrecorded == "it was taken over by process 7 on gpu1"
    assert isinstance(thread.ending, RunFailed) and thread.ending.reason.endswith(thread.unrecorded)
    assert written() == before and run.lock.held()


def test_a_trainer_clears_away_what_a_killed_one_left(home: Home) -> None:
    run = stopped_run(home, "hidden=none epochs=2")
    left = [run.path / ".checkpoint.pt.12.0123abcd", run.predictions_path / ".epoch-0001.npy.12.0123abcd"]
    for path in left:
        path.touch()
    finish(run)
    assert not any(path.exists() for path in left)


def test_a_checkpoint_of_a_version_without_a_setting_is_gone_on_from(home: Home) -> None:
    run = stopped_run(home, "hidden=8 epochs=2")
    saved = checkpoint.load(run.checkpoint_path, run.record().config)
    assert saved is not None
    older = " ".join(word for word in saved.config.split() if not word.startswith("nesterov="))
    assert older != saved.config
    checkpoint.save(run.checkpoint_path, replace(saved, config=older))
    assert isinstance(finish(run).ending, RunFinished)
