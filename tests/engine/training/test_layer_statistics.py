"""What is told of the layers of a network in training, against plain computations, and that telling changes nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.config.run_config import RunConfig
from engine.runs.events import Epoch, Event, Layers, decode, encode
from engine.runs.layers import BINS, Layer
from engine.training.autograd import Parts
from engine.training.l2_penalty import L2Penalty
from engine.training.layer_statistics import LayerStatistics
from engine.training.network import Network
from engine.training.optimisers import make_optimiser
from engine.training.position import Position
from tests.builders.trainers import CPU, DATA, trainer_of

WHOLE = "train_size=500 batch_size=full learning_rate=0.5 hidden=12,6"


def trained(settings: str) -> tuple[list[Layers], Network]:
    """What was told of each epoch, and the network in the end."""
    events: list[Event] = []
    trainer = trainer_of(settings, events=events)
    trainer.train()
    return [event for event in events if isinstance(event, Layers)], trainer.network


def parameters(network: Network) -> list[tuple[Tensor, Tensor]]:
    """Weights and biases of the layers, columns in the order of an image."""
    state = network.state_dict()
    return [
        (state[f"{n}.weight"].requires_grad_(), state[f"{n}.bias"].requires_grad_()) for n in range(len(state) // 2)
    ]


def made_of(images: Tensor, layers: Sequence[tuple[Tensor, Tensor]]) -> list[Tensor]:
    """What ReLU layers make of images, the logits last."""
    made = [images.view(-1, 784) / 255]
    for weight, bias in layers:
        made.append(functional.linear(made[-1].relu() if len(made) > 1 else made[-1], weight, bias))
    return [*(hidden.relu() for hidden in made[1:-1]), made[-1]]


@pytest.mark.parametrize(("penalty", "in_gradient"), [("loss-all", True), ("weight-decay", False)])
def test_every_figure_is_what_a_plain_computation_finds(penalty: str, in_gradient: bool) -> None:
    settings = f"{WHOLE} l2=0.01 l2_mode={penalty} epochs=3"
    told, network = trained(settings)
    _, before = trained(settings.replace("epochs=3", "epochs=2"))
    layers, earlier = parameters(network), [weight.detach() for weight, _ in parameters(before)]
    logits = made_of(torch.from_numpy(DATA.train_images[:500]).float(), layers)[-1]
    loss = functional.cross_entropy(logits, torch.from_numpy(DATA.train_labels[:500]).long())
    if in_gradient:
        loss = loss + 0.01 * sum(tensor.square().sum() for layer in layers for tensor in layer)
    gradients = torch.autograd.grad(loss, [weight for weight, _ in layers])
    made = made_of(torch.from_numpy(DATA.test_images).float(), layers)
    assert [event.epoch for event in told] == [1, 2, 3] and [event.step for event in told] == [1, 2, 3]
    for number, layer in enumerate(told[-1].layers):
        weight, activations = layers[number][0].detach(), made[number].detach()
        assert (layer.units, layer.activation) == (len(weight), "relu" if number < 2 else "")
        assert layer.weight_norm == pytest.approx(float(weight.norm()), rel=1e-4)
        assert layer.update_norm == pytest.approx(float((weight - earlier[number]).norm()), rel=1e-3)
        assert layer.gradient_norm == pytest.approx(float(gradients[number].norm()), rel=1e-3)
        assert layer.mean == pytest.approx(float(activations.mean()), abs=1e-4)
        assert layer.spread == pytest.approx(float(activations.std(correction=0)), rel=1e-3)
        if number < 2:
            assert layer.dead == pytest.approx(float((activations.amax(0) <= 0).float().mean()))
        else:
            assert math.isnan(layer.dead)
        assert math.isnan(layer.saturated)
        for found, tensor in ((layer.weights, weight), (layer.activations, activations)):
            assert (found.low, found.high) == pytest.approx((float(tensor.min()), float(tensor.max())), abs=1e-4)
            expected = torch.histc(tensor, BINS, found.low, found.high).tolist()
            assert sum(found.counts) == tensor.numel()
            # A number at the edge of two bins may count in either.
            assert sum(abs(own - other) for own, other in zip(found.counts, expected, strict=True)) <= 4


@pytest.mark.parametrize(("activation", "share"), [("tanh", 1.0), ("sigmoid", 1.0), ("relu", math.nan)])
def test_units_at_their_ends_are_saturated(activation: str, share: float) -> None:
    (told, *_), _ = trained(f"{WHOLE} activation={activation} init=normal sigma=100 learning_rate=1e-9 epochs=1")
    for layer in told.layers[:2]:
        assert layer.saturated == pytest.approx(share, abs=0.05, nan_ok=True)
        assert math.isnan(layer.dead) == (activation != "relu")


def test_all_units_of_a_network_of_zeros_are_dead_and_in_one_bin() -> None:
    (told, *_), _ = trained(f"{WHOLE} init=zeros epochs=1")
    hidden = told.layers[0]
    assert (hidden.dead, hidden.weights.counts) == (1.0, (12 * 784, *[0] * (BINS - 1)))


def test_weights_that_a_penalty_has_shrunk_to_next_to_nothing_are_told_of() -> None:
    """What a bin's width would be is too small for a float."""
    (told, *_), _ = trained(f"{WHOLE} init=normal sigma=1e-42 epochs=1")
    weights = told.layers[0].weights
    assert weights.low < 0 < weights.high and weights.counts == (12 * 784, *[0] * (BINS - 1))


