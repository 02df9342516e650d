"""The engine's training against a loop written independently: DataLoader, nn.Module, autograd, torch.optim."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

from engine.config.choices import ACTIVATIONS, INITIALISATION, SCHEDULE
from engine.config.run_config import RunConfig
from engine.datasets import Dataset
from engine.runs.events import Epoch, Event, Steps
from engine.training import products
from engine.training.batch_buffers import BatchBuffers, Scaling, seed_of, split
from engine.training.closed_form import ClosedForm
from engine.training.control import Control
from engine.training.pixel_order import PixelOrder
from engine.training.reporter import Diverged
from engine.training.trainer import Trainer, TrainerCallbacks
from tests.builders.blobs import blobs

Pixels = npt.NDArray[np.float64]
CPU = torch.device("cpu")
DATA = blobs(train=600, test=200)
BATCH = 32
CALLBACKS = TrainerCallbacks(lambda event: None, lambda saved: None, lambda *tested: None, lambda: None)


class Perceptron(nn.Module):
    """A multi-layer perceptron in the tutorial's style; the masks of dropout are handed to it."""

    def __init__(self, config: RunConfig) -> None:
        super().__init__()
        names = {"leaky-relu": nn.LeakyReLU, "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
                 "elu": nn.ELU, "gelu": nn.GELU}  # fmt: skip
        widths = [784, *config.hidden, 10]
        self.layers = nn.ModuleList()
        for a, b in itertools.pairwise(widths):
            normalised = config.batch_norm and len(self.layers) < 2 * len(config.hidden)
            self.layers.append(nn.Linear(a, b, bias=not normalised))
            self.layers.extend([nn.BatchNorm1d(b)] if normalised else [])
        self.a_layer = 2 if config.batch_norm else 1
        used = config.activation * len(config.hidden) if len(config.activation) == 1 else config.activation
        self.activations = [names[name]() for name in used]

    def forward(self, x: Tensor, masks: Sequence[Tensor] = ()) -> Tensor:
        for number, activation in enumerate(self.activations):
            for module in self.layers[number * self.a_layer :][: self.a_layer]:
                x = module(x)
            x = activation(x)
            if masks:
                x = x * masks[number]
        logits: Tensor = self.layers[-1](x)
        return logits


def initialise(config: RunConfig, model: Perceptron) -> None:
    """With `nn.init`, over what `nn.Linear` has drawn for itself."""
    fill: dict[str, Callable[[Tensor], Tensor]] = {
        "xavier": nn.init.xavier_uniform_,
        "he": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
        "normal": lambda weight: nn.init.normal_(weight, 0, config.sigma),
        "zeros": nn.init.zeros_,
    }
    layers = [layer for layer in model.layers if isinstance(layer, nn.Linear)]
    for layer in layers if config.initialisation in fill else ():
        fill[config.initialisation](layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def optimiser_of(config: RunConfig, model: nn.Module) -> torch.optim.Optimizer:
    decay = 2 * config.l2 if config.l2_mode == "weight-decay" else 0.0
    parameters, rate = model.parameters(), config.learning_rate
    if config.optimiser == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=config.momentum, nesterov=config.nesterov, weight_decay=decay)
    names = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "rmsprop": torch.optim.RMSprop}
    optimiser: torch.optim.Optimizer = names[config.optimiser](parameters, rate, weight_decay=decay)
    return optimiser


