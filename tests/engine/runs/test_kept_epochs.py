"""Of which epochs files are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runs.kept_epochs import ALWAYS_KEPT, MOST_KEPT, KeptEpochs, kept_weights, stride, stride_within
from tests.engine.runs.test_state import epoch as ended


@pytest.mark.parametrize(
    ("epochs", "expected"), [(1, 1), (64, 1), (65, 2), (128, 2), (129, 5), (321, 10), (1000, 20), (10_000, 200)]
)
def test_round_numbers_of_epochs_are_kept(epochs: int, expected: int) -> None:
    assert stride(epochs) == expected


@given(st.integers(1, 10**9))
def test_at_most_so_many_are_kept(epochs: int) -> None:
    assert epochs // stride(epochs) <= MOST_KEPT


@given(st.integers(1, 10_000), st.integers(ALWAYS_KEPT, 200), st.data())
def test_no_more_are_kept_than_there_is_room_for(epochs: int, most: int, data: st.DataObject) -> None:
    best, kept_in_the_end = data.draw(st.integers(1, epochs)), data.draw(st.integers(1, epochs))
    kept = KeptEpochs(stride_within(epochs, most), [ended(best, 0.0, 0.9), ended(epochs, 0.0, 0.5)])
    kept.add(kept_in_the_end, 0.5)
    found = [epoch for epoch in range(1, epochs + 1) if epoch in kept]
    assert len(found) <= most and {1, best, epochs, kept_in_the_end} <= {*found}


@pytest.mark.parametrize("text", ["none", "last", "all", "", "4", "64", "10000"])
def test_what_may_be_asked_for(text: str) -> None:
    assert kept_weights(text.upper()) == text


@pytest.mark.parametrize("text", ["3", "0", "-5", "10001", "some", "1.5", "9" * 5000, "\u0664"])
def test_what_may_not_be_asked_for(text: str) -> None:
    with pytest.raises(ValueError, match="from 4 to 10,000"):
        kept_weights(text)
