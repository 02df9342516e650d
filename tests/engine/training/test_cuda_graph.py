"""Training with captured graphs, with a stand-in for CUDA's: what they replay, and what is caught when they do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from engine.training import cuda_graph
from engine.training.batch_buffers import Batch
from engine.training.closed_form import ClosedForm, Interrupted
from engine.training.cuda_graph import Graphed
from engine.training.proof import tolerance_of
from engine.training.trainer import Trainer
from tests.builders.trainers import trainer_of


class StandInGraph:
    """Replays what was trained on while it was captured; like a real graph, capture itself changes nothing."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.closed_form: ClosedForm | None = None

    def replay(self) -> None:
        assert self.closed_form is not None
        REAL_RUN(self.closed_form, self.batches, lambda: False)


class EmptyGraph(StandInGraph):
    def replay(self) -> None:
        """Nothing, as when the capture was on another card's stream."""


REAL_RUN = ClosedForm.run


class StandInCuda:
    """As much of `torch.cuda` as capture needs; `shortage` is raised in each, `fault` at its end."""

    def __init__(self) -> None:
        self.graphs: list[StandInGraph] = []
        self.kind: type[StandInGraph] = StandInGraph
        self.shortage: Exception | None = None
        self.fault: Exception | None = None
        self.stream_now: object = "the trainer's"

    def module(self) -> Any:
        stream = SimpleNamespace(wait_stream=lambda other: None)
        return SimpleNamespace(
            Stream=lambda device: stream,
            current_stream=lambda: SimpleNamespace(wait_stream=lambda other: None, name=self.stream_now),
            set_stream=lambda stream: setattr(self, "stream_now", stream.name),
            stream=lambda other: nullcontext(),
            graph_pool_handle=lambda: (0, 1),
            CUDAGraph=lambda: self.kind(),
            graph=self.capture,
        )

    @contextmanager
    def capture(self, graph: StandInGraph, **_: object) -> Iterator[None]:
        shortage = self.shortage

        def record(self: ClosedForm, batches: list[Batch], interrupted: Interrupted) -> int:
            if shortage:
                raise shortage
            graph.closed_form, graph.batches = self, list(batches)
            return len(batches)

        self.graphs.append(graph)
        self.stream_now = "the side stream"
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ClosedForm, "run", record)
                yield
        finally:
            if self.fault:
                raise self.fault
        self.stream_now = "the trainer's"


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> StandInCuda:
    stand_in = StandInCuda()
    monkeypatch.setattr(cuda_graph, "torch", SimpleNamespace(cuda=stand_in.module()))
    cuda_graph.side_stream.cache_clear()
    return stand_in


def graphed(trainer: Trainer, notices: list[str] | None = None) -> Trainer:
    """The trainer, with its steps in graphs."""
    kept = [*trainer.network.state, *trainer._optimiser.state.values()]
    notify = (notices if notices is not None else []).append
    trainer._gradients = Graphed(trainer.gradients(), kept, tolerance_of(trainer.config), notify)
    return trainer


@pytest.mark.parametrize(
    "settings",
    [
        "batch_size=32",
        "batch_size=100 momentum=0.9",
        "optimiser=adam learning_rate=0.001",
        "batch_size=full epochs=4",
        "batch_norm=yes",
    ],
)
def test_graphs_train_as_single_steps_do(settings: str, cuda: StandInCuda) -> None:
    settings = f"hidden=24 epochs=2 scaling=standard {settings}"
    plain, captured = trainer_of(settings), graphed(trainer_of(settings))
    plain.train()
    captured.train()
    assert torch.equal(plain.network.vector, captured.network.vector)
    assert 1 <= len(cuda.graphs) <= 2, "one graph for whole chunks, and one for a shorter last chunk"
    assert captured.gradients().name == "captured graph of recorded operations"


def test_a_graph_keeps_no_learning_rate_that_was_changed(cuda: StandInCuda) -> None:
    settings = "hidden=24 epochs=2 scaling=standard"
    plain, captured = trainer_of(settings), graphed(trainer_of(settings))
    for trainer in (plain, captured):
        trainer.schedule.change(32, 0.01)
        trainer.schedule.change(100, 0.2)
        trainer.train()
    assert torch.equal(plain.network.vector, captured.network.vector)
    assert len(cuda.graphs) > 2, "those of the first rate are of no use for the next"


def test_a_run_resumed_inside_a_chunk_goes_on_with_single_steps(cuda: StandInCuda) -> None:
    settings = "hidden=24 epochs=2 scaling=standard"
    whole = trainer_of(settings)
    whole.train()
    begun = trainer_of(settings)
    batches = begun.buffers.draw(1, 0)
    with torch.inference_mode():
        begun.gradients().run(batches[:5], lambda: False)
        begun._metrics.take(0, batches[:5])
    begun.position.batch = 5
    resumed = graphed(trainer_of(settings))
    resumed.checkpoints.restore(begun.checkpoints.take())
    resumed.train()
    assert torch.equal(whole.network.vector, resumed.network.vector)


def test_a_graph_that_replays_nothing_is_caught_and_its_steps_go_on_one_by_one(cuda: StandInCuda) -> None:
    cuda.kind = EmptyGraph
    notices: list[str] = []
    settings = "hidden=24 epochs=2 scaling=standard"
    plain, captured = trainer_of(settings), graphed(trainer_of(settings), notices)
    plain.train()
    captured.train()
    assert torch.equal(plain.network.vector, captured.network.vector)
    assert notices[0] == (
        "captured graph of recorded operations not used: it differs by 1.0e+00 of the expected change"
    )
    assert captured.gradients().name == "recorded operations, step by step"


def test_a_capture_that_fails_leaves_the_trainer_its_stream_and_its_parameters(cuda: StandInCuda) -> None:
    cuda.fault = RuntimeError("CUDA error: operation not permitted when stream is capturing")
    notices: list[str] = []
    settings = "hidden=24 epochs=1 scaling=standard"
    plain, captured = trainer_of(settings), graphed(trainer_of(settings), notices)
    plain.train()
    captured.train()
    assert torch.equal(plain.network.vector, captured.network.vector)
    assert "not permitted when stream is capturing" in notices[0]
    assert cuda.stream_now == "the trainer's"


def test_want_of_memory_is_no_fault_of_a_graph(cuda: StandInCuda) -> None:
    cuda.fault = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")
    notices: list[str] = []
    captured = graphed(trainer_of("hidden=24 epochs=1 scaling=standard"), notices)
    before = captured.network.vector.clone()
    with pytest.raises(RuntimeError, match="ALLOC_FAILED"):
        captured.train()
    assert torch.equal(captured.network.vector, before)
    assert not notices


def test_want_of_memory_within_a_capture_is_seen_behind_what_its_end_says(cuda: StandInCuda) -> None:
    cuda.shortage = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    cuda.fault = RuntimeError("CUDA error: operation failed due to a previous error during capture")
    notices: list[str] = []
    with pytest.raises(RuntimeError, match="previous error"):
        graphed(trainer_of("hidden=24 epochs=1 scaling=standard"), notices).train()
    assert not notices


def test_one_stream_of_a_device_serves_every_graph(cuda: StandInCuda) -> None:
    device = torch.device("cuda:0")
    assert cuda_graph.side_stream(device) is cuda_graph.side_stream(device)
