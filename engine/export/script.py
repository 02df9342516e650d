"""A run as a PyTorch script that stands alone, in a tutorial's style, and comes to the same figures."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from string import Template

from engine.config.run_config import ALL, RunConfig
from engine.config.schedule import varies
from engine.datasets.catalogue import SPECS, SYNTHETIC
from engine.errors import ExportError
from engine.files import ASSETS
from engine.runs.events import Epoch, RunStarted
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import RunState
from engine.text import clean
from engine.training.batch_plan import Batching, profits_from_pixel_order

CALM_STEPS = 300
SPREAD = 5e-6
MOST_DIGITS = 4

ACTIVATIONS = {
    "relu": "torch.relu", "tanh": "torch.tanh", "sigmoid": "torch.sigmoid",
    "leaky-relu": "functional.leaky_relu", "elu": "functional.elu", "gelu": "functional.gelu",
}  # fmt: skip
NETWORK = "Fully connected layers:{norm} an activation after each hidden one, logits from the last."
ADVICE = "A run with\ngradients=autograd is repeated to the last digit."
INITIALISATIONS = {
    "default": "",
    "xavier": "nn.init.xavier_uniform_(layer.weight)",
    "he": 'nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")',
    "normal": "nn.init.normal_(layer.weight, std={sigma})",
    "zeros": "nn.init.zeros_(layer.weight)",
}
SCHEDULES = {
    "constant": "{rate}",
    "step": "{rate} / (1 if done < 0.5 else 10 if done < 0.75 else 100)",
    "cosine": "{rate} * (1 + math.cos(math.pi * done)) / 2",
    "linear": "{rate} * (1 - done)",
}
OPTIMISERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}


def script(snapshot: RunSnapshot) -> str:
    """The script of a run that has started. Raises ExportError for another.

    Its template, `assets/script.template`, is a script with every part that any run needs."""
    if snapshot.state.started is None:
        raise ExportError(f"{snapshot.record.id} has not started, so there is nothing to reproduce yet")
    if _kind(snapshot.record.device) not in ("", _kind(snapshot.state.started.device)):
        raise ExportError(f"{snapshot.record.id} went on on another kind of device, whose random numbers are others")
    if snapshot.config.dataset not in SPECS:
        raise ExportError(f"{snapshot.record.id} does not say which data set it was trained on")
    plan = Plan(snapshot, snapshot.state.started)
    return fill((ASSETS / "script.template").read_text(encoding="utf-8"), plan.parts(), plan.values())


def fill(template: str, parts: Mapping[str, bool], values: Mapping[str, object]) -> str:
    """The template with its `$names` replaced by values, of which each line keeps the indentation.

    Lines between `%% if PART` and `%% else` or `%% end` stay where the part is wanted."""
    lines, wanted = [], [True]
    for line in template.splitlines():
        match line.split():
            case ["%%", "if", part]:
                wanted.append(parts[part])
            case ["%%", "else"]:
                wanted[-1] = not wanted[-1]
            case ["%%", "end"]:
                wanted.pop()
            case _ if all(wanted):
                indent = line[: len(line) - len(line.lstrip())]
                lines.append(Template(line).substitute(values).replace("\n", "\n" + indent))
    return "\n".join(lines) + "\n"


class Plan:
    """Which parts of the template a run needs, and what the names in it stand for."""

    def __init__(self, snapshot: RunSnapshot, started: RunStarted) -> None:
        self._record, self._epochs, self._config = snapshot.record, snapshot.state.epochs, snapshot.config
        self._rates = tuple((change.step, change.learning_rate) for change in snapshot.state.rate_changes)
        self._batching = Batching.of(self._config, started.train_size)
        self._spec = SPECS[self._config.dataset]
        self._augments = self._config.shift > 0 or self._config.rotation > 0
        self._exact, self._calm = repeats_exactly(self._config), is_calm(self._config, snapshot.state)
        losses = [loss for epoch in self._epochs for loss, _ in _figures(epoch).values()]
        self._loss_digits = 4 if self._exact else steady_digits(losses) if self._calm else 2
        self._accuracy_digits = 2 if self._exact or self._calm else 1

    def parts(self) -> dict[str, bool]:
        config, batching = self._config, self._batching
        in_loss = config.l2_mode != "weight-decay"
        sorts = batching.parts > 1 and profits_from_pixel_order(config, config.device)
        return {
            "figures": bool(self._epochs),
            "exact": self._exact,
            "calm": self._calm,
            "on_cpu": config.device == "cpu",
            "downloads": self._spec.name != SYNTHETIC,
            "synthetic": self._spec.name == SYNTHETIC,
            "augments": self._augments,
            "rotates": config.rotation > 0,
            "moves": config.shift > 0,
            "standard": config.scaling == "standard" and not self._augments,
            "standard_later": config.scaling == "standard" and self._augments,
            "fewer": config.train_size != ALL,
            "validation": config.images_held_out(self._spec.train_size) > 0,
            "batch_norm": config.batch_norm,
            "dropout": config.dropout > 0,
            "short": batching.size % batching.batch_size > 0,
            "sorts": config.dropout > 0 and sorts,
            "l2": config.l2 > 0,
            "penalty": config.l2 > 0 and in_loss,
            "weights_only": config.l2_mode == "loss-weights",
            "decay": config.l2 > 0 and not in_loss,
            "varies": varies(config) or bool(self._rates),
            "set": bool(self._rates),
            "initialised": config.initialisation != "default",
            "clip": config.clip > 0,
            "patience": config.patience > 0,
            "falls": config.schedule != "constant",
            "math": config.schedule == "cosine" or config.rotation > 0,
            "warmup": config.warmup > 0,
            "one_thread": config.device == "cpu" and not batching.is_worth_threads(config.parameters()),
        }

    def values(self) -> dict[str, object]:
        config, spec = self._config, self._spec
        chunk = self._batching.batches_a_chunk
        title = _plain(self._record.name)
        layers = config.layers() if len(config.hidden) < 8 else f"{len(config.hidden)} hidden layers"
        data = "synthetic digits" if spec.name == SYNTHETIC else spec.title
        return {
            "title": title,
            "description": f"Trains {layers} on {data}.",
            "id": self._record.id,
            "file_name": "script.py",
            "layers": layers,
            "data_title": data,
            "data_class": spec.folder,
            "mean": spec.mean,
            "std": spec.std,
            "train_size": config.train_size,
            "validation": config.validation,
            "same_draws": self._same_draws(),
            "shift": config.shift,
            "rotation": config.rotation,
            "augmented_words": " and ".join(["turned"] * (config.rotation > 0) + ["moved"] * (config.shift > 0)),
            "inputs": self._inputs(),
            "drawn": ", ".join(name for name, _ in self._drawing()),
            "drawing": self._zipped(),
            "figures": "\n".join(f"    {self._line(epoch)}" for epoch in self._epochs),
            "seed": config.seed,
            "epochs": config.epochs,
            "epochs_words": "1 epoch" if config.epochs == 1 else f"{config.epochs:,} epochs",
            "pad": f":{len(str(config.epochs))}" if config.epochs > 9 else "",
            "batch_size": self._batching.batch_size,
            "learning_rate": config.learning_rate,
            "initialise": INITIALISATIONS[config.initialisation].format(sigma=config.sigma),
            "clip": config.clip,
            "patience": config.patience,
            "warmup": config.warmup,
            "left": "max(1, EPOCHS * batches - warmup)" if config.warmup else "(EPOCHS * batches)",
            "step": "(step - warmup)" if config.warmup else "step",
            "rates": self._rates,
            "rate": "rate" if self._rates else "LEARNING_RATE",
            "schedule": SCHEDULES[config.schedule].format(rate="rate" if self._rates else "LEARNING_RATE"),
            "l2": config.l2,
            "dropout": config.dropout,
            "widths": config.hidden,
            "no_masks": (1,) * len(config.hidden),
            "chunk_rows": "BATCH_SIZE" if chunk == 1 else f"{chunk} * BATCH_SIZE",
            "chunk_words": "a batch at a time" if chunk == 1 else f"for {chunk} batches at a time",
            "device": config.device,
            "network_summary": self._summary(),
            "where": self._where(),
            "advice": ADVICE if repeats_exactly(config.replace({"gradients": "autograd"})) else "",
            "layer_lines": "\n".join(f"self.append({module})" for module in self._modules()),
            "forward_lines": "\n".join(self._forward_lines()),
            "one_dimensional": "biases and scales" if config.batch_norm else "biases",
            "without_penalty": ", without the penalty," if config.l2 and config.l2_mode != "weight-decay" else "",
            "optimiser": self._optimiser(),
            "accuracy_digits": self._accuracy_digits,
            "loss_digits": self._loss_digits,
        }

    def _same_draws(self) -> str:
        """What is drawn as the run drew it, besides weights and order."""
        config = self._config
        same = [*["augmentation"] * self._augments, *["dropout masks"] * (config.dropout > 0)]
        return f", with the same {' and '.join(same)}" if same else ""

    def _inputs(self) -> str:
        if not self._augments:
            return "images[batch]"
        return "standardised(augmented)" if self._config.scaling == "standard" else "augmented"

    def _drawing(self) -> Iterator[tuple[str, str]]:
        """What the loop over batches draws: names, and what draws them."""
        yield "batch", "order.split(BATCH_SIZE)"
        if self._augments:
            yield "augmented", "augment(images, order, epoch)"
        if self._config.dropout:
            yield "masks", "dropout_masks(epoch)"

    def _zipped(self) -> str:
        sources = [source for _, source in self._drawing()]
        return f"zip({', '.join(sources)})" if len(sources) > 1 else sources[0]

    def _summary(self) -> str:
        if not self._config.hidden:
            return "Logistic regression: one layer gives the logits."
        return NETWORK.format(norm=" batch normalisation and" if self._config.batch_norm else "")

    def _modules(self) -> Iterator[str]:
        """The layers; one that is normalised has its bias after that."""
        *hidden, last = self._config.layer_sizes()
        for inputs, outputs in hidden:
            if self._config.batch_norm:
                yield f"nn.Linear({inputs}, {outputs}, bias=False)"
                yield f"nn.BatchNorm1d({outputs})"
            else:
                yield f"nn.Linear({inputs}, {outputs})"
        yield "nn.Linear({}, {})".format(*last)

    def _forward_lines(self) -> Iterator[str]:
        config, number = self._config, itertools.count()
        for layer, name in enumerate(config.layer_activations()):
            before = f"self[{next(number)}](x)"
            if config.batch_norm:
                before = f"self[{next(number)}]({before})"
            mask = f" * masks[{layer}]" if config.dropout else ""
            yield f"x = {ACTIVATIONS[name]}({before}){mask}"
        yield f"return self[{next(number)}](x)"

    def _optimiser(self) -> str:
        config = self._config
        options = ["model.parameters()", "lr=LEARNING_RATE"]
        options += [f"momentum={config.momentum}"] if config.momentum else []
        options += ["nesterov=True"] if config.nesterov else []
        options += ["weight_decay=2 * L2"] if config.l2 and config.l2_mode == "weight-decay" else []
        return f"torch.optim.{OPTIMISERS[config.optimiser]}({', '.join(options)})"

    def _where(self) -> str:
        """Where the figures are from."""
        device, torch = self._record.device, self._record.versions.get("torch", "")
        return (f", on {_plain(device)}" if device else "") + (f" with PyTorch {_plain(torch)}" if torch else "")

    def _line(self, epoch: Epoch) -> str:
        """The line that the script prints for an epoch."""
        epochs = self._config.epochs
        words = [f"epoch {epoch.epoch:{len(str(epochs))}}/{epochs}"]
        for name, (loss, accuracy) in _figures(epoch).items():
            accuracy_shown = f"{100 * accuracy:.{self._accuracy_digits}f} %"
            words.append(f"{name} {accuracy_shown} loss {loss:.{self._loss_digits}f}")
        return "  ".join(words)


def _figures(epoch: Epoch) -> dict[str, tuple[float, float]]:
    """Loss and accuracy on each set of images."""
    figures = {"training": (epoch.train_loss, epoch.train_accuracy)}
    if epoch.validation_loss is not None and epoch.validation_accuracy is not None:
        figures["validation"] = (epoch.validation_loss, epoch.validation_accuracy)
    return {**figures, "test": (epoch.test_loss, epoch.test_accuracy)}


def _kind(device: str) -> str:
    """The kind of device that a description such as `cuda:0 (NVIDIA H100)` is of."""
    return re.split(r"[^a-z]", device, maxsplit=1)[0]


def _plain(text: str) -> str:
    """Text that is nothing but text in a string literal."""
    return clean(text, 50).replace("\\", "/").replace('"', "'")


def repeats_exactly(config: RunConfig) -> bool:
    """Whether the run did every operation as the script does. Adam's bias correction is kept in other precision."""
    return config.gradients == "autograd" and config.device == "cpu" and config.optimiser in ("sgd", "rmsprop")


def is_calm(config: RunConfig, state: RunState) -> bool:
    """Whether rounding has not been magnified by the end of the run."""
    return not config.hidden or state.total_steps <= CALM_STEPS


def steady_digits(values: Iterable[float], spread: float = SPREAD) -> int:
    """The most decimals, at most four, to which each of `values` rounds as does all that is within `spread` of it."""
    known = [value for value in values if math.isfinite(value)]
    for digits in range(MOST_DIGITS, 0, -1):
        if all(f"{value - spread:.{digits}f}" == f"{value + spread:.{digits}f}" for value in known):
            return digits
    return 0