def scheduler_of(config: RunConfig, rule: torch.optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """PyTorch's own schedules, a step at a time."""
    warmup = round(config.warmup * steps / config.epochs)
    left = steps - warmup
    schedules: dict[str, Callable[[], lr_scheduler.LRScheduler]] = {
        "constant": lambda: lr_scheduler.LambdaLR(rule, lambda step: 1.0),
        "step": lambda: lr_scheduler.MultiStepLR(rule, [math.ceil(0.5 * left), math.ceil(0.75 * left)]),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(rule, left),
        "linear": lambda: lr_scheduler.LinearLR(rule, 1, 0, left),
    }
    after = schedules[config.schedule]
    if not warmup:
        return after()
    growing = lr_scheduler.LinearLR(rule, 1 / warmup, 1, warmup - 1)
    return lr_scheduler.SequentialLR(rule, [growing, after()], [warmup])


@dataclass
class Outcome:
    parameters: dict[str, Tensor]
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    penalty: float


def reference(config: RunConfig, set_after: tuple[int, float] | None = None) -> Outcome:
    """One epoch, on the images in the order and with the dropout masks that the engine draws, with another learning
    rate that is `set_after` so many steps."""
    torch.manual_seed(config.seed)
    model = Perceptron(config)
    initialise(config, model)
    optimiser = optimiser_of(config, model)
    scheduler = scheduler_of(config, optimiser, -(-len(DATA.train_labels) // BATCH))
    order = torch.randperm(600, generator=torch.Generator().manual_seed(seed_of(config.seed, "order", 1)))
    images = torch.from_numpy(augmented(config, DATA.train_images / 255, order)).reshape(-1, 784).float()
    test = torch.from_numpy(DATA.test_images).reshape(-1, 784).float() / 255
    if config.scaling == "standard":
        images, test = (images - DATA.mean) / DATA.std, (test - DATA.mean) / DATA.std
    labels = torch.from_numpy(DATA.train_labels.astype(np.int64))
    loader = DataLoader(TensorDataset(images, labels), batch_size=BATCH, sampler=order.tolist())
    masks = masks_of(config, len(images))
    loss_sum = correct = 0.0
    for number, (x, y) in enumerate(loader):
        rows = slice(number * BATCH, number * BATCH + len(x))
        optimiser.zero_grad()
        logits = model(x, [mask[rows] for mask in masks])
        loss = nn.functional.cross_entropy(logits, y)
        penalised = {
            "loss-all": list(model.parameters()),
            "loss-weights": [p for p in model.parameters() if p.ndim > 1],
            "weight-decay": [],
        }[config.l2_mode]
        (loss + config.l2 * sum((p.square().sum() for p in penalised), torch.zeros(()))).backward()
        if config.clip:
            nn.utils.clip_grad_norm_(model.parameters(), config.clip)
        (group,) = optimiser.param_groups
        scheduled = group["lr"]
        if set_after and number >= set_after[0]:
            group["lr"] *= set_after[1] / config.learning_rate
        optimiser.step()
        group["lr"] = scheduled
        scheduler.step()
        loss_sum += loss.item() * len(x)
        correct += (logits.argmax(1) == y).sum().item()
    model.eval()
    with torch.no_grad():
        logits = model(test)
        truth = torch.from_numpy(DATA.test_labels.astype(np.int64))
        every = [p for p in model.parameters() if p.ndim > 1 or config.l2_mode != "loss-weights"]
        return Outcome(
            {name.removeprefix("layers."): tensor for name, tensor in model.state_dict().items()},
            loss_sum / len(images),
            correct / len(images),
            nn.functional.cross_entropy(logits, truth).item(),
            (logits.argmax(1) == truth).float().mean().item(),
            config.l2 * sum(p.square().sum().item() for p in every),
        )


def augmented(config: RunConfig, images: Pixels, order: Tensor) -> Pixels:
    """Images turned, then moved, each as is drawn for its place in the order, of which all are one chunk."""
    generator = torch.Generator().manual_seed(seed_of(config.seed, "augmentation", 1, 0))
    if config.rotation:
        most = math.radians(config.rotation)
        angles = torch.empty(len(images)).uniform_(-most, most, generator=generator)
        for place, number in enumerate(order):
            images[number] = turned(images[number], float(angles[place]))
    if config.shift:
        starts = torch.randint(2 * config.shift + 1, (2, len(images)), generator=generator)
        for place, number in enumerate(order):
            row, column = starts[:, place].tolist()
            images[number] = np.pad(images[number], config.shift)[row : row + 28, column : column + 28]
    return images


def turned(image: Pixels, angle: float) -> Pixels:
    """An image about its middle, each pixel mixed of the four that it comes from."""
    y, x = np.mgrid[:28, :28] - 13.5
    from_x, from_y = (
        math.cos(angle) * x - math.sin(angle) * y + 15.5,
        math.sin(angle) * x + math.cos(angle) * y + 15.5,
    )
    wide, result = np.pad(image, 16), np.zeros((28, 28))
    left, top = np.floor(from_x).astype(int), np.floor(from_y).astype(int)
    for dy, dx in itertools.product((0, 1), (0, 1)):
        share = (1 - abs(from_y - top - dy)) * (1 - abs(from_x - left - dx))
        result += share * wide[top + dy + 14, left + dx + 14]
    return result


def masks_of(config: RunConfig, size: int) -> list[Tensor]:
    """Inverted dropout's masks for a whole epoch: 0 with probability p, else 1/(1 - p), drawn chunk by chunk."""
    if not config.dropout:
        return []
    buffers = BatchBuffers(
        config, DATA.train_images, DATA.train_labels, Scaling(config, 0, 1), PixelOrder(DATA.train_images, False), CPU
    )
    rows = buffers.batches_a_chunk * BATCH
    keep, parts = 1 - config.dropout, []
    for chunk in range(-(-size // rows)):
        generator = torch.Generator().manual_seed(seed_of(config.seed, "dropout", 1, chunk))
        parts.append([torch.empty(rows, w).bernoulli_(keep, generator=generator) / keep for w in config.hidden])
    return [torch.cat(layer) for layer in zip(*parts, strict=True)]


def train(config: RunConfig, data: Dataset = DATA, control: Control | None = None) -> tuple[Trainer, list[Event]]:
    """Train with the engine, without a run directory."""
    events: list[Event] = []
    callbacks = TrainerCallbacks(events.append, lambda saved: None, lambda *tested: None, lambda: None)
    trainer = Trainer(config, data, CPU, callbacks, control or Control())
    events.append(trainer.train())
    return trainer, events


CONFIGURATIONS = [
    "hidden=none",
    *(f"hidden=24,16 activation={name}" for name in ACTIVATIONS),
    *(f"hidden=24,16 activation={name} dropout=0.5" for name in ACTIVATIONS),
    "hidden=24,16,12 activation=tanh,relu,gelu",
    "hidden=24,16 scaling=standard",
    *(f"hidden=24,16 l2=0.001 l2_mode={mode}" for mode in ("loss-all", "loss-weights", "weight-decay")),
    "hidden=24,16 l2=0.001 dropout=0.3",
    "hidden=24,16 momentum=0.9 learning_rate=0.02",
    "hidden=24,16 momentum=0.9 nesterov=yes learning_rate=0.02 l2=0.001 l2_mode=weight-decay",
    *(
        f"hidden=24,16 optimiser={name} learning_rate=0.001 l2={l2} l2_mode={mode}"
        for name in ("adam", "adamw", "rmsprop")
        for l2, mode in (("0", "loss-all"), ("0.01", "loss-weights"), ("0.01", "weight-decay"))
    ),
    *(f"hidden=24,16 schedule={name} warmup={warmup}" for name in SCHEDULE.words[1:] for warmup in (0, 0.5)),
    *(f"hidden=24,16 initialisation={name}" for name in INITIALISATION.words[1:]),
    "hidden=24,16 initialisation=normal sigma=0.1",
    *(f"hidden=24,16 clip=0.5 {more}" for more in ("", "l2=0.01", "momentum=0.9 l2=0.01 l2_mode=weight-decay")),
    "hidden=24,16 schedule=cosine warmup=0.2 optimiser=adam learning_rate=0.001 dropout=0.3",
    "hidden=24,16 shift=3",
    "hidden=24,16 rotation=15 scaling=standard",
    "hidden=24,16 shift=2 rotation=180 dropout=0.3",
    *(f"hidden=24,16 batch_norm=yes activation={name}" for name in ("relu", "gelu")),
    "hidden=24,16 batch_norm=yes dropout=0.3 l2=0.001 l2_mode=loss-weights initialisation=xavier activation=sigmoid",
    "hidden=24,16 batch_norm=yes l2=0.001 momentum=0.9 learning_rate=0.02",
    "hidden=24,16 batch_norm=yes optimiser=adam learning_rate=0.001 l2=0.01 l2_mode=weight-decay",
]


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "l2=0.001",
        "optimiser=adam learning_rate=0.001 l2=0.001",
        "momentum=0.9",
        "activation=gelu hidden=24,24",
    ],
)
@pytest.mark.parametrize("batch_size", ["100", "full", "1"])
def test_large_and_small_batches_agree_with_autograd(settings: str, batch_size: str) -> None:
    data = blobs(train=1024 + 60 if batch_size != "1" else 100)
    rate = "" if "learning_rate" in settings else "learning_rate=0.02"
    config = RunConfig.parse(f"hidden=24 epochs=2 batch_size={batch_size} {rate} {settings}")
    closed, _ = train(config, data)
    autograd, _ = train(config.replace({"gradients": "autograd"}), data)
    theirs = autograd.network.state_dict()
    for name, parameter in closed.network.state_dict().items():
        torch.testing.assert_close(parameter, theirs[name], rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("gradients", ["autograd", "closed-form"])
@pytest.mark.parametrize("settings", CONFIGURATIONS)
def test_an_epoch_agrees_with_an_independent_loop(settings: str, gradients: str) -> None:
    config = RunConfig.parse(f"{settings} epochs=1 seed=7 gradients={gradients}")
    trainer, events = train(config)
    expected = reference(config)
    figures = next(event for event in events if isinstance(event, Epoch))
    ours = trainer.network.state_dict()
    assert [name for name in expected.parameters if not name.endswith("num_batches_tracked")] == list(ours)
    for name, tensor in ours.items():
        torch.testing.assert_close(tensor, expected.parameters[name], rtol=2e-3, atol=2e-5)
    assert figures.train_loss == pytest.approx(expected.train_loss, rel=1e-4)
    assert figures.train_accuracy == pytest.approx(expected.train_accuracy, abs=2 / 600)
    assert figures.test_loss == pytest.approx(expected.test_loss, rel=1e-4)
    assert figures.test_accuracy == pytest.approx(expected.test_accuracy, abs=1 / 200)
    assert figures.penalty == pytest.approx(expected.penalty, rel=1e-4)


@pytest.mark.parametrize("gradients", ["autograd", "closed-form"])
@pytest.mark.parametrize("settings", ["", "dropout=0.3 l2=0.01", "momentum=0.9", "schedule=cosine warmup=0.5"])
def test_a_rate_set_in_training_is_that_of_every_step_from_there_on(settings: str, gradients: str) -> None:
    config = RunConfig.parse(f"hidden=24,16 epochs=1 seed=7 gradients={gradients} {settings}")
    trainer = Trainer(config, DATA, CPU, CALLBACKS, Control())
    trainer.schedule.change(5, 0.02)
    trainer.train()
    expected = reference(config, set_after=(5, 0.02))
    for name, tensor in trainer.network.state_dict().items():
        torch.testing.assert_close(tensor, expected.parameters[name], rtol=2e-3, atol=2e-5)


def recorded(settings: str) -> list[str]:
    """The operations of a step, by name."""
    trainer = Trainer(RunConfig.parse(f"hidden=24,16 {settings}"), DATA, CPU, CALLBACKS, Control())
    steps = trainer.gradients()
    assert isinstance(steps, ClosedForm)
    return [
        getattr(getattr(call, "func", call), "__name__", "") for call in steps._record(trainer.buffers.draw(1, 0)[0])
    ]


def test_settings_left_alone_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of the defaults is these operations, whatever can be set besides."""
    monkeypatch.setattr(products, "numpy_is_faster", lambda: False)
    back, update = ["mm", "threshold_backward.grad_input"], ["addmm_", "addmv_"]
    forward = ["addmm", "relu_", "addmm", "relu_", "addmm", "softmax", "sub_"]
    assert recorded("") == [*forward, *back, *update, *back, *update, *update]


@pytest.mark.parametrize("settings", ["dropout=0.5", "optimiser=adam learning_rate=0.001", "batch_size=full", ""])
def test_the_same_configuration_gives_the_same_bits(settings: str) -> None:
    config = RunConfig.parse(f"hidden=24,16 epochs=2 {settings}")
    (first, one), (second, two) = train(config), train(config)
    assert torch.equal(first.network.vector, second.network.vector)
    epochs = [[(e.train_loss, e.test_loss) for e in events if isinstance(e, Epoch)] for events in (one, two)]
    assert epochs[0] == epochs[1]


@pytest.mark.parametrize("settings", ["momentum=0.9", "optimiser=adam", "optimiser=rmsprop"])
def test_a_checkpoint_is_the_same_whatever_order_pixels_are_kept_in(settings: str) -> None:
    config = RunConfig.parse(f"hidden=24 epochs=1 learning_rate=0.001 {settings}")
    closed, _ = train(config)
    autograd, _ = train(config.replace({"gradients": "autograd"}))
    mine, theirs = closed.checkpoints.take(), autograd.checkpoints.take()
    for name, state in mine.optimiser.items():
        torch.testing.assert_close(state, theirs.optimiser[name], rtol=5e-3, atol=1e-6)
    again = Trainer(config, DATA, CPU, CALLBACKS, Control())
    again.checkpoints.restore(mine)
    for name, state in again.checkpoints.take().optimiser.items():
        assert torch.equal(state, mine.optimiser[name])
    assert torch.equal(again.network.vector, closed.network.vector)


@pytest.mark.parametrize(
    "settings", ["batch_norm=yes dropout=0.3", "batch_norm=yes gradients=autograd momentum=0.9", "shift=2 rotation=9"]
)
def test_a_run_resumed_within_an_epoch_goes_on_to_the_same_bits(settings: str) -> None:
    config = RunConfig.parse(f"hidden=24,16 epochs=2 learning_rate=0.02 {settings}")
    whole, _ = train(config)
    begun, resumed = (Trainer(config, DATA, CPU, CALLBACKS, Control()) for _ in range(2))
    batches = begun.buffers.draw(1, 0)
    with torch.inference_mode(begun.gradients().inference):
        begun.gradients().run(batches[:5], lambda: False)
    begun._metrics.take(0, batches[:5])
    begun.position.batch = 5
    resumed.checkpoints.restore(begun.checkpoints.take())
    resumed.train()
    mine, theirs = resumed.network.state_dict(), whole.network.state_dict()
    assert all(torch.equal(mine[name], tensor) for name, tensor in theirs.items())


def test_another_seed_gives_other_weights() -> None:
    first, _ = train(RunConfig.parse("hidden=24 epochs=1 seed=1"))
    second, _ = train(RunConfig.parse("hidden=24 epochs=1 seed=2"))
    assert not torch.equal(first.network.vector, second.network.vector)


def test_weight_decay_of_sgd_is_twice_lambda() -> None:
    in_the_loss, _ = train(RunConfig.parse("hidden=24 epochs=1 l2=0.001"))
    as_decay, _ = train(RunConfig.parse("hidden=24 epochs=1 l2=0.001 l2_mode=weight-decay"))
    torch.testing.assert_close(in_the_loss.network.vector, as_decay.network.vector)


@pytest.mark.parametrize(("batch_size", "steps"), [("1", 600), ("32", 19), ("100", 6), ("full", 1), ("5000", 1)])
def test_an_epoch_sees_every_image_once(batch_size: str, steps: int) -> None:
    trainer, events = train(RunConfig.parse(f"hidden=none epochs=1 batch_size={batch_size} learning_rate=0.01"))
    assert trainer.position.step == steps
    assert [event.step for event in events if isinstance(event, Epoch)] == [steps]
    seen = [seen for chunk in chunks(trainer.buffers) for seen in chunk]
    assert sorted(seen) == sorted(DATA.train_images.reshape(-1, 784).astype(int).sum(1).tolist())


def chunks(buffers: BatchBuffers) -> list[list[int]]:
    """The sum of the pixels of each image, in the order they are drawn."""
    sums = []
    for chunk in range(-(-buffers.batches // buffers.batches_a_chunk)):
        for place, size, widths in buffers.draw(1, chunk):
            part = size // len(widths)
            for number, width in enumerate(widths):
                rows = slice(number * part, (number + 1) * part)
                inputs = buffers.images[place, rows, :width].double() * buffers.input_scale
                sums.append((inputs * 255).sum(1).round().long().tolist())
    return sums


def test_orders_differ_between_epochs() -> None:
    trainer, _ = train(RunConfig.parse("hidden=none epochs=1"))
    trainer.buffers.draw(1, 0)
    first = trainer.buffers.labels.clone()
    trainer.buffers.draw(2, 0)
    assert not torch.equal(first, trainer.buffers.labels)


@pytest.mark.parametrize("settings", ["shift=2", "rotation=20"])
def test_an_image_is_another_one_each_epoch_and_the_same_when_drawn_again(settings: str) -> None:
    trainer, _ = train(RunConfig.parse(f"hidden=none epochs=1 train_size=1 {settings}"))
    drawn = []
    for epoch in (1, 2, 1):
        trainer.buffers.draw(epoch, 0)
        drawn.append(trainer.buffers.images.clone())
    assert torch.equal(drawn[0], drawn[2])
    assert not torch.allclose(drawn[0], drawn[1])


def test_steps_come_before_an_epoch_and_cover_it() -> None:
    _, events = train(RunConfig.parse("hidden=24 epochs=3"))
    last = None
    for event in events:
        if isinstance(event, Epoch):
            assert isinstance(last, Steps)
            assert last.step == event.step
        if isinstance(event, (Steps, Epoch)):
            last = event
    weighted = [event for event in events if isinstance(event, Steps) and event.epoch == 1]
    assert weighted[0].min_loss <= weighted[0].loss <= weighted[0].max_loss


def test_steps_come_at_most_ten_times_a_second() -> None:
    config = RunConfig.parse("hidden=256,256 epochs=1 batch_size=1 gradients=closed-form")
    _, events = train(config, blobs(train=15000, test=100))
    times = [event.time for event in events if isinstance(event, Steps)]
    assert len(times) > 4, "the run was over too soon to tell"
    busiest = max(sum(start <= time < start + 1 for time in times) for start in times)
    assert busiest <= 10


def test_validation_images_are_not_trained_on() -> None:
    config = RunConfig.parse("validation=0.25 seed=3")
    images, labels, validation_images, validation_labels = split(config, DATA.train_images, DATA.train_labels)
    assert (len(images), len(validation_images)) == (450, 150)
    together = np.concatenate([images, validation_images]).reshape(600, -1)
    assert sorted(map(bytes, together)) == sorted(map(bytes, DATA.train_images.reshape(600, -1)))
    assert (len(labels), len(validation_labels)) == (450, 150)
    _, events = train(config.replace({"hidden": [24], "epochs": 1}))
    figures = next(event for event in events if isinstance(event, Epoch))
    assert figures.validation_accuracy is not None
    assert 0 <= figures.validation_accuracy <= 1


def test_a_loss_that_is_not_finite_names_its_step() -> None:
    events: list[Event] = []
    callbacks = TrainerCallbacks(events.append, lambda saved: None, lambda *tested: None, lambda: None)
    trainer = Trainer(RunConfig.parse("hidden=24 learning_rate=1 l2=10"), DATA, CPU, callbacks, Control())
    with pytest.raises(Diverged, match=r"step [0-9]+"):
        trainer.train()
    assert any(isinstance(event, Steps) and not np.isfinite(event.max_loss) for event in events)
