"""A comparison as a table."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparison.judgement import Judgement
from engine.comparison.results import RunResult
from engine.comparison.table import Comparison
from engine.comparison.verdicts import MCNEMAR, WELCH, Verdict
from engine.config.run_config import RunConfig
from engine.runs.status import RUNNING
from tests.builders.strategies import TEXTS, configs
from tests.builders.summaries import record, trial
from tui.charts.symbols import BRAILLE, Symbols, symbols_for
from tui.drawing.glyphs import ASCII
from tui.drawing.styled_lines import plain, width
from tui.panes.comparison.drawing import Cursor, Drawing, draw
from tui.panes.comparison.options import BY_EPOCH, TARGETS, Choices
from tui.panes.comparison.table import Sheet, sheet

SEEDS = [trial(1, [0.9, 0.95, 0.94], seed=1), trial(2, [0.91, 0.96, 0.97], seed=2)]
L2, DROPOUT = trial(3, [0.92, 0.93], l2=0.1), trial(4, [0.97, 0.98, 0.99], dropout=0.5)
TRIALS = [*SEEDS, L2, DROPOUT]


def judged(comparison: Comparison, *verdicts: Verdict) -> Judgement:
    return Judgement(comparison, verdicts, None)


def table(
    trials: list[RunResult], choices: Choices | None = None, *verdicts: Verdict, symbols: Symbols = BRAILLE
) -> Sheet:
    """The sheet of a comparison; without verdicts it has not been judged."""
    chosen = choices or Choices()
    comparison = chosen.compare(trials)
    return sheet(comparison, chosen, judged(comparison, *verdicts) if verdicts else None, symbols)


def drawn(made: Sheet, cells: int, height: int, row: int = 0, place: int = 0, top: int = 0) -> Drawing:
    return draw(made, Cursor(row, place), (cells, height), 0, top)


def text(drawing: Drawing) -> list[str]:
    return [plain(line).rstrip() for line in drawing.lines]


def test_a_wide_table_has_the_differences_beside() -> None:
    verdicts = Verdict(1, -0.025, WELCH, 0.2, "n = 1 and 2"), Verdict(2, 0.035, MCNEMAR, 0.01, "9 digits, against 3")
    assert text(drawn(table(TRIALS, None, *verdicts), 101, 26)) == [
        "against A                ● A run 1    ▲ B run 3 · l2 0.1            ■ C run 4 · dropout 0.5",
        "                         ✓ 2 seeds            ✓ finished                         ✓ finished",
        "Settings that differ",
        "Dropout                          0                     0                                0.5",
        "L2 penalty                       0                   0.1                                  0",
        "Seed                           1,2                     1                                  1",
        "Results",
        "test acc, last      95.50 ± 2.12 %               93.00 %     -2.50                  99.00 % ★   +3.50",
        "  is it luck?                               within noise                           p = 0.01",
        "test loss, last    0.6667 ± 0.0000 ★              1.0000   +0.3333                   0.6667 ★ +0.0000",
        "train acc, last     96.50 ± 2.12 %               94.00 %     -2.50                 100.00 % ★   +3.50",
        "train loss, last   0.3333 ± 0.0000 ★              0.5000   +0.1667                   0.3333 ★ +0.0000",
        "gap, points, last      1.00 ± 0.00                  1.00     +0.00                     1.00     +0.00",
        "best epoch               2.5 ± 0.7                     2                                  3",
        "last epoch                       3                     2                                  3",
        "time to 95 %         4.00 ± 0.00 s                     –                             2.00 s ★   -2.00",
        "time                 6.00 ± 0.00 s                4.00 s ★   -2.00                   6.00 s     +0.00",
        "samples/s, last                500                   500        +0                      500        +0",
        "Verdict",
        "  B against A: test accuracy -2.50 points, within the noise (Welch's t-test, p = 0.2, n = 1 and 2)",
        "  C against A: test accuracy +3.50 points, more than the choice of test digits explains, though",
        "  another seed might (exact McNemar test, p = 0.01, 9 digits, against 3)",
        "  each p is of one pair alone: of twenty pairs that do not differ, one has p < 0.05 by luck",
        "  ★ best; ± sample standard deviation over the seeds",
        "  time to 95 %: of training, to the end of the first epoch of test accuracy 95 % or more",
    ]


def test_a_narrow_table_scrolls_beside_the_baseline_with_the_differences_beneath() -> None:
    made = table(TRIALS)
    assert text(drawn(made, 54, 14, row=len(made.rows) - 1, place=2)) == [
        "against A       ↑        ● A run 1     ■ C run 4 …",
        "‹1                       ✓ 2 seeds      ✓ finished",
        "time to 95 %         4.00 ± 0.00 s          2.00 s ★",
        "                                             -2.00",
        "time                 6.00 ± 0.00 s          6.00 s",
        "                                             +0.00",
        "samples/s, last                500             500",
        "                                                +0",
        "Verdict",
        "  B against A: …",
        "  C against A: …",
        "  ★ best; ± sample standard deviation over the seeds",
        "› time to 95 %: of training, to the end of the first",
        "  epoch of test accuracy 95 % or more",
    ]


def test_in_the_smallest_space_the_line_under_the_cursor_is_seen() -> None:
    assert text(drawn(table(TRIALS), 30, 8, row=4, place=2)) == [
        "against A ↑↓   ■ C run 4 …",
        "Dropout                0.5",
        "L2 penalty               0",
        "Seed                     1",
        "Results",
        "test acc, l…       99.00 % ★",
        "                     +3.50",
        "  is it luc…             …",
    ]


def test_the_baseline_comes_first_and_a_plain_terminal_has_plain_signs() -> None:
    made = table(TRIALS, Choices(baseline=DROPOUT.id), symbols=symbols_for(ASCII))
    assert [ASCII.shown(line) for line in text(drawn(made, 68, 12))] == [
        "against C       v   # C run 4 ~          O A run 1     ^ B run 3 ~",
        "                     + finished          + 2 seeds      + finished",
        "Settings that differ",
        "Dropout                     0.5                  0               0",
        "L2 penalty                    0                  0             0.1",
        "Seed                          1                1,2               1",
        "Results",
        "test acc, last          99.00 % *   95.50 +-2.12 %         93.00 %",
        "                                             -3.50           -6.00",
        "  is it luck?                                    ~               ~",
        "test loss, last          0.6667 *  0.6667 +-0.0000 *        1.0000",
        "                                           +0.0000         +0.3333",
    ]


def test_one_run_alone_says_how_to_compare_it() -> None:
    assert text(drawn(table(TRIALS[:1]), 50, 20)) == [
        "against A             ● A run 1",
        "                     ✓ finished",
        "Results",
        "test acc, last          94.00 %",
        "test loss, last          0.6667",
        "train acc, last         95.00 %",
        "train loss, last         0.3333",
        "gap, points, last          1.00",
        "best epoch                    2",
        "last epoch                    3",
        "time to 95 %             4.00 s",
        "time                     6.00 s",
        "samples/s, last             500",
        "Verdict",
        "  Mark another run in History with Space to",
        "  compare it with this one.",
        "  time to 95 %: of training, to the end of the",
        "  first epoch of test accuracy 95 % or more",
    ]


def notes(made: Sheet) -> list[str]:
    return [row.note for row in made.rows if row.note]


def test_settings_that_differ_are_marked_among_all() -> None:
    labels = [row.label for row in table(TRIALS, Choices(all_settings=True)).rows]
    assert {"• Dropout", "• L2 penalty", "• Seed", "Optimiser", "Batch size"} <= set(labels)
    (same,) = (row for row in table([SEEDS[0], SEEDS[0]], Choices(folded=False)).rows if row.key == "same settings")
    assert (same.title, same.note) == ("Settings that differ", "none: settings and seed are identical")


def test_what_is_not_as_in_the_baseline_stands_out() -> None:
    (dropout,) = (row for row in table(TRIALS).rows if row.label == "Dropout")
    assert [(cell.text, cell.style) for cell in dropout.cells] == [("0", "dim"), ("0", "dim"), ("0.5", "changed")]


def test_speeds_are_in_thousands_where_all_are_large() -> None:
    quick = [trial(1, [0.9], seconds=0.01), trial(2, [0.9], seconds=0.05, l2=0.1)]
    for trials, speeds in ((quick, ["100k", "20k"]), ([*quick, trial(3, [0.9], l2=0.2)], ["100,000", "20,000", "500"])):
        (row,) = (row for row in table(trials).rows if row.key == "figure samples_per_second")
        assert [cell.text for cell in row.cells] == speeds
    assert row.cells[1].difference == "-80,000"
    assert table(quick).rows[-4].cells[1].difference == "-80k"


def test_each_verdict_has_its_place_before_and_after_it_is_known() -> None:
    one = table(TRIALS, None, Verdict(2, 0.035, remark="they were not tested on the same digits"))
    assert notes(one)[0] == (
        "C against A: test accuracy +3.50 points; no test of it: they were not tested on the same digits"
    )
    (luck,) = (row for row in one.rows if row.key == "luck")
    assert [cell.text for cell in luck.cells] == ["", "–", "no test"]
    comparison = Choices().compare([*TRIALS, trial(5, [0.5], l2=0.2)])
    grown = sheet(comparison, Choices(), judged(Choices().compare(TRIALS), Verdict(1, 0.1, WELCH, 0.2)), BRAILLE)
    assert [note[:13] for note in notes(grown)[:2]] == ["B against A: ", "D against A: "]
    assert notes(grown)[1] == "D against A: …"


def test_a_baseline_without_figures_says_so() -> None:
    waiting = table([trial(1, []), trial(2, [0.9], l2=0.1)])
    assert notes(waiting)[0].startswith("A has no test accuracy to hold the others against")
    assert not [cell.difference for row in waiting.rows for cell in row.cells if cell.difference]


def test_names_are_safe_and_shortened() -> None:
    named = [
        RunResult(record(n, t.record.config, name=name), t.status, t.epochs, 1000)
        for n, (t, name) in enumerate([(SEEDS[0], "[red]学習率[/] and a name too long for any column"), (L2, "μ")])
    ]
    assert "A [red]学習率[/…" in text(drawn(table(named), 80, 20))[0]
    assert "A [red]??????[/~" in ASCII.shown(text(drawn(table(named), 80, 20))[0])


FIGURES = st.lists(st.floats(0, 1) | st.sampled_from([math.nan, math.inf, 1e299, -1e99]), max_size=3)
NUMBERED = st.lists(st.tuples(configs(), TEXTS, FIGURES), min_size=1, max_size=6)
CHOICES = st.builds(
    Choices, st.just(""), st.sets(st.sampled_from(sorted(BY_EPOCH))).map(frozenset), st.booleans(),
    st.sampled_from(TARGETS), st.booleans(),
)  # fmt: skip


@given(
    NUMBERED, CHOICES, st.booleans(),
    st.integers(1, 160), st.integers(1, 50), st.integers(0, 99), st.integers(0, 9), st.integers(0, 99),
    st.integers(0, 9),
)  # fmt: skip
def test_any_comparison_fits_any_space_with_the_cursor_in_it(
    chosen: list[tuple[RunConfig, str, list[float]]], choices: Choices, known: bool,
    cells: int, height: int, row: int, place: int, top: int, first: int,
) -> None:  # fmt: skip
    trials = [
        RunResult(record(n, config, name=name), "running", trial(n, values).epochs, 1000)
        for n, (config, name, values) in enumerate(chosen)
    ]
    comparison = choices.compare(trials)
    judgement = judged(comparison, Verdict(len(comparison.lines) - 1, 0.1, WELCH, 0.2)) if known else None
    made = sheet(comparison, choices, judgement, BRAILLE)
    row, place = row % len(made.rows), place % len(made.heads)
    drawing = draw(made, Cursor(row, place), (cells, height), first, top)
    assert len(drawing.lines) == len(drawing.rows) <= height
    assert all(width(line) <= cells for line in drawing.lines)
    assert row in drawing.rows
    assert place in [column.place for column in drawing.columns.shown]
    again = draw(made, Cursor(row, place), (cells, height), drawing.columns.first, drawing.top)
    assert again == drawing


@pytest.mark.parametrize("cells", [60, 80, 120])
def test_the_cell_under_the_mouse_is_the_one_that_is_drawn_there(cells: int) -> None:
    columns = drawn(table(TRIALS), cells, 20, place=1).columns
    head = plain(drawn(table(TRIALS), cells, 20, place=1).lines[0])
    for column in columns.shown:
        assert columns.at(head.index(f" {'ABC'[column.place]} run")) == column.place
    assert columns.at(0) is None and columns.at(cells) is None


def test_a_run_in_training_is_compared_after_as_many_epochs() -> None:
    """You should see what the epoch is, figures of it alone, and no prize for having trained longer."""
    parent = trial(1, [0.90, 0.93, 0.96, 0.97, 0.98], l2=0.1)
    live = dataclasses.replace(trial(2, [0.91, 0.94, 0.95]), status=RUNNING)
    made = table([parent, live])
    cells = {row.label: [cell.text for cell in row.cells] for row in made.rows if row.cells}
    assert cells["test acc, epoch 3"] == ["96.00 %", "95.00 %"]
    assert cells["time to epoch 3"] == ["6.00 s", "6.00 s"] and cells["last epoch"] == ["5", "3"]
    assert "after epoch 3, the last that all have, for not all are at their end" in notes(made)
    best = table([parent, live], Choices().of_best(BY_EPOCH))
    assert next(row for row in best.rows if row.label == "test acc, best of 3").cells[0].text == "96.00 %"
