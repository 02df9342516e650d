"""Text in an exact number of cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.text import clean
from tui.drawing.styled_lines import beside, crop, fit, pad, plain, width, wrapped

NAMES = st.text(st.characters(codec="utf-8"), max_size=30).map(clean)


@given(NAMES, st.integers(0, 40), st.booleans())
def test_fit_takes_exactly_its_cells(text: str, cells: int, right: bool) -> None:
    assert cell_len(fit(text, cells, right=right)) == cells


@given(NAMES, st.integers(0, 40))
def test_crop_never_takes_more(text: str, cells: int) -> None:
    shown = crop(text, cells)
    assert cell_len(shown) <= cells
    assert shown == text or cell_len(text) > cells


def test_wide_characters_count_twice() -> None:
    assert fit("学習", 6) == "学習  "
    assert fit("学習率", 5) == "学習…"
    assert fit("ab", 4, right=True) == "  ab"
    assert crop("abcdef", 4, "~") == "abc~"


def test_columns_stand_beside_each_other() -> None:
    rows = beside([(("a", "x"),), (("bb", "x"),)], [(("c", ""),)], 4)
    assert [plain(row) for row in rows] == ["a   c", "bb  "]
    assert [width(row) for row in rows] == [5, 4]
    assert pad((("abc", ""),), 2) == (("abc", ""),)


def test_long_words_wrap_under_an_indent() -> None:
    lines = wrapped("! one two three four", 9, "warning", indent="  ")
    assert [plain(line) for line in lines] == ["! one two", "  three", "  four"]
    assert [plain(line) for line in wrapped("one two three four", 8, "", most=2)] == ["one two", "three…"]
    assert wrapped("one", 8, "", most=0) == []


@given(NAMES, st.integers(8, 40))
def test_wide_characters_are_wrapped_by_their_cells(text: str, cells: int) -> None:
    lines = wrapped(text, cells, "")
    assert all(width(line) <= cells for line in lines)
    assert "".join("".join(map(plain, lines)).split()) == "".join(text.split())


def test_a_note_of_wide_characters_is_not_cut_off() -> None:
    assert [plain(line) for line in wrapped("日本語の名前", 8, "")] == ["日本語の", "名前"]
