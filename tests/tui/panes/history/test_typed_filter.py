"""A filter as it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.query.filters import EVERY
from engine.query.parser import parse
from tui.panes.history.typed_filter import TypedFilter


def test_what_is_no_filter_leaves_the_last_one_in_force() -> None:
    finder = TypedFilter().typed(" lr>0.05 ")
    assert (finder.text, finder.wanted, finder.problem) == ("lr>0.05", parse("lr>0.05"), None)
    broken = finder.typed("lr>0.0x5 deep")
    assert (broken.text, broken.wanted) == (finder.text, finder.wanted)
    assert broken.problem is not None and broken.problem.position == 3
    assert broken.finished() == finder
    assert broken.typed("") == TypedFilter() and TypedFilter().wanted == EVERY


@pytest.mark.parametrize(
    ("text", "in_force"),
    [("deep acc>", "deep"), ("acc>", ""), ("deep or", "deep"), ("deep -", "deep"), ("(deep acc>", "x")],
)
def test_a_comparison_that_is_begun_leaves_what_stands_before_it_in_force(text: str, in_force: str) -> None:
    finder = TypedFilter().typed("x").typed(text)
    assert finder.text == in_force and finder.problem is not None


@given(st.lists(st.text(max_size=20), max_size=5))
def test_the_filter_in_force_is_always_that_of_its_text(texts: list[str]) -> None:
    finder = TypedFilter()
    for text in texts:
        finder = finder.typed(text)
        assert parse(finder.text) == finder.wanted
