"""How runs are compared."""

from __future__ import annotations

from engine.comparison.results import EpochChoice
from engine.comparison.table import FIGURES
from tests.builders.summaries import trial
from tui.panes.comparison.options import TARGETS, Choices

SEEDS = [trial(1, [0.9, 0.8], seed=1), trial(2, [0.9, 0.8], seed=2), trial(3, [0.7, 0.6], l2=0.1)]


def test_runs_that_differ_only_by_seed_are_one_line_unless_each_is_to_stand_alone() -> None:
    assert [len(line.trials) for line in Choices().compare(SEEDS).lines] == [2, 1]
    assert [len(line.trials) for line in Choices(folded=False).compare(SEEDS).lines] == [1, 1, 1]


def test_the_baseline_is_the_line_with_the_run_or_the_first_where_that_is_gone() -> None:
    assert Choices(baseline=SEEDS[2].id).compare(SEEDS).baseline == 1
    assert Choices(baseline=SEEDS[1].id).compare(SEEDS).baseline == 0
    assert Choices(baseline=SEEDS[1].id, folded=False).compare(SEEDS).baseline == 1
    assert Choices(baseline=SEEDS[2].id).compare(SEEDS[:2]).baseline == 0


def test_the_baseline_stands_for_a_run_that_repeats_one_of_its_seeds() -> None:
    twin = trial(4, [0.9, 0.8], seed=2)
    found = Choices(baseline=twin.id).compare([SEEDS[2], *SEEDS[:2], twin])
    assert [line.ids for line in found.lines] == [(SEEDS[2].id,), (SEEDS[0].id, SEEDS[1].id)]
    assert found.baseline == 1


def test_a_figure_turns_between_best_and_last_epoch() -> None:
    choices = Choices().turned("test_accuracy")
    picks = {standing.figure.name: standing.pick for standing in choices.compare(SEEDS).standings}
    assert picks["test_accuracy"] is EpochChoice.BEST and picks["test_loss"] is EpochChoice.LAST
    assert choices.turned("test_accuracy") == Choices()


def test_all_figures_are_of_the_best_epoch_or_the_last() -> None:
    by_epoch = frozenset(figure.name for figure in FIGURES if figure.by_epoch)
    assert Choices().turned("gap").of_best(by_epoch).best == by_epoch
    assert Choices().of_best(by_epoch).of_last(by_epoch) == Choices()


def test_targets_come_round() -> None:
    choices, seen = Choices(), []
    for _ in TARGETS:
        choices = choices.next_target()
        seen.append(choices.target)
    assert seen == [0.97, 0.98, 0.99, 0.9, 0.95]
    assert Choices(target=0.9).compare(SEEDS).target == 0.9


def test_settings_that_differ_or_all() -> None:
    comparison = Choices().compare(SEEDS)
    assert [setting.name for setting in Choices().settings(comparison)] == ["l2", "seed"]
    assert Choices(all_settings=True).settings(comparison) == comparison.settings
