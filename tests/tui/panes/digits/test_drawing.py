"""The digits pane as lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.comparison.confusion import Selection
from tests.builders.faces import CLOTHES, IMAGES, LABELS, predictions, view
from tui.drawing.glyphs import ASCII, UNICODE
from tui.drawing.styled_lines import plain
from tui.panes.digits.drawing import Page
from tui.panes.digits.image import PLAIN, draw
from tui.panes.digits.layout import divide
from tui.panes.digits.view import DigitsView, caption, counter, digits_view

MISTAKES = predictions(wrong={4: 9, 9: 4})


def shown(of: DigitsView, wanted: Selection | None = None, cursor: int = 0, top: int = 0) -> Page:
    wanted = wanted or Selection()
    return Page(of, wanted, of.select(wanted), cursor, top, following=True)


def lines(what: Page, cells: int, height: int) -> list[str]:
    drawn = what.lines(ASCII, cells, height, lambda index, small: draw(IMAGES[index], PLAIN, small))
    return [ASCII.shown(plain(line)).rstrip() for line in drawn]


def test_the_smallest_pane_shows_a_digit_its_columns_and_its_marks() -> None:
    assert lines(shown(view(MISTAKES), Selection(mistakes=True)), 38, 10) == [
        "1 of 2 mistakes, epoch 3 of 5, 83.33 %",
        "                true 4",
        "    @@@         x predicted 9, 64.0 %",
        "    @@@",
        "    @@@",
        "    @@@                           #",
        "    @@@                           #",
        "                . . . . . . . . . #",
        "                0 1 2 3 4 5 6 7 8 9",
        "                        +         x",
    ]


def test_a_large_pane_has_bars_with_figures() -> None:
    drawn = lines(shown(view(MISTAKES), cursor=9), 60, 16)
    assert drawn[0] == "10 of 12 digits, epoch 3 of 5, 83.33 %             following"
    assert [line[30:] for line in drawn[1:3]] == ["true 9", "x predicted 4, 69.0 %"]
    assert drawn[7:9] == [
        "             @@@@@@             3 #                    3.4 %",
        "             @@@@@@           x 4 ############        69.0 %",
    ]
    assert drawn[13] == "                              + 9 #                    3.4 %"


def test_without_all_ten_probabilities_it_says_so_instead_of_drawing_bars() -> None:
    drawn = "\n".join(lines(shown(view(predictions(all_ten=False))), 60, 16))
    assert "Only the class and its" in drawn
    assert "##" not in drawn.replace("@", "")


def test_before_the_first_epoch_digits_are_shown_without_predictions() -> None:
    drawn = lines(shown(view()), 60, 16)
    assert drawn[0] == "1 of 12 digits"
    assert "true 7" in drawn[1]
    assert "No prediction yet" in drawn[2]


def test_an_empty_selection_says_what_to_do() -> None:
    drawn = lines(shown(view(predictions()), Selection(mistakes=True)), 60, 16)
    assert drawn[0].startswith("0 of 0 mistakes")
    assert "choose another filter" in " ".join(drawn)


def test_a_note_stands_above_everything() -> None:
    drawn = lines(shown(view(MISTAKES, note="synthetic digits stand in")), 38, 10)
    assert drawn[0] == "! synthetic digits stand in"


def test_the_full_screen_is_a_grid() -> None:
    drawn = lines(shown(view(MISTAKES)), 118, 38)
    captions = [line[30:].split("%") for line in drawn if line.count("%") >= 3]
    assert len(captions) == 3
    assert [words.strip() for words in captions[0][:5]] == ["+ 7 60", "+ 2 61", "+ 1 62", "+ 0 63", "x 4>9 64"]


@settings(max_examples=60, deadline=None)
@given(cells=st.integers(1, 220), height=st.integers(1, 70), cursor=st.integers(0, 11), judged=st.booleans())
def test_a_page_keeps_to_its_space(cells: int, height: int, cursor: int, judged: bool) -> None:
    what = shown(view(MISTAKES if judged else None, note="note"), cursor=cursor)
    drawn = what.lines(UNICODE, cells, height, lambda index, small: draw(IMAGES[index], PLAIN, small))
    assert len(drawn) <= height
    if cells >= 38:
        assert max(cell_len(plain(line).rstrip()) for line in drawn) <= cells


@given(cells=st.integers(38, 220), height=st.integers(10, 70))
def test_a_click_finds_the_digit_it_is_on(cells: int, height: int) -> None:
    what = shown(view(MISTAKES))
    layout = divide(cells, height - 1)
    left = 0 if layout.grid_below else layout.block_width + 2
    above = 1 + (layout.block_height + 1 if layout.grid_below else 0)
    for place in range(min(12, layout.columns * layout.rows)):
        row, column = divmod(place, layout.columns)
        assert what.cursor_at(cells, height, left + 15 * column, above + 8 * row) == place
    assert what.cursor_at(cells, height, 0, 0) is None


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Selection(), "1 of 12 digits, epoch 3 of 5, 83.33 %"),
        (Selection(mistakes=True), "1 of 2 mistakes, epoch 3 of 5, 83.33 %"),
        (Selection(true=4), "1 of 2 digits of class 4, epoch 3 of 5, 83.33 %"),
        (Selection(true=4, predicted=9), "1 of 1 digits, 4 → 9, epoch 3 of 5, 83.33 %"),
        (Selection(least_certain=True), "1 of 12 digits, epoch 3 of 5, 83.33 %, least certain first"),
    ],
)
def test_the_counter_names_the_filter(wanted: Selection, words: str) -> None:
    of = view(MISTAKES)
    assert counter(of, wanted, 1, len(of.select(wanted)), 80) == words


def test_the_counter_shortens() -> None:
    assert counter(view(MISTAKES), Selection(mistakes=True), 1, 2, 35) == "1/2 mistakes, epoch 3/5, 83.33 %"
    assert counter(view(MISTAKES), Selection(mistakes=True), 1, 2, 10) == "1/2 mista…"


def test_captions_cut_long_names_alike() -> None:
    of = replace(view(MISTAKES), class_names=CLOTHES)
    assert caption(of, of.guess(4), 14) == "✗ Co…→An… 64 %"
    assert caption(of, of.guess(0), 14) == "✓ Sneaker 60 %"
    assert caption(view(), view().guess(0), 14) == "7"


def test_predictions_of_other_images_are_left_out() -> None:
    of = digits_view(IMAGES[:5], LABELS[:5], CLOTHES, MISTAKES)
    assert of.predictions is None
    assert of.note == "the predictions kept are not of these test images"
    assert np.array_equal(of.select(Selection(mistakes=True)), np.arange(5))
