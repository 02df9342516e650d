"""The test digits on which two runs disagree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.comparison.confusion import accuracy
from engine.comparison.disagreement import Choice, Disagreement, DisagreementError, Kind, Order, labels_of, rivals
from engine.comparison.significance import mcnemar
from engine.datasets import inventory
from engine.datasets.catalogue import SPECS
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.predictions import Predictions
from tests.builders.predictions import write_predictions
from tests.builders.runs import make_run


@st.composite
def disagreements(draw: st.DrawFn) -> Disagreement:
    """Labels and two networks' predictions of them."""
    count = draw(st.integers(0, 40))
    digits = arrays.arrays(np.uint8, count, elements=st.integers(0, 9))
    sure = arrays.arrays(np.float32, count, elements=st.floats(0, 1, width=32))
    a, b = (Predictions(1, draw(digits), draw(sure), None) for _ in "AB")
    return Disagreement(draw(digits), a, b)


CLASSES = st.one_of(st.none(), st.integers(0, 9))
CHOICES = st.builds(Choice, st.sampled_from(Kind), CLASSES, CLASSES, st.sampled_from(Order))


def kept_run(home: Home, name: str, *guesses: np.ndarray, **data: str) -> Run:
    """A run on the synthetic digits that has kept these classes as the predictions of its epochs."""
    run = make_run(home, name=name)
    fingerprint = inventory.find(SPECS["synthetic"], home)[-1].fingerprint
    kept = {"name": "synthetic", "fingerprint": fingerprint, **data}
    run.write_record(replace(run.record(), data=kept))
    for epoch, classes in enumerate(guesses, 1):
        write_predictions(run, epoch, np.eye(10, dtype=np.float32)[classes])
    return run


@given(disagreements())
def test_every_image_is_of_one_kind(found: Disagreement) -> None:
    kinds = [found.only_a, found.only_b, found.both_wrong]
    named = np.concatenate(kinds)
    assert len(set(named.tolist())) == len(named)
    assert sum(found.counts().values()) == len(found.labels)
    for image in found.only_a:
        assert found.a.classes[image] == found.labels[image] != found.b.classes[image]
    for image in found.both_wrong:
        assert found.labels[image] not in (found.a.classes[image], found.b.classes[image])


@given(disagreements(), CHOICES)
def test_a_choice_keeps_exactly_what_it_names(found: Disagreement, choice: Choice) -> None:
    def is_wanted(i: int) -> bool:
        true, a, b = found.labels[i], found.a.classes[i], found.b.classes[i]
        of_kind = {
            Kind.ONLY_A: a == true != b,
            Kind.ONLY_B: b == true != a,
            Kind.BOTH_WRONG: a != true != b,
            Kind.DIFFERENT: a != b,
        }[choice.kind]
        by_one = choice.predicted is None or (a == choice.predicted) != (b == choice.predicted)
        return bool(of_kind and choice.true in (None, true) and by_one)

    def key(i: int) -> tuple[float, int]:
        said = [(one.classes[i] == found.labels[i], float(one.confidences[i])) for one in (found.a, found.b)]
        if choice.order is Order.SUREST:
            return -max(sure for right, sure in said if not right), i
        return (min(sure for _, sure in said) if choice.order is Order.LEAST_CERTAIN else 0.0), i

    chosen = found.select(choice).tolist()
    assert chosen == sorted(filter(is_wanted, range(len(found.labels))), key=key)


@given(disagreements(), st.integers(0, 9), st.integers(0, 9))
def test_the_digits_of_a_cell_are_those_that_change_its_count(found: Disagreement, true: int, predicted: int) -> None:
    images = found.select(Choice(Kind.DIFFERENT, true, predicted))
    more, fewer = ((said.classes[images] == predicted).sum() for said in (found.b, found.a))
    assert len(images) == more + fewer
    assert found.confusion_difference[true, predicted] == more - fewer


