"""What the digits panes show of a run, read in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.home import Home

if TYPE_CHECKING:
    from engine.datasets.loading import TestImages
    from tui.panes.digits.matrix_drawing import MatrixView
    from tui.panes.digits.view import DigitsView


@dataclass(frozen=True)
class Wanted:
    """Which predictions: of a run on a data set, after `epoch`, or when that is None after the `newest` there is."""

    run_id: str
    dataset: str
    epoch: int | None
    newest: int


def read_views(query: Wanted, home: Home) -> tuple[DigitsView | None, MatrixView | None]:
    """The digits and the confusion matrix; None where there are no test images, or no predictions yet."""
    from engine.runs.directory import Run
    from engine.runs.predictions import predicted_epochs, read_predictions
    from tui.panes.digits.matrix_drawing import matrix_view
    from tui.panes.digits.view import digits_view

    test = kept_images(query.dataset, home)
    if test is None:
        return None, None
    run = Run(home.runs / query.run_id)
    epochs = predicted_epochs(run)
    epoch = query.epoch if query.epoch is not None else max(epochs, default=None)
    predictions = read_predictions(run, epoch) if epoch is not None else None
    planned = run.record().config.epochs
    digits = digits_view(test.images, test.labels, test.class_names, predictions, epochs, note_on(test), planned)
    return digits, matrix_view(test.labels, test.class_names, digits.predictions)


def kept_images(dataset: str, home: Home) -> TestImages | None:
    """The test images of a data set, kept once they are there; None where they are not."""
    try:
        return _read_once(dataset, home)
    except LookupError:
        return None


def note_on(test: TestImages) -> str:
    return "" if test.name == "mnist" else f"{test.title}, not MNIST"


@lru_cache(2)
def _read_once(dataset: str, home: Home) -> TestImages:
    from engine.datasets.loading import load_test_images

    test = load_test_images(dataset, home)
    if test is None:
        raise LookupError(dataset)
    return test
