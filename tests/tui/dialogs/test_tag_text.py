"""Tags as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.runs.record import MOST_TAGS
from engine.text import clean
from tui.dialogs.tag_text import completed, read_tag_changes, read_tags, written

SHOWN = (st.text('ab+-,"\\ é漢', min_size=1, max_size=6) | st.text(max_size=130)).map(clean).filter(bool)
TAGS = st.lists(SHOWN, unique=True, max_size=6).map(tuple)


@given(TAGS)
def test_tags_that_were_written_read_back(tags: tuple[str, ...]) -> None:
    assert read_tags(written(tags)) == tags
    assert read_tags(f" ,{written(tags)}, ") == tags


@given(TAGS, TAGS)
def test_changes_that_were_written_read_back(added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    words = [f"{sign}{written([tag])}" for sign, tags in (("+", added), ("-", removed)) for tag in tags]
    changes = read_tag_changes(" ".join(words))
    assert changes.added == tuple(tag for tag in added if tag not in removed)
    assert set(changes.removed) == set(removed)


@given(st.text() | st.text('a"+-, ', max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_tags, lambda text: sum(read_tag_changes(text), ())):
        try:
            tags = read(text)
        except UserError:
            continue
        assert len(tags) <= MOST_TAGS
        assert all(tag and tag == clean(tag) for tag in tags)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        ("a b", ("a", "b")),
        ("a,b , a", ("a", "b")),
        ('"two words" +x', ("two words", "+x")),
        ('"say ""hi""" 5"', ('say "hi"', '5"')),
        ("\x1b[2J \u202e", ("[2J",)),
    ],
)
def test_words_are_tags(text: str, tags: tuple[str, ...]) -> None:
    assert read_tags(text) == tags


def test_signs_say_what_becomes_of_a_tag() -> None:
    assert read_tag_changes('+a b -c -"d e"') == (("a", "b"), ("c", "d e"))
    assert read_tag_changes("+a -a") == ((), ("a",))
    assert read_tag_changes('--x "+y"') == (("+y",), ("-x",))


@pytest.mark.parametrize("text", ['"a', 'a "b c', '-"a'])
def test_a_quote_that_is_open_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="closing"):
        read_tag_changes(text)


def test_a_sign_alone_and_too_many_tags_are_refused() -> None:
    with pytest.raises(UserError, match="right behind"):
        read_tag_changes("a + b")
    many = " ".join(map(str, range(MOST_TAGS + 1)))
    for read in (read_tags, read_tag_changes):
        with pytest.raises(UserError, match="at most 50"):
            read(many)


def test_the_tag_at_the_end_is_completed() -> None:
    known = ["sweep", "swap", "two words"]
    assert completed("old sw", known) == "old sweep"
    assert completed("a,swa", known) == "a,swap"
    assert completed("-s", known, signed=True) == "-sweep"
    assert completed("-s", known) is None
    for text in ("", "a ", "sweep", "tw", "x"):
        assert completed(text, known, signed=True) is None