@given(disagreements())
def test_the_counts_are_the_difference_of_the_accuracies(found: Disagreement) -> None:
    if size := len(found.labels):
        gap = accuracy(found.labels, found.a.classes) - accuracy(found.labels, found.b.classes)
        assert len(found.only_a) - len(found.only_b) == pytest.approx(gap * size)


@given(disagreements())
def test_seen_from_the_other_side_all_is_turned_round(found: Disagreement) -> None:
    turned = Disagreement(found.labels, found.b, found.a)
    assert turned.only_a.tolist() == found.only_b.tolist()
    assert turned.only_b.tolist() == found.only_a.tolist()
    assert turned.both_wrong.tolist() == found.both_wrong.tolist()
    assert turned.different.tolist() == found.different.tolist()
    assert (turned.confusion_difference == -found.confusion_difference).all()
    assert turned.p == found.p == mcnemar(len(found.only_a), len(found.only_b))


@given(disagreements())
def test_the_confusion_matrices_differ_by_as_many_as_change_class(found: Disagreement) -> None:
    assert found.confusion_difference.shape == (10, 10)
    assert (found.confusion_difference.sum(1) == 0).all()
    assert np.trace(found.confusion_difference) == len(found.only_b) - len(found.only_a)


def test_runs_are_compared_digit_by_digit_at_any_epoch(stocked_home: Home) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    worse, better = labels.copy(), labels.copy()
    worse[:5] = (labels[:5] + 1) % 10
    better[3:7] = (labels[3:7] + 2) % 10
    a, b = kept_run(stocked_home, "a", worse, labels, labels), kept_run(stocked_home, "b", better, better)
    both = rivals(stocked_home, a.record(), b.record())
    assert both.epochs == [1, 2, 3]
    assert [both.beside(epoch) for epoch in (1, 2, 3)] == [(1, 1), (2, 2), (3, 2)]
    first = both.at(1)
    assert (
        first.only_a.tolist() == [5, 6] and first.only_b.tolist() == [0, 1, 2] and first.both_wrong.tolist() == [3, 4]
    )
    assert both.at(3, 1).counts() == {"only_a": 4, "only_b": 0, "both_wrong": 0, "both_right": len(labels) - 4}
    with pytest.raises(DisagreementError, match=f"{b.id} has kept no predictions of epoch 3"):
        both.at(3)


def test_nothing_can_be_held_against_a_run_without_predictions(stocked_home: Home) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    a, b = kept_run(stocked_home, "a", labels), kept_run(stocked_home, "b")
    with pytest.raises(DisagreementError, match=f"{b.id} has kept no predictions"):
        rivals(stocked_home, a.record(), b.record()).beside(1)


def test_damaged_and_foreign_predictions_are_refused(stocked_home: Home) -> None:
    labels = labels_of(stocked_home, kept_run(stocked_home, "x").record())
    good = kept_run(stocked_home, "good", labels, labels)
    bad = kept_run(stocked_home, "bad", labels, labels[:10])
    (bad.predictions_path / "epoch-0001.npy").write_bytes(b"\x93NUMPY garbage")
    both = rivals(stocked_home, good.record(), bad.record())
    for epoch in (1, 2):
        with pytest.raises(DisagreementError, match="no predictions"):
            both.at(epoch)


def test_runs_on_other_digits_are_not_compared(stocked_home: Home) -> None:
    a = kept_run(stocked_home, "a").record()
    other = kept_run(stocked_home, "b", fingerprint="other").record()
    with pytest.raises(DisagreementError, match="not tested on the same digits"):
        rivals(stocked_home, a, other)
    with pytest.raises(DisagreementError, match=r"not what .* was tested on"):
        rivals(stocked_home, other, other)


def test_digits_that_are_not_here_are_asked_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_DATA", raising=False)
    record = replace(make_run(home).record(), data={"name": "mnist", "fingerprint": "x"})
    with pytest.raises(DisagreementError, match="mnist-tui data fetch mnist"):
        labels_of(home, record)
    with pytest.raises(DisagreementError, match="does not say which digits"):
        labels_of(home, replace(record, data={"name": "[red]"}))
