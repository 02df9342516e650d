"""What is asked of a sweep: its cells, and everything that is refused, at once."""

from __future__ import annotations

from typing import Any

import pytest

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.sweeps.plan import Plan, SweepRequest, plan


def planned(base: RunConfig | None = None, **asked: Any) -> Plan:
    texts = asked.pop("texts", {"l2": "0,0.1", "batch_size": "16,32,64"})
    return plan(SweepRequest(base or RunConfig(), texts, **asked))


def refusals(base: RunConfig | None = None, **asked: Any) -> str:
    with pytest.raises(ConfigError) as refused:
        planned(base, **asked)
    return "\n".join(map(str, refused.value.problems))


def test_a_grid_has_every_combination_the_last_setting_fastest() -> None:
    made = planned(seeds=3)
    assert made.cells == (("0", "16"), ("0", "32"), ("0", "64"), ("0.1", "16"), ("0.1", "32"), ("0.1", "64"))
    assert (made.runs, made.record.group, made.record.metric) == (18, "custom-l2-batch_size", "test_accuracy")
    assert [config.batch_size for config in made.configs] == [16, 32, 64] * 2
    assert made.record.config(made.cells[4], 9) == RunConfig(l2=0.1, batch_size=32, seed=9)


def test_settings_of_one_value_are_of_every_cell_and_none_that_varies_is_one_cell() -> None:
    made = planned(texts={"l2": "0,0.1", "validation": "0.1"})
    assert made.record.settings == ("l2",) and {config.validation for config in made.configs} == {0.1}
    assert made.record.metric == "validation_accuracy"
    assert planned(texts={"epochs": "2"}, seeds=2).cells == ((),)


def test_settings_that_move_together_are_paired_wherever_they_stand() -> None:
    texts = {"l2": "0,0.1", "dropout": "0,0.5", "learning_rate": "0.1,1"}
    made = planned(texts=texts, together=["lambda,lr"])
    assert made.cells == (("0", "0", "0.1"), ("0", "0.5", "0.1"), ("0.1", "0", "1"), ("0.1", "0.5", "1"))


def test_a_draw_has_different_cells_and_is_the_same_for_the_same_seed() -> None:
    texts = {"l2": "0..1:50", "dropout": "0..0.5:50"}
    first, again = (planned(texts=texts, random=40) for _ in range(2))
    assert len(set(first.cells)) == 40 and first.cells == again.cells
    assert planned(RunConfig(seed=2), texts=texts, random=40).cells != first.cells
    assert planned(random=100).count == 6


def test_a_cell_may_be_valid_where_its_preset_is_not_with_what_is_fixed() -> None:
    texts = {"hidden": "64/128", "dropout": "0.5"}
    assert len(planned(RunConfig(hidden=()), texts=texts).configs) == 2


def test_every_fault_is_told_at_once() -> None:
    texts = {"l2": "x", "depth": "1,2", "seed": "1,2", "device": "cpu,cuda", "dropout": "0,0.5"}
    said = refusals(texts=texts, together=["l2,lr"], metric="speed", early_stop="luck", seeds=0, reduction=1)
    for word in (
        "l2=x",
        "depth=",
        "--seeds N",
        "no part of a cell",
        "zip=",
        "metric=speed",
        "asha",
        "seeds=0",
        "reduc",
    ):
        assert word in said


def test_a_fault_of_a_combination_is_told_once_with_a_cell_that_has_it() -> None:
    said = refusals(texts={"hidden": "none/8/16", "dropout": "0,0.5", "batch_size": "1,2,4"})
    assert said == "dropout=0.5: expected 0, as there is no hidden layer (at hidden=none dropout=0.5 batch_size=1)"


def test_too_many_are_refused_with_their_number() -> None:
    texts = {"l2": "0..1:2000", "learning_rate": "0.1..1:2000"}
    assert refusals(texts=texts).startswith("values=4,000,000 cells: expected at most 1,000,000")
    assert "6 cells × 3 seeds = 18 runs" in refusals(seeds=3, most_runs=17)
    assert planned(texts=texts, random=100).runs == 100


def test_one_looks_at_validation_figures_alone_while_searching_and_pruning() -> None:
    for asked in ({"search": 5}, {"early_stop": "asha"}, {"metric": "validation_loss"}):
        assert "validation=0.1" in refusals(**asked)
        assert planned(RunConfig(validation=0.1), **asked).record.metric.startswith("validation")
    assert "validation figures" in refusals(RunConfig(validation=0.1), search=5, metric="test_loss")


def test_groups_that_are_made_up_are_new() -> None:
    request = SweepRequest(RunConfig(), {"l2": "0,1"}, preset="deep")
    assert plan(request, {"deep-l2", "deep-l2-2"}).record.group == "deep-l2-3"
