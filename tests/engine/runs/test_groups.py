"""Groups: what they may be called, and a configuration repeated with several seeds."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.field_types import GroupName
from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.groups import Repetition, groups_of
from tests.builders.runs import make_run
from tests.builders.strategies import configs

NAMES = st.text(st.characters(codec="utf-8"), max_size=200)


@given(configs(), st.integers(1, 100))
def test_a_repetition_differs_in_its_seeds_alone(config: RunConfig, count: int) -> None:
    config = config.replace({"seed": config.seed % 10**9})
    repeated = Repetition(config, count).configs()
    assert [one.seed for one in repeated] == list(range(config.seed, config.seed + count))
    assert {dataclasses.replace(one, seed=0) for one in repeated} == {dataclasses.replace(config, seed=0)}


def test_seeds_end_somewhere() -> None:
    with pytest.raises(ConfigError, match="seed="):
        Repetition(RunConfig(seed=2**53 - 1), 2).configs()


@given(st.sets(st.sampled_from(["deep-seeds-3-7", "deep-seeds-3-7-2", "deep-seeds-3-7-3", "deep"])))
def test_a_free_name_is_free_and_says_what_is_in_the_group(taken: set[str]) -> None:
    name = Repetition(RunConfig(seed=3), 5, name="deep").free_group(taken)
    assert name not in taken
    assert name.startswith("deep-seeds-3-7")


@given(NAMES)
def test_a_free_name_is_a_name_whatever_the_run_is_called(name: str) -> None:
    free = Repetition(RunConfig(), 100, name=name).free_group(set())
    assert GroupName().read(free) == free


def test_without_a_name_a_group_is_called_after_the_preset() -> None:
    assert Repetition(RunConfig(), 2, preset="tanh").free_group(()) == "tanh-seeds-1-2"
    assert Repetition(RunConfig(), 2).free_group(()) == "custom-seeds-1-2"


def test_the_groups_of_a_home_are_those_of_its_runs(home: Home) -> None:
    assert groups_of(home) == set()
    for group in ("a", "b", "a", ""):
        make_run(home, group=group)
    broken = Run.create(home, RunConfig(), group="c")
    (broken.path / "run.json").write_text("{")
    assert groups_of(home) == {"a", "b"}
