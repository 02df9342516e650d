"""What the Network view shows: networks computed over test digits, a unit under the cursor, and what is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.inference.features import influence
from engine.inference.units import Activations
from engine.inference.what_if import Answer

if TYPE_CHECKING:
    from engine.inference.network import Array, TrainedNetwork

Indices = npt.NDArray[np.intp]


class Place(NamedTuple):
    """A unit: the number of its layer and its own, both from 0."""

    layer: int
    unit: int


@dataclass(frozen=True, eq=False)
class NetworkView:
    """The network of a `run`, by its title, after an epoch: what its layers say on `images` (N, 28, 28) of classes
    `labels` (N,), and what it answers as a whole. `epochs` are those whose weights are kept, none where it is that of
    the checkpoint; `wanted` is the epoch that was asked for, None for the newest."""

    run: str
    activations: Activations
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    whole: Answer
    epochs: tuple[int, ...] = ()
    asked_epoch: int | None = None

    @property
    def network(self) -> TrainedNetwork:
        return self.activations.network

    @property
    def note(self) -> str:
        """Why this is not the epoch that was asked for; nothing where it is."""
        return "" if self.asked_epoch in (None, self.network.epoch) else f"no weights of epoch {self.asked_epoch}"

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.network.spec.class_names

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many units each layer has, the last of them the outputs."""
        return tuple(said.shape[1] for said in self.activations.layers)

    @property
    def outputs(self) -> int:
        """The number of the last layer."""
        return len(self.sizes) - 1

    @cached_property
    def influences(self) -> tuple[Array, ...]:
        """The influence of each unit, an array a hidden layer."""
        figures = self.activations.figures
        return tuple(influence(self.network, layer, figures[layer]) for layer in range(self.outputs))

    @cached_property
    def orders(self) -> tuple[Indices, ...]:
        """The units of each layer, the most influential first; the outputs as they are."""
        orders = [np.argsort(-one, kind="stable") for one in self.influences]
        return (*orders, np.arange(self.sizes[-1]))

    def nearest(self, place: Place | None) -> Place:
        """The place, or the nearest that this network has; without one the most influential unit of the first layer."""
        if place is None:
            return Place(0, int(self.orders[0][0]))
        layer = max(0, min(place.layer, self.outputs))
        return Place(layer, max(0, min(place.unit, self.sizes[layer] - 1)))

    def knows(self, other: NetworkView, digit: int) -> bool:
        """Whether this network was asked about a digit of another, by its index."""
        return self.network.spec.name == other.network.spec.name and digit < len(self.labels)

    def digit_of_class(self, digit: int, by: int) -> int:
        """The first test digit of the class after that of a digit, or before it."""
        digits = np.flatnonzero(self.labels == (int(self.labels[digit]) + by) % len(self.class_names))
        return int(digits[0]) if len(digits) else digit


@dataclass(frozen=True, eq=False)
class Scene:
    """All that the panes show: the network of a run and of the one it is compared with, if there is one; the unit under
    the cursor; the test digit, by its index; and, where units are off, their `gains`, what was done in few words, and
    what the network answers then, None until that is known. `confusion` is shown in place of the digit's probabilities.
    Without a network `problem` says why."""

    view: NetworkView | None = None
    reference: NetworkView | None = None
    place: Place | None = None
    digit: int = 0
    gains: Mapping[int, Array] = field(default_factory=dict)
    answer: Answer | None = None
    confusion: bool = False
    problem: str = ""

    def is_off(self, layer: int) -> npt.NDArray[np.bool_] | None:
        """Which units of a layer are off; None where none is."""
        return self.gains[layer] == 0 if layer in self.gains else None

    @property
    def off(self) -> int:
        """How many units are off."""
        return sum(int((gains == 0).sum()) for gains in self.gains.values())

    @property
    def off_words(self) -> str:
        """How many units are off, and of which layer where it is one."""
        of = f" of layer {next(iter(self.gains)) + 1}" if len(self.gains) == 1 else ""
        return f"{self.off:,} unit{'' if self.off == 1 else 's'}{of} off"
