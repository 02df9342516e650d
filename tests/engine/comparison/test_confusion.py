"""Test images, filtered and sorted by what a network said of them."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.comparison.confusion import Selection, accuracy, confusion, fits, least_certain, mistakes, select
from engine.runs.predictions import Predictions

CLASSES = st.one_of(st.none(), st.integers(0, 9))
SELECTIONS = st.builds(Selection, st.booleans(), CLASSES, CLASSES, st.booleans())


@st.composite
def judged(draw: st.DrawFn) -> tuple[np.ndarray, Predictions]:
    """Labels, and predictions for them."""
    count = draw(st.integers(0, 40))
    digits = arrays.arrays(np.uint8, count, elements=st.integers(0, 9))
    confidences = arrays.arrays(np.float32, count, elements=st.floats(0, 1, width=32))
    return draw(digits), Predictions(1, draw(digits), draw(confidences), None)


@given(judged())
def test_mistakes_and_right_answers_are_all_images(
    case: tuple[np.ndarray, Predictions],
) -> None:
    labels, predictions = case
    wrong = mistakes(labels, predictions.classes)
    assert all(labels[i] != predictions.classes[i] for i in wrong)
    if len(labels):
        assert math.isclose(accuracy(labels, predictions.classes), 1 - len(wrong) / len(labels))


def test_accuracy_of_nothing_is_not_a_number() -> None:
    nothing = np.empty(0, np.uint8)
    assert math.isnan(accuracy(nothing, nothing))


@given(judged())
def test_confusion_counts_every_image_once(
    case: tuple[np.ndarray, Predictions],
) -> None:
    labels, predictions = case
    matrix = confusion(labels, predictions.classes)
    assert matrix.shape == (10, 10)
    assert matrix.sum() == len(labels)
    assert matrix.sum(1).tolist() == [int((labels == c).sum()) for c in range(10)]
    assert len(labels) - np.trace(matrix) == len(mistakes(labels, predictions.classes))


def test_confusion_has_the_true_class_in_rows() -> None:
    matrix = confusion(np.array([4, 4, 7], np.uint8), np.array([9, 4, 7], np.uint8))
    assert matrix[4, 9] == matrix[4, 4] == matrix[7, 7] == 1


@given(judged(), SELECTIONS)
def test_a_selection_keeps_exactly_what_it_names(case: tuple[np.ndarray, Predictions], wanted: Selection) -> None:
    labels, predictions = case

    def is_wanted(i: int) -> bool:
        return (
            wanted.true in (None, labels[i])
            and wanted.predicted in (None, predictions.classes[i])
            and not (wanted.mistakes and labels[i] == predictions.classes[i])
        )

    chosen = select(labels, predictions, wanted).tolist()
    assert sorted(chosen) == [i for i in range(len(labels)) if is_wanted(i)]
    order = [(predictions.confidences[i] if wanted.least_certain else 0, i) for i in chosen]
    assert order == sorted(order)


@given(judged(), SELECTIONS)
def test_without_predictions_only_the_true_class_counts(
    case: tuple[np.ndarray, Predictions], wanted: Selection
) -> None:
    labels, _ = case
    chosen = select(labels, None, wanted).tolist()
    assert chosen == [i for i in range(len(labels)) if wanted.true in (None, labels[i])]


def test_least_certain_first() -> None:
    order = least_certain(np.array([0, 2, 3]), np.array([0.9, 0.0, 0.4, 0.4], np.float32))
    assert order.tolist() == [2, 3, 0]


def test_predictions_of_other_images_do_not_fit() -> None:
    labels = np.array([1, 2], np.uint8)
    sure = np.array([1, 1], np.float32)
    assert fits(Predictions(1, labels, sure, None), labels)
    assert not fits(Predictions(1, labels[:1], sure[:1], None), labels)
    assert not fits(Predictions(1, np.array([1, 10], np.uint8), sure, None), labels)
    assert not fits(Predictions(1, labels, sure * np.float32("nan"), None), labels)
    assert not fits(Predictions(1, labels, sure, np.full((2, 10), np.nan, np.float32)), labels)
