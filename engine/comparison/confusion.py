"""Which test images a network gets wrong, and which it is least sure of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.config.run_config import CLASSES
from engine.runs.predictions import Predictions

Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Selection:
    """Which images to show, and in what order: those of class `true`, taken for class `predicted`, or all."""

    mistakes: bool = False
    true: int | None = None
    predicted: int | None = None
    least_certain: bool = False


def fits(predictions: Predictions, labels: Labels) -> bool:
    """Whether the predictions can be of these images; a foreign or damaged file's are not."""
    return (
        len(predictions.classes) == len(labels)
        and bool((predictions.classes < CLASSES).all())
        and bool(np.isfinite(predictions.confidences).all())
        and (predictions.probabilities is None or bool(np.isfinite(predictions.probabilities).all()))
    )


def accuracy(labels: Labels, classes: Labels) -> float:
    """The share of images whose predicted class is the true one; NaN without images."""
    return float((labels == classes).mean()) if len(labels) else float("nan")


def mistakes(labels: Labels, classes: Labels) -> npt.NDArray[np.intp]:
    """The indices of the images taken for another class, in order."""
    return np.flatnonzero(labels != classes)


def least_certain(indices: npt.NDArray[np.intp], confidences: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """The same indices, the least confident prediction first; equals keep their order."""
    return indices[np.argsort(confidences[indices], kind="stable")]


def confusion(labels: Labels, classes: Labels) -> npt.NDArray[np.intp]:
    """How many images of each true class (rows) were taken for each class (columns); shape (10, 10)."""
    cells = labels.astype(np.intp) * CLASSES + classes
    return np.bincount(cells, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def select(labels: Labels, predictions: Predictions | None, selection: Selection) -> npt.NDArray[np.intp]:
    """The indices of the wanted images; without predictions only their true class counts."""
    keep = np.ones(len(labels), bool)
    if selection.true is not None:
        keep &= labels == selection.true
    if predictions is None:
        return np.flatnonzero(keep)
    if selection.predicted is not None:
        keep &= predictions.classes == selection.predicted
    if selection.mistakes:
        keep &= labels != predictions.classes
    indices = np.flatnonzero(keep)
    return least_certain(indices, predictions.confidences) if selection.least_certain else indices
