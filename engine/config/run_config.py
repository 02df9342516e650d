"""The configuration of a run: every setting that decides its figures, each described once.

`RunConfig` is always valid: building one checks all its fields and raises `ConfigError`, which names every bad value
together with what would be accepted. Its canonical text, `str(config)`, is one line of `field=value` words.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from engine.config import choices
from engine.config.contradictions import MOST_IMAGES, contradictions
from engine.config.field_types import Listing, Number, Pattern, Switch, Whole
from engine.config.fields import ConfigError, Field, Problem, setting
from engine.text import clean, value_text

CLASSES = 10
MOST_UNKNOWN = 50
MOST_HIDDEN, LARGEST_WIDTH = 32, 8192
PIXELS = 28 * 28
# All training images there are; all images of an epoch in one batch.
ALL, FULL = "all", "full"


@dataclass(frozen=True)
class RunConfig:
    """What is trained, on what, and how."""

    dataset: str = setting(
        "auto",
        choices.DATASET,
        "Data",
        "Data set",
        "auto: MNIST where it is or can be had, else synthetic digits",
    )
    scaling: str = setting(
        "unit",
        choices.SCALING,
        "Data",
        "Pixel scaling",
        "unit: to [0, 1]; standard: to mean 0 and standard deviation 1",
    )
    train_size: int | str = setting(
        ALL,
        Whole(1, MOST_IMAGES, (ALL,)),
        "Data",
        "Training images",
        "how many training images to use, the first ones",
        aliases=("size",),
    )
    validation: float = setting(
        0.0, Number(0, 0.5), "Data", "Validation split", "share of the training images held out to choose settings by"
    )
    shift: int = setting(
        0, Whole(0, 14), "Data", "Shift", "pixels each training image may be moved by, anew each epoch"
    )
    rotation: float = setting(
        0.0, Number(0, 180), "Data", "Rotation", "degrees each training image may be turned by, anew each epoch"
    )
    hidden: tuple[int, ...] = setting(
        (128, 64),
        Listing(Whole(1, LARGEST_WIDTH), MOST_HIDDEN, may_be_empty=True),
        "Network",
        "Hidden layers",
        "width of each hidden layer; none is logistic regression",
        aliases=("width", "widths"),
    )
    activation: tuple[str, ...] = setting(
        ("relu",),
        Listing(choices.ACTIVATION, MOST_HIDDEN),
        "Network",
        "Activation",
        "after each hidden layer: one for all, or one a layer",
        aliases=("act",),
    )
    batch_norm: bool = setting(
        False,
        Switch(),
        "Network",
        "Batch norm",
        "whether each hidden layer normalises its product over the batch",
        aliases=("batchnorm", "bn"),
    )
    dropout: float = setting(
        0.0,
        Number(0, 1, below_high=True),
        "Network",
        "Dropout",
        "chance that a hidden activation is zeroed in training",
    )
    initialisation: str = setting(
        "default", choices.INITIALISATION, "Network", "Initialisation", "how first weights are drawn", ("init",)
    )
    sigma: float = setting(
        0.01, Number(0, 100, above_low=True), "Network", "Sigma", "standard deviation of normal first weights"
    )
    l2: float = setting(
        0.0,
        Number(0, 100),
        "Training",
        "L2 penalty",
        "lambda of the penalty: lambda times the sum of squared parameters",
        aliases=("lambda",),
    )
    l2_mode: str = setting(
        "loss-all",
        choices.L2_MODE,
        "Training",
        "L2 applied",
        "in the loss over all parameters or weights only, or as the optimiser's weight decay of 2 lambda",
    )
    optimiser: str = setting(
        "sgd",
        choices.OPTIMISER,
        "Training",
        "Optimiser",
        "how a gradient becomes a step",
        aliases=("optimizer", "opt"),
    )
    learning_rate: float = setting(
        0.1,
        Number(0, 100, above_low=True),
        "Training",
        "Learning rate",
        "step size; 0.1 suits SGD here, 0.001 Adam",
        aliases=("lr", "rate"),
    )
    schedule: str = setting(
        "constant", choices.SCHEDULE, "Training", "Schedule", "how the learning rate falls over the run"
    )
    warmup: float = setting(
        0.0, Number(0, 10_000), "Training", "Warm-up", "epochs in which the learning rate first grows from 0"
    )
    momentum: float = setting(
        0.0,
        Number(0, 1, below_high=True),
        "Training",
        "Momentum",
        "share of the last step kept in the next one; SGD only",
        aliases=("mom",),
    )
    nesterov: bool = setting(
        False, Switch(), "Training", "Nesterov", "look ahead along the momentum; SGD with momentum only"
    )
    clip: float = setting(
        0.0, Number(0, 1_000_000), "Training", "Gradient clip", "norm a longer gradient is cut to; 0: none"
    )
    batch_size: int | str = setting(
        32,
        Whole(1, MOST_IMAGES, (FULL,)),
        "Training",
        "Batch size",
        "images an update; 1 is stochastic, full is one update an epoch",
        aliases=("batch", "bs"),
    )
    epochs: int = setting(5, Whole(1, 10_000), "Training", "Epochs", "passes over the training images")
    patience: int = setting(
        0, Whole(0, 10_000), "Training", "Patience", "epochs without progress on validation to end after; 0: all"
    )
    seed: int = setting(
        1, Whole(0, 2**53 - 1), "Machine", "Seed", "decides initial weights, order of images, dropout and augmentation"
    )
    device: str = setting(
        "auto",
        Pattern(r"auto|cpu|cuda(:[0-9]{1,3})?|mps", "auto, cpu, cuda, cuda:N or mps", ("auto", "cpu", "cuda", "mps")),
        "Machine",
        "Device",
        "auto: a GPU when there is one",
    )
    gradients: str = setting(
        "auto", choices.GRADIENTS, "Machine", "Gradients", "auto takes the faster way; autograd is the readable one"
    )

    def __post_init__(self) -> None:
        self._check(FIELDS)

    def _check(self, fields: Iterable[Field]) -> None:
        """Read the values of some fields, the others being right, and see whether all go together. Raises
        ConfigError."""
        problems = []
        for field in fields:
            value = getattr(self, field.name)
            try:
                object.__setattr__(self, field.name, field.kind.read(value))
            except ValueError as refused:
                problems.append(Problem(field.name, str(value), str(refused)))
        problems += [] if problems else [Problem(*assignments) for assignments in contradictions(self)]
        if problems:
            raise ConfigError(problems)
        if len(set(self.activation)) == 1:
            object.__setattr__(self, "activation", self.activation[:1])

    def __str__(self) -> str:
        return " ".join(f"{f.name}={f.kind.write(getattr(self, f.name))}" for f in FIELDS)

    def text(self, name: str) -> str:
        """The canonical text of one field's value."""
        return BY_NAME[name].kind.write(getattr(self, name))

    def changes(self) -> str:
        """The `field=value` words that differ from the defaults."""
        changed = (f for f in FIELDS if getattr(self, f.name) != f.default)
        return " ".join(f"{f.name}={self.text(f.name)}" for f in changed)

    def to_json(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in FIELDS}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> RunConfig:
        """The configuration that `values` describes; fields left out take their defaults.

        Raises ConfigError for bad values and for unknown fields."""
        return _defaults().replace(values)

    @classmethod
    def from_any_version(cls, values: Mapping[str, object]) -> tuple[RunConfig, dict[str, str]]:
        """The configuration as far as this version knows it, and the text of each setting that it does not know: fields
        and words of a later version. Raises ConfigError for bad values."""
        known, unknown = {}, {}
        for name, value in values.items():
            if name not in BY_NAME or BY_NAME[name].kind.may_be_known_later(value):
                unknown[clean(name)] = clean(value_text(value))
            else:
                known[name] = value
        if len(unknown) > MOST_UNKNOWN:
            raise ConfigError([Problem("config", f"{len(unknown):,} unknown fields", f"at most {MOST_UNKNOWN}")])
        return cls.from_json(known), unknown

    @classmethod
    def parse(cls, text: str, base: RunConfig | None = None) -> RunConfig:
        """The configuration of `field=value` words, over `base` (the defaults unless given)."""
        return (base or RunConfig()).replace(parse_words(text.split()))

    def replace(self, values: Mapping[str, object]) -> RunConfig:
        """A copy with some fields changed. Raises ConfigError."""
        unknown = [name for name in values if name not in BY_NAME]
        known = {name: value for name, value in values.items() if name in BY_NAME}
        problems = [Problem(str(name), str(values[name]), _nearest_fields(str(name))) for name in unknown]
        # What is not changed was found right before, and a sweep makes thousands.
        changed = object.__new__(RunConfig)
        vars(changed).update(vars(self) | known)
        try:
            changed._check([field for field in FIELDS if field.name in known])
        except ConfigError as error:
            problems += error.problems
        if problems:
            raise ConfigError(problems)
        return changed

    def images_used(self, available: int) -> int:
        """How many of the training images that there are it uses, those held out for validation among them."""
        return available if self.train_size == ALL else min(int(self.train_size), available)

    def images_held_out(self, available: int) -> int:
        """How many of those it uses are held out for validation."""
        return round(self.images_used(available) * self.validation)

    def images_a_batch(self, images: int) -> int:
        """How many images an update takes where it trains on so many."""
        return images if self.batch_size == FULL else min(int(self.batch_size), images)

    def layer_sizes(self) -> list[tuple[int, int]]:
        """Inputs and outputs of each fully connected layer."""
        return list(_layer_sizes(self.hidden))

    def layers(self) -> str:
        """The widths from input to output, such as `784-128-64-10`."""
        return "-".join(map(str, (PIXELS, *self.hidden, CLASSES)))

    def layer_activations(self) -> tuple[str, ...]:
        """The activation after each hidden layer."""
        if len(self.activation) == len(self.hidden):
            return self.activation
        return self.activation * len(self.hidden)

    def normalised_widths(self) -> list[int]:
        """The widths of the layers with batch normalisation."""
        return list(self.hidden) if self.batch_norm else []

    def parameters(self) -> int:
        """How many weights and biases the network has, and scales of batch normalisation."""
        return _parameters(self.hidden) + sum(self.normalised_widths())


