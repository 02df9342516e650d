"""The test digits on which two runs disagree: which of them has which right, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import Labels, confusion, fits, least_certain
from engine.comparison.significance import mcnemar
from engine.datasets import idx, inventory
from engine.datasets.catalogue import SPECS
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.predictions import Predictions, predicted_epochs, read_predictions
from engine.runs.record import RunRecord

Indices = npt.NDArray[np.intp]
ReadPredictions = Callable[[Run, int], Predictions | None]


class DisagreementError(StoreError):
    """Two runs cannot be compared digit by digit; the message says why."""


class Kind(Enum):
    """Images by who has them right; those of which A and B say different things may be of any of the three before."""

    ONLY_A = "A alone right"
    ONLY_B = "B alone right"
    BOTH_WRONG = "both wrong"
    DIFFERENT = "predictions differ"


class Order(Enum):
    """In what order to show images: as in the test set, or by the probabilities of the predicted classes.

    An image with two mistakes is as sure as the surer one, and as certain as the less certain prediction."""

    STORED = "in the order of the test set"
    SUREST = "surest mistakes first"
    LEAST_CERTAIN = "least certain first"


@dataclass(frozen=True)
class Choice:
    """Which images to show, and in what order: of a kind, of class `true`, taken for `predicted` by A or B alone."""

    kind: Kind = Kind.ONLY_A
    true: int | None = None
    predicted: int | None = None
    order: Order = Order.STORED


@dataclass(frozen=True, eq=False)
class Disagreement:
    """What two networks, `a` and `b`, say of the same images; `labels` (images,) are the true classes."""

    labels: Labels
    a: Predictions
    b: Predictions

    @cached_property
    def only_a(self) -> Indices:
        """The images that A has right and B wrong, in order."""
        return np.flatnonzero(self._right(self.a) & ~self._right(self.b))

    @cached_property
    def only_b(self) -> Indices:
        """The images that B has right and A wrong, in order."""
        return np.flatnonzero(self._right(self.b) & ~self._right(self.a))

    @cached_property
    def both_wrong(self) -> Indices:
        """The images that neither has right, in order."""
        return np.flatnonzero(~(self._right(self.a) | self._right(self.b)))

    @cached_property
    def different(self) -> Indices:
        """The images of which A and B say different things, in order."""
        return np.flatnonzero(self.a.classes != self.b.classes)

    @property
    def both_right(self) -> int:
        """How many images both have right."""
        return len(self.labels) - len(self.only_a) - len(self.only_b) - len(self.both_wrong)

    @cached_property
    def confusion_difference(self) -> Indices:
        """B's confusion matrix less A's, shape (10, 10): rows are true classes, columns predicted ones."""
        return confusion(self.labels, self.b.classes) - confusion(self.labels, self.a.classes)

    @cached_property
    def p(self) -> float:
        """The p of McNemar's exact test that A and B err equally often on these images."""
        return mcnemar(len(self.only_a), len(self.only_b))

    def of(self, kind: Kind) -> Indices:
        """The images of a kind, in order."""
        return {
            Kind.ONLY_A: self.only_a,
            Kind.ONLY_B: self.only_b,
            Kind.BOTH_WRONG: self.both_wrong,
            Kind.DIFFERENT: self.different,
        }[kind]

    def select(self, choice: Choice) -> Indices:
        """The images to show, in their order."""
        indices = self.of(choice.kind)
        if choice.true is not None:
            indices = indices[self.labels[indices] == choice.true]
        if choice.predicted is not None:
            by_a, by_b = (predictions.classes[indices] == choice.predicted for predictions in (self.a, self.b))
            indices = indices[by_a != by_b]
        if choice.order is Order.SUREST:
            return indices[np.argsort(-self._surest_mistake[indices], kind="stable")]
        if choice.order is Order.LEAST_CERTAIN:
            return least_certain(indices, np.minimum(self.a.confidences, self.b.confidences))
        return indices

    def counts(self) -> dict[str, int]:
        """How many images of each kind there are."""
        return {
            "only_a": len(self.only_a),
            "only_b": len(self.only_b),
            "both_wrong": len(self.both_wrong),
            "both_right": self.both_right,
        }

    @property
    def _surest_mistake(self) -> npt.NDArray[np.float32]:
        """How sure A or B is of a wrong class; 0 where neither is wrong."""
        return np.maximum(
            *(np.where(self._right(predictions), 0, predictions.confidences) for predictions in (self.a, self.b))
        )

    def _right(self, predictions: Predictions) -> npt.NDArray[np.bool_]:
        right: npt.NDArray[np.bool_] = self.labels == predictions.classes
        return right


