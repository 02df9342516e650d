"""Kinds of field: the name of a group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.field_types import GroupName
from engine.text import LONGEST_NAME, clean
from tests.builders.strategies import JSON

NAMES = st.text(st.characters(codec="utf-8"), max_size=200)


@given(NAMES | JSON)
def test_a_name_is_kept_as_it_is_but_for_spaces_or_refused(text: object) -> None:
    try:
        name = GroupName().read(text)
    except ValueError as refused:
        assert str(refused) == f"a name of up to {LONGEST_NAME} characters that can be shown"
        return
    assert isinstance(text, str)
    assert name.split() == text.split()
    assert name == clean(name), "a run would keep it under another name"


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\u202eb", "x" * (LONGEST_NAME + 1), "\ud800", 5, None])
def test_what_cannot_be_shown_is_no_name(text: object) -> None:
    with pytest.raises(ValueError, match="characters that can be shown"):
        GroupName().read(text)


def test_spaces_at_the_ends_do_not_count() -> None:
    assert GroupName().read("  my \t sweep ") == "my sweep"
    assert GroupName().read("   ") == ""
