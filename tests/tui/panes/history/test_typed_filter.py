"""A filter as it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.query.filters import EVERY
from engine.query.parser import parse
from tui.panes.history.typed_filter import TypedFilter


def test_what_is_no_filter_leaves_the_last_one_in_force() -> None:
    typed_filter = TypedFilter().typed(" lr>0.05 ")
    assert (typed_filter.text, typed_filter.query, typed_filter.problem) == ("lr>0.05", parse("lr>0.05"), None)
    broken = typed_filter.typed("lr>0.0x5 deep")
    assert (broken.text, broken.query) == (typed_filter.text, typed_filter.query)
    assert broken.problem is not None and broken.problem.position == 3
    assert broken.typed("") == TypedFilter() and TypedFilter().query == EVERY


@pytest.mark.parametrize(
    ("text", "in_force"),
    [("deep acc>", "deep"), ("acc>", ""), ("deep or", "deep"), ("deep -", "deep"), ("(deep acc>", "x")],
)
def test_a_comparison_that_is_begun_leaves_what_stands_before_it_in_force(text: str, in_force: str) -> None:
    typed_filter = TypedFilter().typed("x").typed(text)
    assert typed_filter.text == in_force and typed_filter.problem is not None


@given(st.lists(st.text(max_size=20), max_size=5))
def test_the_filter_in_force_is_always_that_of_its_text(texts: list[str]) -> None:
    typed_filter = TypedFilter()
    for text in texts:
        typed_filter = typed_filter.typed(text)
        assert parse(typed_filter.text) == typed_filter.query
