"""Runs read for a comparison, and folded by seed."""

from __future__ import annotations

import math
import shutil
import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparison.results import EpochChoice, MeanStd, fold, read_results, spread, twins, unfolded
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import Resumed, RunStopped
from engine.runs.record import RateChange
from tests.builders.runs import finished_run, make_run
from tests.builders.summaries import trial
from tests.engine.runs.test_state import ending, epoch, started, steps


def test_best_and_last_epochs_differ() -> None:
    run = trial(1, [0.90, 0.95, 0.95, 0.93])
    assert (run.best, run.last) == (run.epochs[1], run.epochs[3])
    assert (run.at(EpochChoice.BEST), run.at(EpochChoice.LAST)) == (run.best, run.last)


def test_an_accuracy_that_is_no_number_is_never_the_best() -> None:
    run = trial(1, [math.nan, 0.8, math.nan])
    assert run.best is run.epochs[1]
    assert trial(1, [math.nan]).best is None
    assert trial(1, []).best is None and trial(1, []).last is None


def test_the_time_to_an_accuracy_is_that_of_training_up_to_the_first_epoch_to_reach_it() -> None:
    run = trial(1, [0.90, 0.95, 0.94, 0.96], seconds=2.5)
    assert run.seconds_to(0.9) == 2.5
    assert run.seconds_to(0.95) == 5.0
    assert run.seconds_to(0.955) == 10.0
    assert run.seconds_to(0.97) is None


def test_runs_that_differ_only_by_seed_are_one_line() -> None:
    trials = [trial(n, [0.9], seed=n) for n in (1, 2, 3)]
    trials.insert(1, trial(4, [0.9], seed=1, dropout=0.5))
    lines = fold(trials)
    assert [line.seeds for line in lines] == [(1, 2, 3), (1,)]
    assert [line.name for line in lines] == ["run 1", "run 4"]
    assert [line.ids for line in unfolded(trials)] == [(run.id,) for run in trials]


def test_runs_on_other_data_or_not_as_far_are_lines_of_their_own() -> None:
    usual, longer, elsewhere = trial(1, [0.9], seed=1), trial(2, [0.9, 0.91], seed=2), trial(3, [0.9], seed=3)
    elsewhere = replace(elsewhere, record=replace(elsewhere.record, data={"name": "mnist", "fingerprint": "other"}))
    assert len(fold([usual, longer, elsewhere])) == 3


def test_a_run_whose_rate_was_set_in_training_is_a_line_of_its_own_and_repeats_no_other() -> None:
    first, second, changed = (trial(n, [0.9], seed=min(n, 2)) for n in (1, 2, 3))
    changed = replace(changed, record=replace(changed.record, rate_changes=(RateChange(7, 0.05),)))
    lines = fold([first, second, changed])
    assert [line.ids for line in lines] == [(first.id, second.id), (changed.id,)]
    assert lines[1].title.endswith("lr → 0.05")
    assert not twins([first, second, changed])


def test_runs_that_end_when_nothing_gets_better_are_one_line_whenever_that_was() -> None:
    first, second = trial(1, [0.9, 0.8], seed=1), trial(2, [0.7, 0.95, 0.8], seed=2)
    (line,) = fold([replace(first, kept=1), replace(second, kept=2)])
    assert [one.last.test_accuracy for one in line.trials if one.last] == [0.9, 0.95]


def test_a_seed_counts_once_in_a_line() -> None:
    lines = fold([trial(1, [0.9], seed=1), trial(2, [0.9], seed=1), trial(3, [0.9], seed=2), trial(4, [0.9], seed=2)])
    assert [line.seeds for line in lines] == [(1, 2), (1, 2)]


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([0.0, 0.5])), max_size=12))
def test_folding_loses_no_run_and_keeps_the_order(chosen: list[tuple[int, float]]) -> None:
    trials = [trial(n, [0.9], seed=seed, dropout=dropout) for n, (seed, dropout) in enumerate(chosen)]
    lines = fold(trials)
    assert sorted(run.record.name for line in lines for run in line.trials) == sorted(t.record.name for t in trials)
    assert all(len(set(line.seeds)) == len(line.seeds) for line in lines)
    assert all(len({run.record.config.dropout for run in line.trials}) == 1 for line in lines)
    firsts = [trials.index(line.first) for line in lines]
    assert firsts == sorted(firsts)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_a_spread_is_mean_and_sample_standard_deviation(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert found.mean == statistics.fmean(values)
    if len(values) == 1:
        assert found.deviation is None
    else:
        squares = sum((value - found.mean) ** 2 for value in values)
        assert found.deviation == pytest.approx(math.sqrt(squares / (len(values) - 1)), abs=1e-6)


def test_a_figure_that_a_run_lacks_has_no_mean() -> None:
    assert spread([0.9, None]) is None
    assert spread([0.9, math.nan]) is None
    assert spread([]) is None
    assert spread([1e299, -1e299]) is None
    assert spread([0.5]) == MeanStd((0.5,))


def test_a_run_that_was_resumed_has_the_epochs_that_count(home: Home) -> None:
    happened = [
        epoch(1, 2.0, 0.7),
        steps(15, 2.5),
        epoch(2, 3.0, 0.8),
        Resumed(time=4.0, step=10, epoch=1),
        steps(15, 4.5),
    ]
    run = make_run(home, started(1.0), *happened, epoch(2, 5.0, 0.75), ending(RunStopped, 6.0, reason="x"))
    (found,), refused = read_results([run])
    assert found.epochs == tuple(run.state().epochs)
    assert [one.test_accuracy for one in found.epochs] == [0.7, 0.75]
    assert (found.status, found.train_size, refused) == ("stopped", 320, [])


def test_torn_foreign_and_empty_runs_are_read_as_far_as_they_go(home: Home) -> None:
    whole = finished_run(home, "whole")
    torn = make_run(home, started(1.0), epoch(1, 2.0, 0.8), ending(RunStopped, 3.0, reason="x"), name="torn")
    torn.events_path.write_bytes(torn.events_path.read_bytes()[:-40] + b'\xff\0garbage\n[]\n{"event":')
    empty = make_run(home, name="empty")
    empty.events_path.unlink()
    garbled, gone = make_run(home), Run(home.runs / "20200101-000000-0000000")
    (garbled.path / "run.json").write_bytes(b"\xff")
    foreign = Run(home.runs / "20200101-000000-0000001")
    shutil.copytree(home.data, foreign.path)
    trials, refused = read_results([whole, torn, empty, garbled, gone, foreign, whole])
    assert [run.record.name for run in trials] == ["whole", "torn", "empty"]
    assert [len(run.epochs) for run in trials] == [1, 1, 0]
    assert [reason.partition(":")[0] for reason in refused] == [garbled.id, gone.id, foreign.id]