CHANGED = {
    "compiled": "hidden=16 epochs=3 batch_size=32 train_size=1000",
    "recorded": "hidden=16,8 epochs=3 batch_size=64 optimiser=adam learning_rate=0.01 dropout=0.2 batch_norm=on",
    "autograd": "hidden=16,8 epochs=3 batch_size=64 gradients=autograd batch_norm=on activation=tanh l2=0.001",
    "augmented": "hidden=16 epochs=3 batch_size=100 shift=2 scaling=standard",
    "early stopping": "hidden=16 epochs=3 batch_size=64 validation=0.1 patience=1",
}


@pytest.mark.parametrize("settings", CHANGED.values(), ids=CHANGED)
def test_looking_changes_no_bit_of_a_run(settings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.compiled_steps.LEAST_SAVED", 0.0)

    def run() -> tuple[list[Epoch], list[Tensor]]:
        events: list[Event] = []
        trainer = trainer_of(settings, events=events)
        trainer.train()
        epochs = [
            replace(event, time=0.0, seconds=0.0, evaluation_seconds=0.0, elapsed=0.0)
            for event in events
            if isinstance(event, Epoch)
        ]
        return epochs, trainer.network.state

    epochs, tensors = run()
    nothing = Layers(epoch=1, step=1, layers=())
    monkeypatch.setattr(LayerStatistics, "begin_epoch", lambda self: None)
    monkeypatch.setattr(LayerStatistics, "see", lambda *_: None)
    monkeypatch.setattr(LayerStatistics, "event", lambda self: nothing)
    without, others = run()
    assert epochs == without and all(map(torch.equal, tensors, others))


def test_the_update_of_an_epoch_that_began_elsewhere_is_not_known() -> None:
    events: list[Event] = []
    trainer = trainer_of("hidden=none epochs=2 batch_size=1000", events=events)
    trainer.position.batch = 2
    trainer.train()
    updates = [[layer.update_norm for layer in event.layers] for event in events if isinstance(event, Layers)]
    assert len(updates) == 2 and all(map(math.isnan, updates[0])) and all(norm > 0 for norm in updates[1])


def test_a_network_that_is_no_longer_finite_is_told_of() -> None:
    trainer = trainer_of("hidden=3 epochs=1")
    config, network = RunConfig.parse("hidden=3 epochs=1"), trainer.network
    network.vector.fill_(math.inf)
    penalty = L2Penalty(config)
    optimiser = make_optimiser(config, penalty.decay, network.vector)
    statistics = LayerStatistics(
        Parts(config, network, trainer.buffers, penalty, optimiser), Position(trainer.buffers.batches)
    )
    network.forward(torch.ones(5, 784, device=CPU), see=statistics.see)
    layers: tuple[Layer, ...] = statistics.event().layers
    back = decode(encode(Layers(epoch=1, step=1, layers=layers)))
    assert isinstance(back, Layers)
    for layer in back.layers:
        assert math.isnan(layer.weight_norm) and math.isnan(layer.weights.low) and not any(layer.weights.counts)
