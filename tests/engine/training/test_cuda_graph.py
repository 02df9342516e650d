"""Training with captured graphs: its logic with a stand-in for CUDA, and, where there is a card, the real thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, Steps
from engine.training import cuda_graph
from engine.training.batch_buffers import Batch
from engine.training.closed_form import ClosedForm, Interrupted
from engine.training.control import Control
from engine.training.cuda_graph import Graphed
from engine.training.trainer import Trainer, TrainerCallbacks
from tests.builders.blobs import blobs

CPU = torch.device("cpu")
DATA = blobs(train=4200, test=100)


class StandInGraph:
    """Replays what was trained on while it was captured; like a real graph, capture itself changes nothing."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.closed_form: ClosedForm | None = None

    def replay(self) -> None:
        assert self.closed_form is not None
        REAL_RUN(self.closed_form, self.batches, lambda: False)


REAL_RUN = ClosedForm.run


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[StandInGraph]:
    graphs: list[StandInGraph] = []

    @contextmanager
    def capture(graph: StandInGraph, **_: object) -> Iterator[None]:
        def record(self: ClosedForm, batches: list[Batch], interrupted: Interrupted) -> int:
            graph.closed_form, graph.batches = self, list(batches)
            return len(batches)

        graphs.append(graph)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ClosedForm, "run", record)
            yield

    stream = SimpleNamespace(wait_stream=lambda other: None)
    cuda = SimpleNamespace(
        Stream=lambda: stream,
        current_stream=lambda: stream,
        stream=lambda other: nullcontext(),
        CUDAGraph=StandInGraph,
        graph=capture,
    )
    monkeypatch.setattr(cuda_graph, "torch", SimpleNamespace(cuda=cuda))
    return graphs


def trainer_of(settings: str, device: torch.device = CPU, events: list[Event] | None = None) -> Trainer:
    sink = events.append if events is not None else lambda event: None
    callbacks = TrainerCallbacks(sink, lambda saved: None, lambda epoch, probabilities: None, lambda: None)
    return Trainer(RunConfig.parse(settings), DATA, device, callbacks, Control())


def graphed(trainer: Trainer) -> Trainer:
    trainer._gradients = Graphed(trainer._gradients, trainer.network, trainer._optimiser)  # type: ignore[arg-type]
    return trainer


@pytest.mark.parametrize(
    "settings",
    ["batch_size=32", "batch_size=100 momentum=0.9", "optimiser=adam learning_rate=0.001", "batch_size=full epochs=4"],
)
def test_graphs_train_as_single_steps_do(settings: str, stand_in: list[StandInGraph]) -> None:
    settings = f"hidden=24 epochs=2 scaling=standard {settings}"
    plain, captured = trainer_of(settings), graphed(trainer_of(settings))
    plain.train()
    captured.train()
    assert torch.equal(plain.network.vector, captured.network.vector)
    assert 1 <= len(stand_in) <= 2, "one graph for whole chunks, and one for a shorter last chunk"


def test_a_run_resumed_inside_a_chunk_goes_on_with_single_steps(stand_in: list[StandInGraph]) -> None:
    settings = "hidden=24 epochs=2 scaling=standard"
    whole = trainer_of(settings)
    whole.train()
    begun = trainer_of(settings)
    batches = begun.buffers.draw(1, 0)
    with torch.inference_mode():
        begun._gradients.run(batches[:5], lambda: False)
        begun._metrics.take(0, batches[:5])
    begun.position.batch = 5
    resumed = graphed(trainer_of(settings))
    resumed.checkpoints.restore(begun.checkpoints.take())
    resumed.train()
    assert torch.equal(whole.network.vector, resumed.network.vector)


needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")


@needs_cuda
@pytest.mark.parametrize(
    "settings",
    [
        "",
        "batch_size=100",
        "momentum=0.9",
        "optimiser=adam learning_rate=0.001",
        "l2=0.001",
        "activation=gelu",
        "hidden=none",
    ],
)
def test_on_cuda_graphs_agree_with_autograd(settings: str) -> None:
    device = torch.device("cuda:0")
    settings = f"hidden=24,16 epochs=2 {settings}"
    fast, readable = trainer_of(settings, device), trainer_of(f"{settings} gradients=autograd", device)
    fast.train()
    readable.train()
    torch.testing.assert_close(fast.network.vector, readable.network.vector, rtol=5e-3, atol=5e-5)


@needs_cuda
def test_on_cuda_nothing_waits_for_the_device_but_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = []
    trainer = trainer_of("hidden=24 epochs=3", torch.device("cuda:0"), events)
    trainer.train()
    batches = trainer.buffers.draw(4, 0)
    torch.cuda.set_sync_debug_mode("error")
    try:
        with torch.inference_mode():
            trainer._gradients.run(batches, lambda: False)
            trainer._metrics.take(0, batches)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert sum(isinstance(event, Steps) for event in events) >= sum(isinstance(event, Epoch) for event in events)
