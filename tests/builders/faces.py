"""A small test set with predictions, for the tests of the panes that show them."""

from __future__ import annotations

import numpy as np

from engine.comparison.disagreement import Disagreement
from engine.runs.predictions import Predictions
from tui.panes.digits.view import DigitsView, digits_view
from tui.panes.disagreement.view import PairView, pair_view

NAMES = tuple("0123456789")
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
LABELS = np.array([7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6], np.uint8)
IMAGES = np.zeros((len(LABELS), 28, 28), np.uint8)
for index, label in enumerate(LABELS):
    IMAGES[index, 4:24, 4 + label : 10 + label] = 255


def predictions(epoch: int = 3, wrong: dict[int, int] | None = None, all_ten: bool = True) -> Predictions:
    """Right everywhere but at the images in `wrong`; image i is given a confidence of 0.60 + i/100."""
    classes = LABELS.copy()
    for index, predicted in (wrong or {}).items():
        classes[index] = predicted
    confidences = (0.6 + np.arange(len(LABELS)) / 100).astype(np.float32)
    ten = np.repeat(((1 - confidences) / 9)[:, None], 10, 1)
    ten[np.arange(len(LABELS)), classes] = confidences
    return Predictions(epoch, classes, confidences, ten.astype(np.float32) if all_ten else None)


def view(said: Predictions | None = None, epochs: tuple[int, ...] = (1, 2, 3, 4, 5), note: str = "") -> DigitsView:
    """The test set with these predictions."""
    return digits_view(IMAGES, LABELS, NAMES, said, epochs, note)


def pair(
    a: Predictions | None = None,
    b: Predictions | None = None,
    names: tuple[str, str] = ("A deep", "B dropout"),
    class_names: tuple[str, ...] = NAMES,
    note: str = "",
) -> PairView:
    """The test set with two networks' predictions: unless given, A alone is right on 4, B alone on 6, none on 9."""
    a = a or predictions(wrong={6: 9, 9: 4})
    b = b or predictions(wrong={4: 9, 9: 7})
    return pair_view(IMAGES, class_names, Disagreement(LABELS, a, b), names, max(a.epoch, b.epoch), (1, 2, 3, 5), note)
