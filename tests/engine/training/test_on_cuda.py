"""Training on a real card; skipped where there is none. `python -m tests gpu` runs these tests and the bench."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, Notice, Steps
from engine.training import devices
from engine.training.control import Control
from engine.training.stack import Seat, Stack
from engine.training.trainer import Trainer, TrainerCallbacks
from tests.builders.trainers import DATA, trainer_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device and `-m gpu`"),
]

OPTIMISERS = (
    "", "momentum=0.9", "momentum=0.9 nesterov=yes", "optimiser=adam learning_rate=0.001",
    "optimiser=adamw learning_rate=0.001", "optimiser=rmsprop learning_rate=0.001",
)  # fmt: skip
ACTIVATIONS = ("relu", "tanh", "sigmoid", "leaky-relu", "elu", "gelu")
PENALTIES = ("l2=0.001", "l2=0.001 l2_mode=loss-weights", "l2=0.001 l2_mode=weight-decay")
BATCHES = ("batch_size=1 train_size=300", "batch_size=32", "batch_size=full", "batch_size=100", "batch_size=1024")
SETTINGS = [
    *OPTIMISERS,
    *(f"activation={name}" for name in ACTIVATIONS),
    *map(" ".join, itertools.product(PENALTIES, ("", "optimiser=adamw learning_rate=0.001"))),
    *BATCHES,
    *(f"{batch} dropout=0.5" for batch in BATCHES),
    "batch_norm=yes", "batch_norm=yes optimiser=adam learning_rate=0.001",
    "hidden=1", "hidden=none", "hidden=30,20,10,5 activation=relu,tanh,gelu,elu", "hidden=2000", "scaling=standard",
    "batch_size=32 train_size=4199 dropout=0.2 momentum=0.5",
]  # fmt: skip


@pytest.fixture
def device() -> torch.device:
    found = torch.device("cuda:0")
    devices.prepare(found, 1)
    return found


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_fastest_way_proves_itself(settings: str, device: torch.device) -> None:
    events: list[Event] = []
    settings = f"hidden=24,16 epochs=2 {settings}"
    trainer = trainer_of(settings, device, events)
    readable = trainer_of(f"{settings} gradients=autograd", device)
    trainer.train()
    readable.train()
    assert not [event.message for event in events if isinstance(event, Notice)]
    assert trainer.gradients().name.startswith("captured graph of")
    fast, slow = trainer.network.vector, readable.network.vector
    assert (fast - slow).norm() <= 0.02 * slow.norm()


@pytest.mark.parametrize(
    "settings",
    ["", "dropout=0.5", "optimiser=adam learning_rate=0.001", "batch_size=1 train_size=2000", "batch_norm=yes"],
)
def test_a_resumed_run_gives_the_same_to_the_last_bit(settings: str, device: torch.device) -> None:
    settings = f"hidden=24,16 epochs=2 {settings}"
    whole = trainer_of(settings, device)
    whole.train()
    begun = trainer_of(settings, device)
    batches = begun.buffers.draw(1, 0)
    with torch.inference_mode():
        trained = begun.gradients().run(batches, lambda: True)
        begun._metrics.take(0, batches[:trained])
    begun.position.batch = trained
    resumed = trainer_of(settings, device)
    resumed.checkpoints.restore(begun.checkpoints.take())
    resumed.train()
    assert torch.equal(whole.network.vector, resumed.network.vector)


def test_the_same_run_twice_gives_the_same_to_the_last_bit(device: torch.device) -> None:
    first, second = trainer_of("epochs=3", device), trainer_of("epochs=3", device)
    first.train()
    second.train()
    assert torch.equal(first.network.vector, second.network.vector)


@pytest.mark.parametrize("settings", ["batch_size=1", "batch_size=32", "optimiser=adam learning_rate=0.001"])
def test_a_pause_is_kept_within_a_quarter_of_a_second(settings: str, device: torch.device) -> None:
    control, paused, trained = Control(), threading.Event(), threading.Event()

    def emit(event: Event) -> None:
        trained.set() if isinstance(event, Steps) else None
        paused.set() if event.name == "paused" else None

    callbacks = TrainerCallbacks(emit, lambda saved: None, lambda *tested: None, lambda: None)
    trainer = Trainer(RunConfig.parse(f"epochs=10000 {settings}"), DATA, device, callbacks, control)
    thread = threading.Thread(target=trainer.train, daemon=True)
    thread.start()
    assert trained.wait(60)
    began = time.monotonic()
    control.pause()
    assert paused.wait(60)
    took = time.monotonic() - began
    control.stop("enough")
    thread.join(60)
    assert took < 0.25


def test_nothing_waits_for_the_device_but_reports(device: torch.device) -> None:
    events: list[Event] = []
    trainer = trainer_of("hidden=24 epochs=3", device, events)
    trainer.train()
    batches = trainer.buffers.draw(4, 0)
    torch.cuda.set_sync_debug_mode("error")
    try:
        with torch.inference_mode():
            trainer.gradients().run(batches, lambda: False)
            trainer._metrics.take(0, batches)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert sum(isinstance(event, Steps) for event in events) >= sum(isinstance(event, Epoch) for event in events)


def test_memory_stays_flat_over_many_runs(device: torch.device) -> None:
    def used() -> int:
        free, total = torch.cuda.mem_get_info(device)
        return total - free

    def train(times: int) -> int:
        for _ in range(times):
            trainer_of("hidden=24 epochs=1 momentum=0.5", device).train()
        torch.cuda.empty_cache()
        return used()

    assert train(190) <= train(10) + (32 << 20)


@pytest.mark.parametrize("settings", ["l2=0.001", "dropout=0.5 momentum=0.9", "batch_size=1 train_size=300"])
def test_stacks_are_captured_and_do_what_each_network_does_alone(settings: str, device: torch.device) -> None:
    stack, events = Stack(8), list[Event]()
    cells = [f"hidden=24,16 epochs=2 {settings} seed={seed}" for seed in range(8)]
    together = [trainer_of(cell, device, events, seat) for cell, seat in zip(cells, stack.seats, strict=True)]

    def train(trainer: Trainer, seat: Seat) -> None:
        devices.prepare(device, 1)
        trainer.train()
        seat.leave()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(train, together, stack.seats))
    assert not [event.message for event in events if isinstance(event, Notice)]
    assert [seat.size for seat in stack.seats] == [8] * 8 and stack._way.name.startswith("captured graph of")
    for cell, trainer in zip(cells, together, strict=True):
        alone = trainer_of(cell, device)
        alone.train()
        assert (trainer.network.vector - alone.network.vector).norm() <= 0.02 * alone.network.vector.norm()


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="there is one card")
def test_two_cards_train_alike() -> None:
    vectors = []
    for index in range(2):
        card = torch.device(f"cuda:{index}")
        devices.prepare(card, 1)
        trainer = trainer_of("hidden=24 epochs=2", card)
        trainer.train()
        assert trainer.gradients().name.startswith("captured graph of")
        vectors.append(trainer.network.vector.cpu())
    assert torch.equal(*vectors)
