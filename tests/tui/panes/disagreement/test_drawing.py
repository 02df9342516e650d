"""The disagreement pane as lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.comparison.disagreement import Choice, Disagreement, Kind, Order
from engine.runs.predictions import Predictions
from tests.builders.faces import CLOTHES, IMAGES, LABELS, NAMES, pair, predictions
from tui.drawing.glyphs import ASCII, UNICODE, Glyphs
from tui.drawing.styled_lines import Line, plain
from tui.panes.digits.image import PLAIN, draw
from tui.panes.disagreement.drawing import PairPage
from tui.panes.disagreement.view import PairView, caption, counter, counts, pair_view, verdict

DIFFERENT = Choice(Kind.DIFFERENT)


def shown(of: PairView, wanted: Choice = DIFFERENT, cursor: int = 0, top: int = 0) -> PairPage:
    return PairPage(of, wanted, of.select(wanted), cursor, top, following=True)


def picture(index: int, small: bool) -> list[Line]:
    return draw(IMAGES[index], PLAIN, small)


def lines(what: PairPage, cells: int, height: int, glyphs: Glyphs = ASCII) -> list[str]:
    return [glyphs.shown(plain(line)).rstrip() for line in what.lines(glyphs, cells, height, picture)]


def test_the_smallest_pane_shows_a_digit_and_two_rows_of_columns() -> None:
    assert lines(shown(pair()), 40, 10) == [
        "A 1 . B 1 . neither 1 . both 9",
        "p = 1, within the noise",
        "1 of 3: predictions differ, epoch 3 of 5",
        "                true 4",
        "    @@@         + A deep: 4, 64.0 %",
        "    @@@         x B dropout: 9, 64.0 %",
        "    @@@         A . . . . . . . . . .",
        "    @@@         B . . . . . . . . . .",
        "    @@@           0 1 2 3 4 5 6 7 8 9",
        "                          +         x",
    ]


def test_a_large_pane_has_the_bars_of_both_side_by_side() -> None:
    drawn = lines(shown(pair()), 78, 18)
    assert drawn[:3] == [
        "A alone right 1 . B alone right 1 . both wrong 1 . both right 9",
        "p = 1 (exact McNemar test): within the noise",
        "1 of 3: predictions differ, epoch 3 of 5, A 83.33 %, B 83.33 %       following",
    ]
    assert [line[30:] for line in drawn[3:12]] == [
        "true 4",
        "+ A deep: 4, 64.0 %",
        "x B dropout: 9, 64.0 %",
        "    A                     B",
        "  0 #              4.0 %  #              4.0 %",
        "  1 #              4.0 %  #              4.0 %",
        "  2 #              4.0 %  #              4.0 %",
        "  3 #              4.0 %  #              4.0 %",
        "+ 4 ########      64.0 %  #              4.0 %",
    ]
    assert drawn[16][30:] == "x 9 #              4.0 %  ########      64.0 %"


def test_a_high_pane_has_the_bars_below_and_a_grid() -> None:
    drawn = lines(shown(pair()), 64, 34)
    captions = [word for line in drawn for word in ("4 A+ Bx9", "4 Ax9 B+", "9 Ax4 Bx7") if word in line]
    assert captions == ["4 A+ Bx9", "4 Ax9 B+", "9 Ax4 Bx7"]
    assert "+ 4 ###    64 %  #       4 %" in drawn


def test_only_those_who_kept_all_ten_probabilities_have_bars() -> None:
    one = lines(shown(pair(a=predictions(wrong={6: 9}, all_ten=False))), 78, 18)
    assert one[6][30:] == "    A not kept            B"
    assert one[11][30:] == "+ 4                       #              4.0 %"
    none = lines(shown(pair(predictions(wrong={6: 9}, all_ten=False), predictions(all_ten=False))), 78, 18)
    assert "Only the class and its" in none[7]


def test_an_empty_kind_says_what_to_do() -> None:
    drawn = lines(shown(pair(predictions(), predictions()), Choice()), 60, 18)
    assert drawn[2].startswith("0 of 0: A alone right")
    assert "choose another filter" in drawn[4]


def test_a_note_stands_above_everything() -> None:
    assert lines(shown(pair(note="synthetic digits stand in")), 60, 18)[0] == "! synthetic digits stand in"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (70, "A alone right 1 · B alone right 1 · both wrong 1 · both right 9"),
        (60, "right: A alone 1 · B alone 1 · neither 1 · both 9"),
        (40, "A 1 · B 1 · neither 1 · both 9"),
    ],
)
def test_the_counts_shorten_and_mark_the_chosen_kind(cells: int, words: str) -> None:
    line = counts(pair(), Kind.BOTH_WRONG, cells)
    assert plain(line) == words
    assert [text for text, style in line if style == "title"] == [words.split(" · ")[2]]


@pytest.mark.parametrize(
    ("wanted", "cells", "words"),
    [
        (Choice(), 80, "1 of 1: A alone right, epoch 3 of 5, A 83.33 %, B 83.33 %"),
        (Choice(Kind.ONLY_B, true=4), 80, "1 of 1: B alone right, class 4, epoch 3 of 5, A 83.33 %, B 83.33 %"),
        (Choice(Kind.DIFFERENT, 4, 9), 50, "1 of 2: 4 → 9 by one alone, epoch 3 of 5"),
        (Choice(order=Order.SUREST), 60, "1 of 1: A alone right, epoch 3 of 5, surest mistakes first"),
        (Choice(order=Order.SUREST), 50, "1 of 1: A alone right, epoch 3 of 5"),
        (Choice(), 20, "1/1 A alone right,…"),
    ],
)
def test_the_counter_names_the_kind_and_shortens(wanted: Choice, cells: int, words: str) -> None:
    assert counter(pair(), wanted, 1, len(pair().select(wanted)), cells) == words


def test_epochs_that_are_not_the_same_are_both_named() -> None:
    of = pair(a=predictions(5, wrong={6: 9}))
    assert "epochs A 5, B 3" in counter(of, Choice(), 1, 1, 80)


def test_luck_is_judged_in_a_sentence_and_in_few_words() -> None:
    assert verdict(pair()) == ("p = 1 (exact McNemar test): within the noise", "p = 1, within the noise")
    worse = pair(predictions(), predictions(wrong={i: (int(LABELS[i]) + 1) % 10 for i in range(8)}))
    sentence, words = verdict(worse)
    assert sentence.startswith("p = 0.0078 (exact McNemar test): more than the choice of test digits explains")
    assert words == "p = 0.0078, beyond the noise"


def test_captions_and_answers_cut_long_names() -> None:
    of = pair(class_names=CLOTHES, names=("A deep", "B dropout of a half everywhere"))
    assert caption(of, 4, 14) == "Coat A✓ B✗Ank…"
    assert caption(of, 9, 14) == "A… A✗C… B✗S…"
    drawn = lines(shown(of), 40, 10)
    assert [line[16:] for line in drawn[4:6]] == ["+ A deep: Coat, 64.0 %", "x B: Ankle boot, 64.0 %"]


def test_the_runs_have_the_labels_of_their_names() -> None:
    of = pair(names=("C l2", "AA deep"))
    drawn = lines(shown(of), 78, 18)
    assert drawn[0].startswith("C alone right 1 . AA alone right 1 .")
    assert drawn[2].startswith("1 of 3: predictions differ, epoch 3 of 5, C 83.33 %, AA 83.33 %")
    assert [line[30:] for line in drawn[4:7]] == [
        "+ C l2: 4, 64.0 %", "x AA deep: 9, 64.0 %", "    C                     AA",
    ]  # fmt: skip
    assert caption(of, 4, 14) == "4 C✓ AA✗9"
    assert counter(of, Choice(), 1, 1, 80).startswith("1 of 1: C alone right")


def test_words_of_others_are_made_safe() -> None:
    of = pair(names=("A \x1b[31mred", "B [bold]"), note="a\nb")
    assert of.names == ("A [31mred", "B [bold]")
    assert of.note == "a b"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 220), st.integers(1, 70), st.integers(0, 2), st.booleans(), st.sampled_from((UNICODE, ASCII)))
def test_a_page_keeps_to_its_space(cells: int, height: int, cursor: int, all_ten: bool, glyphs: Glyphs) -> None:
    of = pair(b=predictions(wrong={4: 9, 9: 7}, all_ten=all_ten), class_names=CLOTHES if cursor else NAMES, note="note")
    drawn = lines(shown(of, cursor=cursor), cells, height, glyphs)
    assert len(drawn) <= height
    if cells >= 40:
        assert max(map(cell_len, drawn)) <= cells


@given(st.integers(40, 220), st.integers(14, 70))
def test_a_click_finds_the_digit_it_is_on(cells: int, height: int) -> None:
    what = shown(pair())
    layout = what.layout(cells, height)
    left = 0 if layout.grid_below else layout.block_width + 2
    above = len(what.header(cells, height)) + (layout.block_height + 1 if layout.grid_below else 0)
    for place in range(min(3, layout.columns * layout.rows)):
        row, column = divmod(place, layout.columns)
        assert what.cursor_at(cells, height, left + 15 * column, above + 8 * row) == place
    assert what.cursor_at(cells, height, 0, 0) is None


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), max_size=40))
def test_every_digit_is_counted_once_and_swapping_the_runs_swaps_the_kinds(answers: list[tuple[int, int, int]]) -> None:
    labels, *said = (np.array([one[k] for one in answers], np.uint8) for k in range(3))
    a, b = (Predictions(1, classes, np.ones(len(labels), np.float32), None) for classes in said)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    of, turned = (pair_view(images, NAMES, Disagreement(labels, *two), ("A", "B"), 1, [1]) for two in ((a, b), (b, a)))
    only_a, only_b, wrong, right = _numbers(of)
    assert only_a + only_b + wrong + right == len(answers)
    assert _numbers(turned) == [only_b, only_a, wrong, right]
    for kind, other in ((Kind.ONLY_A, Kind.ONLY_B), (Kind.DIFFERENT, Kind.DIFFERENT)):
        assert of.select(Choice(kind)).tolist() == turned.select(Choice(other)).tolist()


def _numbers(of: PairView) -> list[int]:
    return [int(part.split()[-1]) for part in plain(counts(of, Kind.ONLY_A, 80)).split(" · ")]
