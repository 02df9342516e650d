"""Columns: found by name, and sorted by."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import FIELDS, RunConfig
from engine.query.columns import BY_NAME, COLUMNS, Column, ColumnError, Order, column, parse_columns, parse_orders, sort
from engine.runs.summaries import RunSummary
from tests.builders.summaries import summaries, summary


def test_every_setting_is_a_column_and_no_name_means_two() -> None:
    assert {field.name for field in FIELDS} <= set(BY_NAME)
    assert len(BY_NAME) == sum(1 + len(column.aliases) for column in COLUMNS)


def test_columns_have_short_names() -> None:
    assert [c.name for c in parse_columns("lr, ACC,batch-size,")] == ["learning_rate", "test_accuracy", "batch_size"]


def test_an_unknown_column_names_those_that_come_close() -> None:
    with pytest.raises(ColumnError, match="did you mean dropout"):
        column("dropuot")
    with pytest.raises(ColumnError, match="columns: id, name, changed, status"):
        column("\x1b[2J")
    with pytest.raises(ColumnError, match="is sorted :asc or :desc"):
        parse_orders("acc:up")


def test_runs_without_the_figure_come_last_either_way() -> None:
    runs = [
        summary(1, test_accuracy=None),
        summary(2, test_accuracy=0.5),
        summary(3, test_accuracy=math.nan),
        summary(4),
    ]
    assert [run.record.name for run in sort(runs, parse_orders("acc"))] == ["run 2", "run 4", "run 1", "run 3"]
    assert [run.record.name for run in sort(runs, parse_orders("acc:desc"))] == ["run 4", "run 2", "run 1", "run 3"]


def test_several_columns_are_sorted_by_in_turn() -> None:
    configs = [RunConfig(dropout=0.5, seed=2), RunConfig(seed=3), RunConfig(dropout=0.5, seed=1), RunConfig(seed=4)]
    runs = [summary(n, config) for n, config in enumerate(configs)]
    assert [run.record.config.seed for run in sort(runs, parse_orders("dropout:desc,seed"))] == [1, 2, 3, 4]


def test_widths_are_sorted_as_numbers_and_full_batches_last() -> None:
    runs = [summary(n, RunConfig(hidden=hidden)) for n, hidden in enumerate([(128, 64), (16,), (128,), ()])]
    assert [run.record.config.hidden for run in sort(runs, parse_orders("hidden"))] == [(16,), (128,), (128, 64), ()]
    sizes: tuple[int | str, ...] = ("full", 32, 256)
    runs = [summary(n, RunConfig(batch_size=size)) for n, size in enumerate(sizes)]
    assert [run.record.config.batch_size for run in sort(runs, parse_orders("batch"))] == [32, 256, "full"]


@given(st.lists(summaries(), max_size=8), st.sampled_from(COLUMNS), st.booleans())
def test_sorting_by_any_column_keeps_every_run_and_the_order_of_equals(
    runs: list[RunSummary], by: Column, descending: bool
) -> None:
    ordered = sort(runs, [Order(by, descending)])
    assert sorted(map(id, ordered)) == sorted(map(id, runs))
    assert list(map(id, sort(ordered, [Order(by, descending)]))) == list(map(id, ordered))
    places = {id(run): place for place, run in enumerate(runs)}
    for one, next_one in itertools.pairwise(ordered):
        if by.value(one) == by.value(next_one) and by.name != "age":
            assert places[id(one)] < places[id(next_one)]


@given(st.sampled_from(COLUMNS), st.booleans())
def test_an_order_is_its_text(by: Column, descending: bool) -> None:
    assert parse_orders(str(Order(by, descending))) == [Order(by, descending)]