@lru_cache(1024)
def _parameters(hidden: tuple[int, ...]) -> int:
    return sum(inputs * outputs + outputs for inputs, outputs in _layer_sizes(hidden))


def _layer_sizes(hidden: tuple[int, ...]) -> Iterable[tuple[int, int]]:
    return itertools.pairwise((PIXELS, *hidden, CLASSES))


@cache
def _defaults() -> RunConfig:
    return RunConfig()


def _nearest_fields(name: str) -> str:
    near = difflib.get_close_matches(name[:40].lower(), BY_NAME, n=3, cutoff=0.6) or list(BY_NAME)
    return "a field: " + ", ".join(near)


def field_named(name: str) -> str:
    """The name of the field that is called so, or so for short; any other name as it is."""
    known = name.replace("-", "_")
    return SHORT.get(known, known)


def parse_words(assignments: Iterable[str]) -> dict[str, str]:
    """The `field=value` words as a dictionary; `replace` refuses what is not one."""
    pairs = (word.partition("=") for word in assignments)
    return {field_named(name): value for name, _, value in pairs}


FIELDS: tuple[Field, ...] = tuple(
    Field(name=f.name, default=f.default, **f.metadata) for f in dataclasses.fields(RunConfig)
)
# How often a configuration is trained, where and by which way of gradients is no part of what a sweep tries.
SEED, MACHINE = "seed", ("device", "gradients")
BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
SHORT: dict[str, str] = {alias: field.name for field in FIELDS for alias in field.aliases}
