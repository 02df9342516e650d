"""What the digits pane shows: test images and what a network said of them after one epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.comparison.confusion import Selection, accuracy, fits, select
from engine.quantities import percent
from engine.runs.predictions import Predictions
from engine.text import clean
from tui.drawing.styled_lines import crop


@dataclass(frozen=True)
class Guess:
    """One image: its true class, and the predicted one, how confident and all ten probabilities where known."""

    index: int
    true: int
    predicted: int | None = None
    confidence: float = 0.0
    probabilities: tuple[float, ...] | None = None

    @property
    def right(self) -> bool | None:
        """Whether the prediction is right; None without one."""
        return None if self.predicted is None else self.predicted == self.true


def guess(labels: npt.NDArray[np.uint8], predictions: Predictions | None, index: int) -> Guess:
    true = int(labels[index])
    if predictions is None:
        return Guess(index, true)
    ten = None if predictions.probabilities is None else tuple(map(float, predictions.probabilities[index]))
    return Guess(index, true, int(predictions.classes[index]), float(predictions.confidences[index]), ten)


@dataclass(frozen=True, eq=False)
class DigitsView:
    """`images` (N, 28, 28) and `labels` (N,) of the test set, and one epoch's `predictions` or None.

    `epochs` are those whose predictions are kept, in order, `planned` how many the run is to train for, 0 where that is
    not known; `note` is shown above everything."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]
    predictions: Predictions | None = None
    epochs: tuple[int, ...] = ()
    note: str = ""
    planned: int = 0

    @property
    def accuracy(self) -> float | None:
        """The share of right predictions."""
        return None if self.predictions is None else accuracy(self.labels, self.predictions.classes)

    @property
    def epoch(self) -> int | None:
        """The epoch whose predictions are shown; None without any."""
        return None if self.predictions is None else self.predictions.epoch

    def guess(self, index: int) -> Guess:
        return guess(self.labels, self.predictions, index)

    def select(self, selection: Selection) -> npt.NDArray[np.intp]:
        return select(self.labels, self.predictions, selection)


def digits_view(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    class_names: Sequence[str],
    predictions: Predictions | None = None,
    epochs: Sequence[int] = (),
    note: str = "",
    planned: int = 0,
) -> DigitsView:
    """The view of a test set; predictions that cannot be of it are left out, with a note that says so."""
    names = tuple(clean(name) for name in class_names)
    view = DigitsView(images, labels, names, predictions, tuple(epochs), clean(note), planned)
    if predictions is not None and not fits(predictions, labels):
        return replace(view, predictions=None, note="the predictions kept are not of these test images")
    return view


def counter(view: DigitsView, selection: Selection, number: int, count: int, width: int) -> str:
    """Where one is: `12 of 260 mistakes, epoch 3 of 5, 97.40 %`, shorter where that does not fit."""
    order = ", least certain first" if selection.least_certain and view.predictions else ""
    longest = _counter(view, selection, number, count, " of ") + order
    if len(longest) <= width:
        return longest
    return crop(_counter(view, selection, number, count, "/"), width)


def _counter(view: DigitsView, selection: Selection, number: int, count: int, of: str) -> str:
    parts = [f"{number:,}{of}{count:,} {_noun(view, selection)}"]
    if view.predictions is not None:
        last = view.planned or max(view.epochs, default=view.predictions.epoch)
        parts += [f"epoch {view.predictions.epoch}{of}{last}", percent(view.accuracy or 0)]
    return ", ".join(parts)


def _noun(view: DigitsView, selection: Selection) -> str:
    names = view.class_names
    if selection.true is not None and selection.predicted is not None:
        return f"digits, {names[selection.true]} → {names[selection.predicted]}"
    noun = "mistakes" if selection.mistakes else "digits"
    return noun if selection.true is None else f"{noun} of class {names[selection.true]}"


def caption(view: DigitsView, guess: Guess, width: int) -> str:
    """One image in few words: `✗ 4→9 61 %`, each name cut as the width demands."""
    name = view.class_names
    if guess.predicted is None:
        return crop(name[guess.true], width)
    mark = "✓" if guess.right else "✗"
    confidence = percent(guess.confidence, digits=0)
    names = [name[guess.true]] if guess.right else [name[guess.true], name[guess.predicted]]
    space = width - len(mark) - len(confidence) - 2 - (len(names) - 1)
    cut = [crop(text, space // len(names)) for text in names]
    return f"{mark} {'→'.join(cut)} {confidence}"
