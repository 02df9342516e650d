"""Runs as the lines of a list."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.query.columns import COLUMNS, Order, column
from engine.runs.status import FAILED, QUEUED, RUNNING
from engine.runs.summaries import RunSummary
from engine.text import clean
from tests.builders.followed_runs import NOW, summary
from tests.builders.summaries import summaries
from tui.drawing.formatting import status_words
from tui.drawing.glyphs import ASCII
from tui.drawing.styled_lines import plain, width
from tui.panes.history.run_list import Fold
from tui.panes.history.table import STANDARD, age, alike, columns, day, first_order, header, row

NAMES = [column.name for column in COLUMNS]
CHOICES = st.lists(st.sampled_from(NAMES), unique=True).map(tuple)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def text(run: RunSummary | Fold, cells: int, now: float = NOW, changes: bool = False) -> str:
    return plain(row(run, now, columns(cells, changes=changes)))


def titles(cells: int, chosen: tuple[str, ...] = (), sorted_by: str = "", changes: bool = False) -> list[str]:
    return [column.name for column in columns(cells, chosen, sorted_by, changes=changes) if column.name]


def sweep(*accuracies: float, **more: Any) -> Fold:
    runs = [summary(n, test_accuracy=accuracy, **more) for n, accuracy in enumerate(accuracies, 1)]
    configured = [
        replace(run, record=replace(run.record, group="sweep", config=RunConfig(dataset="mnist", seed=n)))
        for n, run in enumerate(runs)
    ]
    return Fold("sweep", tuple(configured[::-1]))


def test_what_differs_from_the_preset_stands_beside_the_name_or_in_a_column_of_its_own() -> None:
    """You should see whole parts, as many as there is room for, and of a group what its runs have in common."""
    run = summary()
    run = replace(run, record=replace(run.record, config=RunConfig.parse("activation=tanh hidden=256,128 l2=0.01")))
    for cells, told in ((34, "deep …"), (40, "deep · tanh …"), (60, "deep · tanh · 256,128 …"), (110, "deep  ")):
        assert text(run, cells, changes=True).startswith(f" ✓ {told} ")
    assert titles(60, changes=True) == ["name", "status", "test_accuracy", "created"]
    assert titles(110, changes=True)[:2] == ["name", "changed"]
    assert " tanh · 256,128 … " in text(run, 110, changes=True)
    runs = [
        replace(run, record=replace(run.record, config=run.record.config.replace({"activation": "tanh"})))
        for run in sweep(0.9, 0.8).runs
    ]
    shown = columns(60, ("name", "changed"), folded=True)
    assert plain(row(Fold("sweep", tuple(runs)), NOW, shown)).split() == ["✓", "▸", "sweep", "(2)", "tanh"]


def test_times_are_told_to_the_second_of_runs_that_look_alike_otherwise() -> None:
    """You should see when each was made, on a day that is not today with the day; another run as ever."""
    first, second, other = summary(1), summary(2), summary(3, name="other")
    soon = replace(second, record=replace(second.record, created=first.record.created + 8))
    changed = replace(second, record=replace(second.record, config=RunConfig(activation=("tanh",))))
    assert alike([first, second, other], NOW) == {first.id: "Nov 13", second.id: "Nov 13"}
    assert not alike([first, changed, sweep(0.9, 0.8)], NOW)
    shown = columns(60, dated=True)
    assert "Nov 13 22:14:20 " in plain(row(first, NOW, shown, to_the_second=True))
    assert plain(row(other, NOW, shown)).endswith(" Nov 13 ")
    today = NOW - 82_000
    assert alike([first, soon], today) == {first.id: "22:14", soon.id: "22:14"}
    assert not alike([first, second], today), "their minutes differ"
    assert plain(row(soon, today, columns(60), to_the_second=True)).endswith(" 22:14:28 ")


def test_a_narrow_list_keeps_symbol_name_accuracy_and_when() -> None:
    assert plain(header(columns(34))) == "   name         test acc created↓ "
    assert text(summary(), 34) == " ✓ deep          97.40 %   Nov 13 "


def test_columns_come_as_there_is_room() -> None:
    assert titles(70) == ["name", "status", "test_accuracy", "test_loss", "seconds", "created"]
    assert titles(90) == ["name", "dataset", "status", "test_accuracy", "test_loss", "seconds", "created"]
    assert titles(110) == [name for name in STANDARD if name != "changed"]
    assert titles(140, changes=True) == list(STANDARD)
    assert text(summary(), 120) == (
        " ✓ deep                                    deep          mnist         finished       97.40 %  0.0834     1:01"
        "   Nov 13 "
    )


def test_the_column_sorted_by_is_always_shown() -> None:
    assert titles(34, sorted_by="test_loss") == ["name", "test_accuracy", "test_loss"]
    chosen = ("name", "hidden", "note", "status", "seed")
    assert titles(60, chosen) == ["name", "hidden", "note"]
    assert titles(60, chosen, "seed") == ["name", "hidden", "seed"]


def test_chosen_columns_stand_in_their_order_and_settings_are_columns() -> None:
    run = summary(1)
    run = replace(run, record=replace(run.record, config=RunConfig(hidden=(256, 10), learning_rate=0.05)))
    shown = columns(60, ("hidden", "name", "learning_rate", "epoch"))
    assert plain(header(shown)).split() == ["hidden", "name", "learning", "rate", "epoch"]
    assert plain(row(run, NOW, shown)).split() == ["✓", "256,10", "deep", "·", "256,10", "…", "0.05", "5/5"]


def test_a_wide_list_has_room_for_reasons_and_tags() -> None:
    failed = summary(status=FAILED, reason="the loss became infinite at step 312")
    assert text(failed, 160).endswith("   Nov 13   the loss became infinite at step 312  ")
    tagged = summary()
    tagged = replace(tagged, record=replace(tagged.record, tags=("baseline",), note="as published", starred=True))
    assert "#baseline as published" in text(tagged, 160)
    assert text(tagged, 160).startswith(" ✓ ★ deep ")


def test_figures_of_other_data_say_so_whatever_the_width() -> None:
    made = summary(name="a long name for a run")
    synthetic = replace(made, record=replace(made.record, data={"name": "synthetic"}))
    assert text(synthetic, 34) == " ✓ a lo… synth   97.40 %   Nov 13 "
    assert " synthetic " in text(synthetic, 120)
    group = sweep(0.9, 0.8)
    assert " mixed " in text(replace(group, runs=(*group.runs, synthetic)), 40)


def test_a_group_is_a_line_with_the_mean_and_deviation_of_its_figures() -> None:
    line = plain(row(sweep(0.97, 0.98, 0.99), NOW, columns(90, folded=True, changes=False)))
    assert line.split() == [
        "✓", "▸", "sweep", "(3)", "3", "finished", "98.00", "±", "1.00", "%", "0.0834", "±", "0.0000",
        "1:01", "Nov", "13",
    ]  # fmt: skip
    assert "(3)" in text(replace(sweep(0.97, 0.98, 0.99), group="a name that is long"), 34)
    plainly = ASCII.shown(plain(row(sweep(0.97, 0.98, 0.99), NOW, columns(90, folded=True, changes=False))))
    assert plainly.isascii() and "98.00 +-1.00 %" in plainly


def test_a_group_of_several_settings_is_a_line_with_the_range_of_its_figures() -> None:
    seeds = sweep(0.97, 0.98, 0.99)
    wider = replace(seeds.runs[0], record=replace(seeds.runs[0].record, config=RunConfig(hidden=(256,))))
    line = plain(row(replace(seeds, runs=(wider, *seeds.runs[1:])), NOW, columns(90, folded=True, changes=False)))
    assert "97.00–99.00 %" in line and " 0.0834 " in line and "±" not in line


def test_a_group_says_what_is_so_of_all_its_runs() -> None:
    shown = columns(100, ("learning_rate", "seed", "seconds", "status"), folded=True)
    group = sweep(0.9, 0.8, 0.7)
    failed = replace(group.runs[0], status=FAILED, seconds=91.0)
    mixed = replace(group, runs=(failed, *group.runs[1:]))
    assert plain(row(mixed, NOW, shown)).split() == ["✗", "▸", "sweep", "(3)", "0.1", "…", "1:11", "1✗", "2✓"]


def test_marks_and_orders_are_told_without_colour() -> None:
    assert plain(row(summary(), NOW, columns(34), "◆")).startswith("◆✓ deep")
    by_loss = Order(column("test_loss"))
    assert "loss↑" in plain(header(columns(80), by_loss))
    assert "loss↓" in plain(header(columns(80), replace(by_loss, descending=True)))


def test_what_one_looks_for_comes_first() -> None:
    assert [first_order(name).descending for name in ("test_accuracy", "created", "starred", "epoch")] == [True] * 4
    assert [first_order(name).descending for name in ("test_loss", "name", "seconds", "learning_rate")] == [False] * 4


def test_names_are_not_markup() -> None:
    assert "[bold]x[/] " in text(summary(name="[bold]x[/]"), 60)


def test_runs_under_way_show_how_far_they_are() -> None:
    assert status_words(summary(status=RUNNING, epoch=3)) == "running 60 %"
    assert status_words(summary(status=QUEUED)) == "queued"
    queued = summary(status=QUEUED, test_accuracy=None, test_loss=None)
    assert text(queued, 34) == " ○ deep                –   Nov 13 "
    assert ASCII.shown(text(queued, 34)) == " o deep                -   Nov 13 "


@given(st.integers(14, 250), CHOICES, st.sampled_from(["", *NAMES]), st.booleans())
def test_columns_fill_the_width_exactly(cells: int, chosen: tuple[str, ...], sorted_by: str, folded: bool) -> None:
    shown = columns(cells, chosen, sorted_by, folded)
    assert width(header(shown)) == cells
    assert "name" in [column.name for column in shown]
    assert [c.name for c in shown if c.name in chosen] == [n for n in chosen if n in {c.name for c in shown}]


@given(st.text(st.characters(codec="utf-8"), max_size=60).map(clean), st.integers(24, 200))
def test_every_row_is_as_wide_as_the_header(name: str, cells: int) -> None:
    assert len(name) > 120 or width(row(summary(name=name), NOW, columns(cells))) == cells


@given(st.lists(summaries(), min_size=2, max_size=4), st.integers(24, 200), CHOICES)
def test_every_group_is_as_wide_as_the_header(runs: list[RunSummary], cells: int, chosen: tuple[str, ...]) -> None:
    shown = columns(cells, chosen, folded=True)
    assert width(row(Fold("a group", tuple(runs)), NOW, shown)) == cells


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "22:13"), (3600, "21:13"), (86_400, "Nov 13"), (30 * 86_400, "Oct 15"), (400 * 86_400, "Oct 2022")],
)
def test_the_day_of_a_moment(seconds: int, words: str) -> None:
    assert day(NOW - seconds, NOW) == words


@given(st.floats(0, 4e9), st.floats(0, 4e9))
def test_a_moment_fits_its_column_and_says_the_same_all_day(then: float, now: float) -> None:
    assert len(day(then, now)) <= 8
    midnight = now - now % 86_400
    assert day(then, midnight) == day(then, midnight + 86_399)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "under 1h"), (60, "under 1h"), (3600, "1 h"), (86_399, "23 h"), (86_400, "1 day"), (200_000, "2 days")],
)
def test_ages_are_coarse(seconds: int, words: str) -> None:
    assert age(seconds) == words
