"""Runs as the lines of a list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.state import FAILED, QUEUED, RUNNING
from engine.text import clean
from tests.tui.runs import NOW, summary
from tui.glyphs import ASCII, UNICODE
from tui.history import Moment, ago, columns, header, loss, percent, row, status_word
from tui.lines import plain, width

MOMENT = Moment(NOW, UNICODE)


def text(run, cells: int, moment: Moment = MOMENT) -> str:
    return plain(row(run, moment, cells))


def test_a_narrow_list_keeps_symbol_name_accuracy_and_when():
    assert plain(header(38, UNICODE)) == "  name            accuracy       when "
    assert text(summary(), 38) == "✓ deep             97.40 %  2 min ago "


def test_columns_come_as_there_is_room():
    assert plain(header(80, UNICODE)).split() == ["name", "status", "accuracy", "loss", "time", "when"]
    assert plain(header(96, UNICODE)).split() == ["name", "data", "status", "accuracy", "loss", "time", "when"]
    assert text(summary(), 120) == (
        "✓ deep                                    deep          mnist         finished      97.40 %  0.0834     1:01"
        "  2 min ago "
    )


def test_a_wide_list_has_room_for_reasons_and_tags():
    failed = summary(status=FAILED, reason="the loss became infinite at step 312")
    assert text(failed, 160).endswith("  2 min ago   the loss became infinite at step 312  ")
    tagged = summary()
    tagged = replace(tagged, record=replace(tagged.record, tags=("baseline",), note="as published", starred=True))
    assert "#baseline as published" in text(tagged, 160)
    assert text(tagged, 160).startswith("✓ ★ deep ")


def test_figures_of_other_data_say_so_whatever_the_width():
    made = summary(name="a long name for a run")
    synthetic = replace(made, record=replace(made.record, data={"name": "synthetic"}))
    assert text(synthetic, 38) == "✓ a long n… synth  97.40 %  2 min ago "
    assert " synthetic " in text(synthetic, 120)


def test_names_are_not_markup():
    assert "[bold]x[/] " in text(summary(name="[bold]x[/]"), 60)


def test_runs_under_way_show_how_far_they_are():
    assert status_word(summary(status=RUNNING, epoch=3)) == "running 60%"
    assert status_word(summary(status=QUEUED)) == "queued"
    queued = summary(status=QUEUED, test_accuracy=None, test_loss=None)
    assert text(queued, 38) == "○ deep                   –  2 min ago "
    assert text(queued, 38, Moment(NOW, ASCII)) == "o deep                   -  2 min ago "


@given(st.integers(1, 250))
def test_columns_fill_the_width_exactly(cells):
    assert sum(column.width for column in columns(cells)) == max(cells, 1)


@given(st.text(st.characters(codec="utf-8"), max_size=60).map(clean), st.integers(24, 200))
def test_every_row_is_as_wide_as_the_header(name, cells):
    assert width(row(summary(name=name), MOMENT, cells)) == width(header(cells, UNICODE)) == cells


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3600, "now"), (0, "now"), (42, "42 s ago"), (120, "2 min ago"), (3599, "59 min ago"), (7200, "2 h ago"),
        (86_399, "23 h ago"), (100_000, "1 day ago"), (9 * 86_400, "9 days ago"), (400 * 86_400, "2022-10-10"),
    ],
)  # fmt: skip
def test_how_long_ago(seconds, words):
    assert ago(NOW - seconds, NOW) == words


@given(st.floats(-1e6, 1e10))
def test_how_long_ago_fits_its_column(seconds):
    assert len(ago(NOW - seconds, NOW)) <= 10


def test_figures_that_are_not_known():
    assert percent(None, "–") == percent(float("nan"), "–") == loss(None, "–") == loss(float("inf"), "–") == "–"
    assert loss(12_345.6, "–") == "1.2e+04"
