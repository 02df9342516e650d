"""Runs side by side."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparison.formats import (
    difference_text,
    heading,
    label,
    notes_of,
    spread_text,
    title,
    to_csv,
    to_json,
    to_markdown,
)
from engine.comparison.results import EpochChoice, MeanStd, RunResult, SeedGroup, fold, unfolded
from engine.comparison.table import FIGURE, FIGURES, Comparison, MetricRow, compare, measure
from engine.comparison.verdicts import Verdict
from engine.config.run_config import FIELDS, RunConfig
from engine.runs.status import QUEUED, RUNNING
from tests.builders.strategies import configs
from tests.builders.summaries import record, trial

ACCURACIES = st.lists(st.floats(0, 1) | st.sampled_from([math.nan, 1e299, -1e99]), max_size=4)
TRIALS = st.lists(st.tuples(ACCURACIES, st.integers(1, 3), st.sampled_from([0.0, 0.5])), min_size=1, max_size=6).map(
    lambda chosen: [trial(n, values, seed=seed, dropout=p) for n, (values, seed, p) in enumerate(chosen)]
)


def row(comparison: Comparison, name: str) -> MetricRow:
    found = comparison.standing(name)
    assert found is not None
    return found


def mean(comparison: Comparison, name: str) -> float:
    (cell, *_) = row(comparison, name).cells
    assert cell is not None
    return cell.mean


def test_titles_begin_with_what_tells_the_lines_apart() -> None:
    """You should tell them apart where a title is cut."""
    trials = [trial(1, [0.9], train_size=9000, l2=0.1), trial(2, [0.9], train_size=9000), trial(3, [0.9])]
    assert compare(unfolded(trials[:2])).titles == ("run 1 · l2 0.1 · size 9000", "run 2 · size 9000")
    assert compare(unfolded(trials)).titles == ("run 1 · size 9000 · l2 0.1", "run 2 · size 9000", "run 3")


def test_a_name_that_others_have_stands_after_what_tells_them_apart() -> None:
    """You should see what differs first, then the name, then what all change."""
    several = [trial(n, [0.9], train_size=9000, l2=l2) for n, l2 in enumerate((0.0, 0.1, 0.01))]
    lines = [replace(one, record=replace(one.record, name="deep")) for one in several]
    alone = replace(trial(4, [0.9], train_size=9000), record=record(4, lines[0].record.config, name="other"))
    assert compare(unfolded([*lines, alone])).titles == (
        "deep · size 9000",
        "l2 0.1 · deep · size 9000",
        "l2 0.01 · deep · size 9000",
        "other · size 9000",
    )
    assert compare(unfolded(lines[1:2])).titles == ("deep · size 9000 · l2 0.1",)
    plain = [
        replace(one, record=replace(one.record, name="deep")) for one in (trial(5, [0.9]), trial(6, [0.9], l2=0.1))
    ]
    assert compare(unfolded(plain)).titles == ("deep", "deep · l2 0.1"), "cut, they are deep and deep …"


def test_only_the_settings_that_differ_are_different() -> None:
    found = compare(unfolded([trial(1, [0.9]), trial(2, [0.9], dropout=0.5, hidden="64,32")]))
    assert [(setting.name, setting.values) for setting in found.differing] == [
        ("hidden", ("128,64", "64,32")),
        ("dropout", ("0", "0.5")),
    ]
    assert {setting.name for setting in found.settings} >= {field.name for field in FIELDS}


@given(st.lists(configs(), min_size=1, max_size=3))
def test_a_setting_differs_exactly_when_its_values_do(chosen: list[RunConfig]) -> None:
    trials = [trial(n, []) for n, _ in enumerate(chosen)]
    lines = [
        SeedGroup((RunResult(record(n, config), t.status),))
        for n, (t, config) in enumerate(zip(trials, chosen, strict=True))
    ]
    found = compare(lines)
    for field in FIELDS:
        setting = next(setting for setting in found.settings if setting.name == field.name)
        assert setting.differs == (len({getattr(config, field.name) for config in chosen}) > 1)


def test_the_seeds_of_a_line_are_one_value() -> None:
    lines = fold([trial(n, [0.9], seed=n) for n in (1, 2, 3)] + [trial(9, [0.9], seed=1, l2=0.1)])
    (seed,) = [setting for setting in compare(lines).settings if setting.name == "seed"]
    assert seed.values == ("1-3", "1")


def test_what_is_not_known_of_a_run_is_no_difference() -> None:
    begun, waiting = trial(1, [0.9]), trial(2, [])
    lines = unfolded([begun, RunResult(record(2, waiting.record.config, data={}), waiting.status)])
    assert not compare(lines).differing


def test_each_figure_is_of_the_best_or_the_last_epoch() -> None:
    line = SeedGroup((trial(1, [0.90, 0.96, 0.94]),))
    last, best = compare([line]), compare([line], pick=EpochChoice.BEST)
    assert mean(last, "test_accuracy") == 0.94
    assert mean(best, "test_accuracy") == 0.96
    assert mean(best, "test_loss") == 1.0
    mixed = compare([line], picks={"test_loss": EpochChoice.BEST})
    assert mean(mixed, "test_loss") == 1.0
    assert mean(mixed, "test_accuracy") == 0.94


def test_the_figures_of_a_run() -> None:
    line = SeedGroup((trial(1, [0.90, 0.96, 0.94], seconds=2.0),))
    measured = {figure.name: measure(line, figure, target=0.95) for figure in FIGURES}
    figures = {name: cell.mean for name, cell in measured.items() if cell}
    assert figures["best_epoch"] == 2 and figures["last_epoch"] == 3
    assert figures["time_to"] == 4.0 and figures["seconds"] == 6.0
    assert figures["samples_per_second"] == 500
    assert figures["gap"] == pytest.approx(0.01)
    assert "validation_accuracy" not in figures


def test_winners_are_the_highest_accuracy_the_lowest_loss_and_the_least_time() -> None:
    lines = unfolded(
        [trial(1, [0.9], seconds=3.0), trial(2, [0.95], l2=0.1), trial(3, [0.95], dropout=0.5, seconds=1.0)]
    )
    found = compare(lines)
    assert row(found, "test_accuracy").winners == {1, 2}
    assert row(found, "seconds").winners == {2}
    assert row(found, "test_loss").winners == frozenset()
    assert row(found, "best_epoch").winners == frozenset()
    assert row(found, "time_to").cells[0] is None
    assert row(found, "time_to").winners == {2}


@pytest.mark.parametrize(
    ("name", "values", "marked"),
    [
        ("test_accuracy", (0.95, 0.95004), []),
        ("test_accuracy", (0.95, 0.9502), [1]),
        ("test_loss", (0.08341, 0.08344), []),
        ("seconds", (10.0, 10.2), []),
        ("seconds", (10.0, 11.0, 10.1), [0, 2]),
        ("samples_per_second", (1000.0, 1020.0), []),
        ("samples_per_second", (1000.0, 1200.0), [1]),
        ("gap", (0.01, 0.05), []),
        ("best_epoch", (1.0, 5.0), []),
    ],
)
def test_only_what_is_better_beyond_what_is_shown_is_marked(
    name: str, values: tuple[float, ...], marked: list[int]
) -> None:
    """You should see no prize for a gap, a millisecond or a digit that is not shown."""
    row = MetricRow(FIGURE[name], EpochChoice.LAST, tuple(MeanStd((value,)) for value in values))
    assert sorted(row.winners) == marked


def test_runs_of_which_one_is_in_training_are_compared_after_as_many_epochs() -> None:
    parent, live = trial(1, [0.90, 0.93, 0.96, 0.97]), replace(trial(2, [0.91, 0.94], l2=0.1), status=RUNNING)
    waiting = replace(trial(3, [], l2=0.2), status=QUEUED)
    found = compare(unfolded([parent, live, waiting]))
    assert found.level == 2 and to_json(found)["equal_epochs"] == 2
    (accuracy, time) = (found.standing(name) for name in ("test_accuracy", "seconds"))
    assert accuracy is not None and time is not None
    assert [cell and cell.mean for cell in accuracy.cells] == [0.93, 0.94, None]
    assert accuracy.winners == {1} and not time.winners
    assert heading(accuracy, found) == "test acc, epoch 2" and heading(time, found) == "time to epoch 2"
    assert notes_of(found, ()) == ["after epoch 2, the last that all have, for not all are at their end"]
    ended = compare(unfolded([parent, trial(2, [0.91, 0.94], l2=0.1)]))
    assert ended.level == 0, "runs at their end are compared by it"


def test_runs_of_the_same_settings_and_seed_are_said_to_be() -> None:
    found = compare(unfolded([trial(1, [0.9]), trial(2, [0.9]), trial(3, [0.9], seed=2)]))
    assert notes_of(found, ()) == ["identical settings and seed: A, B"]
    pairs = [trial(1, [0.9], seed=2), *(trial(n, [0.9], epochs=1 + n // 4) for n in (2, 3, 4, 5))]
    assert notes_of(compare(unfolded(pairs)), ()) == ["identical settings and seed: B, C; D, E"]


def test_differences_are_held_against_the_baseline() -> None:
    found = compare(unfolded([trial(1, [0.9]), trial(2, [0.95]), trial(3, [])]), baseline=1)
    standing = row(found, "test_accuracy")
    assert [standing.difference(place, 1) for place in range(3)] == [pytest.approx(-0.05), 0.0, None]


def test_figures_that_no_line_has_are_left_out() -> None:
    found = compare(unfolded([trial(1, [0.9])]))
    assert found.standing("validation_accuracy") is None
    assert found.standing("time_to") is not None


@given(TRIALS, st.booleans(), st.sampled_from(EpochChoice))
def test_any_runs_compare_and_print(trials: list[RunResult], folded: bool, pick: EpochChoice) -> None:
    lines = fold(trials) if folded else unfolded(trials)
    found = compare(lines, pick=pick, baseline=len(lines) - 1)
    for standing in found.standings:
        means = [cell.mean for cell in standing.cells if cell]
        assert all(map(math.isfinite, means))
        if standing.winners:
            best = (max if standing.figure.better > 0 else min)(means)
            marked = [cell.mean for place in standing.winners if (cell := standing.cells[place])]
            assert best in marked and all(abs(mean - best) <= max(1e-4, 0.03 * abs(best)) for mean in marked)
    values = json.loads(json.dumps(to_json(found), allow_nan=False))
    assert [run for line in values["lines"] for run in line["runs"]] == [run for line in lines for run in line.ids]
    rows = list(csv.DictReader(io.StringIO(to_csv(found, found.differing))))
    assert len(rows) == len(lines)
    tables = to_markdown(found, found.differing).split("\n\n")
    widths = [{line.count(" |") for line in table.splitlines() if line.startswith("|")} for table in tables]
    assert all(len(width) <= 1 for width in widths)


def test_csv_has_full_precision_and_empty_cells_for_what_is_missing() -> None:
    found = compare(fold([trial(1, [0.91], seed=1), trial(2, [0.93], seed=2), trial(3, [], dropout=0.5)]))
    together, without = csv.DictReader(io.StringIO(to_csv(found, found.differing)))
    assert float(together["test_accuracy"]) == pytest.approx(0.92)
    assert float(together["test_accuracy_deviation"]) == pytest.approx(math.sqrt(0.0002))
    assert (together["n"], together["dropout"], without["dropout"]) == ("2", "0", "0.5")
    assert without["test_accuracy"] == without["test_accuracy_difference"] == ""


def test_markdown_marks_winners_and_leaves_names_without_meaning() -> None:
    """You should see bold winners, differences in brackets, notes, and names as they were typed."""
    plain, odd = trial(1, [0.91]), trial(2, [0.95], dropout=0.5)
    odd = RunResult(record(2, odd.record.config, name="a|b *x* <i>[l](u)"), odd.status, odd.epochs, 1000)
    found = compare(unfolded([plain, odd]))
    text = to_markdown(found, found.differing, [Verdict(1, 0.04, "exact McNemar test", 0.01, "9 against 1")])
    assert "| B a\\|b \\*x\\* \\<i\\>\\[l\\](u) · dropout 0.5 |" in text
    assert "| test acc, last | 91.00 % | **95.00 %** (+4.00) |" in text
    assert "| Dropout | 0 | 0.5 |" in text
    assert "- B against A: test accuracy +4.00 points" in text


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        ("test_accuracy", (0.974,), "97.40 %"),
        ("test_accuracy", (0.97, 0.98), "97.50 ± 0.71 %"),
        ("gap", (0.0263,), "2.63"),
        ("gap", (0.01, 0.02), "1.50 ± 0.71"),
        ("test_loss", (0.0834,), "0.0834"),
        ("seconds", (3.14159,), "3.14 s"),
        ("seconds", (1234.5,), "1,234 s"),
        ("samples_per_second", (61234.5,), "61,234"),
        ("test_loss", (2.5e12,), "2.50e+12"),
        ("best_epoch", (4.0,), "4"),
        ("best_epoch", (4.0, 5.0), "4.5 ± 0.7"),
        ("best_epoch", (2.0, 2.0), "2"),
    ],
)
def test_figures_as_text(name: str, values: tuple[float, ...], text: str) -> None:
    assert spread_text(FIGURE[name].measure, MeanStd(values)) == text


def test_the_unit_of_the_gap_is_in_its_heading() -> None:
    """You should see one unit of it everywhere: points, as beside a run, not the % of an accuracy."""
    found = compare(unfolded([trial(1, [0.9])]))
    assert heading(row(found, "gap"), found) == "gap, points, last"
    assert "| gap, points, last | 1.00 |" in to_markdown(found, found.differing)


def test_what_is_missing_is_a_dash_and_has_no_difference() -> None:
    assert spread_text(FIGURE["test_accuracy"].measure, None) == "-"
    assert difference_text(FIGURE["test_accuracy"].measure, None) == ""
    assert difference_text(FIGURE["test_accuracy"].measure, -0.0123) == "-1.23"
    assert difference_text(FIGURE["test_accuracy"].measure, -0.00001) == "+0.00"
    assert difference_text(FIGURE["samples_per_second"].measure, -0.4) == "+0"


def test_lines_are_lettered_beyond_the_alphabet() -> None:
    assert [label(place) for place in (0, 25, 26, 27, 52, 702)] == ["A", "Z", "AA", "AB", "BA", "AAA"]


def test_headings_say_what_differs_from_the_preset_and_how_many_runs_a_line_has() -> None:
    found = compare(fold([trial(1, [0.9], seed=1), trial(2, [0.9], seed=2), trial(3, [0.9], l2=1)]))
    assert [title(found, place) for place in (0, 1)] == ["A run 1 (n = 2)", "B run 3 · l2 1"]


def test_several_tests_at_once_are_warned_of() -> None:
    found = compare(unfolded([trial(n, [0.9], l2=n / 10) for n in range(3)]))
    one = Verdict(1, 0.1, "Welch's t-test", 0.01)
    assert len(notes_of(found, [one])) == 1
    assert "by luck" in notes_of(found, [one, Verdict(2, 0.1, "Welch's t-test", 0.2)])[-1]