class RunPair:
    """Two runs that were tested on the same digits."""

    def __init__(self, a: Run, b: Run, labels: Labels, read: ReadPredictions = read_predictions) -> None:
        self.a, self.b, self.labels, self._read = a, b, labels, read

    @cached_property
    def kept(self) -> tuple[list[int], list[int]]:
        """The epochs of which A and B have kept predictions, in order."""
        return predicted_epochs(self.a), predicted_epochs(self.b)

    @property
    def epochs(self) -> list[int]:
        """The epochs of which either has kept predictions, in order."""
        return sorted({*self.kept[0], *self.kept[1]})

    def beside(self, epoch: int) -> tuple[int, int]:
        """Which epochs of A and of B to hold against each other: this one or, of one that has not got so far, its last.

        Raises DisagreementError where one has kept no predictions."""
        for run, epochs in zip((self.a, self.b), self.kept, strict=True):
            if not epochs:
                raise DisagreementError(f"{run.id} has kept no predictions")
        a, b = (max((one for one in epochs if one <= epoch), default=epochs[0]) for epochs in self.kept)
        return a, b

    def at(self, epoch_a: int, epoch_b: int | None = None) -> Disagreement:
        """Where they disagree after an epoch of each, the same one unless given. Raises DisagreementError."""
        a = self._predictions(self.a, epoch_a)
        return Disagreement(self.labels, a, self._predictions(self.b, epoch_a if epoch_b is None else epoch_b))

    def _predictions(self, run: Run, epoch: int) -> Predictions:
        predictions = self._read(run, epoch)
        if predictions is None or not fits(predictions, self.labels):
            raise DisagreementError(f"{run.id} has kept no predictions of epoch {epoch}")
        return predictions


def rivals(home: Home, a: RunRecord, b: RunRecord) -> RunPair:
    """Two runs of a home, with the labels they were tested on. Raises DisagreementError."""
    return RunPairs(home).pair(a, b)


class RunPairs:
    """Pairs of the runs of a home; what one pair shares with the pair before, labels and a baseline, is read once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._labels: dict[tuple[str, str], Labels] = {}
        self._predictions = lru_cache(2)(lambda path, epoch: read_predictions(Run(path), epoch))

    def pair(self, a: RunRecord, b: RunRecord) -> RunPair:
        """Two runs, with the labels they were tested on. Raises DisagreementError."""
        data, other = ((one.data.get("name", ""), one.data.get("fingerprint", "")) for one in (a, b))
        if data != other:
            raise DisagreementError("they were not tested on the same digits")
        if data not in self._labels:
            self._labels[data] = labels_of(self._home, a)
        runs = self._home.runs
        return RunPair(Run(runs / a.id), Run(runs / b.id), self._labels[data], self._read)

    def _read(self, run: Run, epoch: int) -> Predictions | None:
        return self._predictions(run.path, epoch)


def labels_of(home: Home, record: RunRecord) -> Labels:
    """The true classes (images,) of the digits that a run was tested on. Raises DisagreementError.

    They are read from where the data lie, and must be those that the run had."""
    spec = SPECS.get(record.data.get("name", ""))
    if spec is None:
        raise DisagreementError(f"{record.id} does not say which digits it was tested on")
    holding = inventory.find(spec, home)[-1]
    if holding.state != inventory.PRESENT:
        raise DisagreementError(f"{spec.title} is not here; get it: mnist-tui data fetch {spec.name}")
    if record.data.get("fingerprint") != holding.fingerprint:
        raise DisagreementError(f"{spec.title} here is not what {record.id} was tested on")
    file = spec.files[3]
    try:
        return idx.read(holding.raw / file.name, file.shape)
    except (OSError, idx.IdxError) as error:
        raise DisagreementError(f"{holding.raw / file.name} cannot be read: {error}") from None
