"""Which runs are listed, whatever they are filtered, folded and sorted by."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.query.columns import COLUMNS, Order, column, sort
from engine.query.parser import parse, select
from engine.runs.record import RateChange
from engine.runs.status import FAILED, FINISHED, RUNNING
from engine.runs.summaries import RunSummary
from tests.builders.strategies import configs
from tests.builders.summaries import summaries, summary
from tui.panes.history.run_list import Fold, RunList, fold, runs_of

FILTERS = st.sampled_from(
    ["", "run", "acc>50%", "lr<0.1 or status=finished", "-run", "not (failed or finished)", "group:a -acc>0.9", "a b"]
)
ORDERS = st.none() | st.builds(Order, st.sampled_from(COLUMNS), st.booleans())


@st.composite
def homes(draw: st.DrawFn) -> list[RunSummary]:
    """Runs of a few configurations with ids of their own, some of them in groups, in any order."""
    trained = st.sampled_from(draw(st.lists(configs(), min_size=1, max_size=2)))
    runs = draw(st.lists(summaries(trained), max_size=12))
    groups = draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(runs), max_size=len(runs)))
    numbered = [
        replace(run, record=replace(run.record, id=f"{place:04d}", group=group))
        for place, (run, group) in enumerate(zip(runs, groups, strict=True))
    ]
    return draw(st.permutations(numbered))


def listed(runs: list[RunSummary], text: str = "", order: Order | None = None, folded: bool = False) -> RunList:
    catalogue = RunList()
    catalogue.take(runs)
    catalogue.filter(parse(text))
    catalogue.sort(order)
    catalogue.fold(folded)
    return catalogue


def ids(catalogue: RunList) -> list[str]:
    return [run.id for entry in catalogue.entries for run in runs_of(entry)]


@given(homes(), FILTERS, ORDERS, st.booleans())
def test_the_entries_stand_for_each_run_that_matches_once(
    runs: list[RunSummary], text: str, order: Order | None, folded: bool
) -> None:
    catalogue = listed(runs, text, order, folded)
    wanted = {run.id for run in select(runs, parse(text))}
    assert sorted(ids(catalogue)) == sorted(wanted) == sorted(catalogue.matching)


@given(homes(), FILTERS, ORDERS)
def test_runs_are_sorted_as_the_command_line_sorts_them(runs: list[RunSummary], text: str, order: Order | None) -> None:
    newest = sorted(runs, key=lambda run: run.id, reverse=True)
    wanted = sort(select(newest, parse(text)), [order] if order else [])
    assert ids(listed(runs, text, order)) == [run.id for run in wanted]


@given(homes(), FILTERS, ORDERS, st.booleans())
def test_every_run_that_is_listed_has_a_place(
    runs: list[RunSummary], text: str, order: Order | None, folded: bool
) -> None:
    catalogue = listed(runs, text, order, folded)
    for place, entry in enumerate(catalogue.entries):
        assert {catalogue.index_of(run.id) for run in runs_of(entry)} == {place}
    assert catalogue.index_of("another") is None


@given(homes(), homes(), FILTERS, ORDERS, st.booleans(), st.data())
def test_it_does_not_matter_what_was_listed_before(
    before: list[RunSummary], runs: list[RunSummary], text: str, order: Order | None, folded: bool, data: st.DataObject
) -> None:
    catalogue = listed(before, text, order, folded)
    catalogue.take(runs)
    changed = [
        replace(run, test_accuracy=data.draw(st.floats(0, 1)), status=FAILED) if data.draw(st.booleans()) else run
        for run in runs
    ]
    catalogue.take(changed)
    afresh = listed(changed, text, order, folded)
    assert catalogue.entries == afresh.entries
    assert catalogue.has_groups == afresh.has_groups


@given(homes())
def test_folding_keeps_every_run_with_its_group_where_the_newest_is(runs: list[RunSummary]) -> None:
    runs = sorted(runs, key=lambda run: run.id, reverse=True)
    entries = fold(runs)
    assert sorted(run.id for entry in entries for run in runs_of(entry)) == sorted(run.id for run in runs)
    assert [entry.id for entry in entries] == sorted((entry.id for entry in entries), reverse=True)
    for entry in entries:
        if isinstance(entry, Fold):
            assert {run.record.group for run in entry.runs} == {entry.group} and len(entry.runs) > 1
        elif entry.record.group:
            assert sum(run.record.group == entry.record.group for run in runs) == 1


def group(*accuracies: float | None, status: str = FINISHED, **more: object) -> Fold:
    runs = [
        summary(n, RunConfig(seed=n), group="sweep", test_accuracy=accuracy, status=status, **more)
        for n, accuracy in enumerate(accuracies, 1)
    ]
    return Fold("sweep", tuple(runs[::-1]))


def test_a_group_is_sorted_by_its_mean_its_newest_moment_and_what_its_runs_share() -> None:
    sweep = group(0.96, 0.98)
    assert sweep.value(column("test_accuracy")) == pytest.approx(0.97)
    assert sweep.value(column("created")) == max(run.record.created for run in sweep.runs)
    assert sweep.value(column("learning_rate")) == 0.1
    assert sweep.value(column("seed")) is None
    assert sweep.value(column("name")) == "sweep"


def test_runs_that_have_ended_without_a_figure_leave_a_group_without_a_mean() -> None:
    for accuracy in (None, math.nan, math.inf):
        assert group(0.96, accuracy).value(column("test_accuracy")) is None
        assert group(0.96, accuracy).spread(column("test_accuracy")) is None


def test_runs_under_way_do_not_count_in_a_mean() -> None:
    running = replace(group(0.5).runs[0], status=RUNNING)
    sweep = Fold("sweep", (running, *group(0.96, 0.98).runs))
    found = sweep.spread(column("test_accuracy"))
    assert found is not None and found.mean == pytest.approx(0.97)
    assert sweep.status == RUNNING
    assert group(0.5, status=RUNNING).value(column("test_accuracy")) is None


def test_a_group_that_is_opened_is_listed_run_by_run() -> None:
    runs = [summary(n, group="a" if n < 3 else "b") for n in range(1, 6)]
    catalogue = listed(runs, folded=True)
    assert [len(runs_of(entry)) for entry in catalogue.entries] == [3, 2]
    catalogue.open("a")
    assert [len(runs_of(entry)) for entry in catalogue.entries] == [3, 1, 1]
    catalogue.fold(True)
    assert len(catalogue.entries) == 2


def test_a_run_whose_rate_was_set_in_training_stays_out_of_its_group() -> None:
    changed = summary(4, group="sweep", rate_changes=(RateChange(7, 0.05),))
    entries = fold([changed, *group(0.96, 0.98).runs])
    assert [len(runs_of(entry)) for entry in entries] == [1, 2]
    assert entries[0] is changed


def test_the_same_runs_are_no_news() -> None:
    runs = [summary(n) for n in range(3)]
    catalogue = RunList()
    assert catalogue.take(runs)
    assert not catalogue.take(list(runs))
    assert catalogue.take(runs[1:])
