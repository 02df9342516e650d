"""What tells a configuration from its preset."""

from __future__ import annotations

import pytest
from hypothesis import given

from engine.config.differences import differences, short_titles, titles
from engine.config.presets import presets
from engine.config.run_config import RunConfig
from tests.builders.strategies import configs
from tests.builders.summaries import summary

BASE = RunConfig()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", ()),
        ("activation=tanh hidden=256,128", ("tanh", "256,128")),
        ("hidden=none", ("no hidden layer",)),
        ("learning_rate=0.2 batch_size=64 epochs=10 seed=3", ("lr 0.2", "batch 64", "epochs 10", "seed 3")),
        ("optimiser=adam dropout=0.5 l2=0.01 train_size=1000", ("size 1000", "dropout 0.5", "l2 0.01", "adam")),
        ("momentum=0.9 nesterov=yes", ("momentum 0.9", "nesterov")),
        ("dataset=mnist device=cpu", ()),
        ("dataset=kmnist scaling=standard", ("scaling standard",)),
    ],
)
def test_what_is_told_of_a_configuration(words: str, told: tuple[str, ...]) -> None:
    assert differences(RunConfig.parse(words), BASE) == told


def test_a_preset_differs_in_nothing_from_itself() -> None:
    for preset in presets().values():
        assert differences(preset.config, preset.config) == ()
    nesterov = presets()["nesterov"].config
    assert differences(nesterov.replace({"nesterov": False}), nesterov) == ("no nesterov",)


def test_what_tells_runs_apart_stands_first_and_what_they_share_last_or_nowhere() -> None:
    seeds = [summary(n, RunConfig(hidden=(256,), epochs=2, seed=n), name="deep").record for n in (1, 2, 3)]
    assert titles(seeds[1:]) == ("seed 2 · deep · 256 · epochs 2", "seed 3 · deep · 256 · epochs 2")
    assert short_titles(seeds[:2]) == ("deep", "seed 2 · deep")


@given(configs(), configs())
def test_what_differs_is_told_in_one_line_each(config: RunConfig, base: RunConfig) -> None:
    told = differences(config, base)
    assert all(text and text.isprintable() for text in told)
    measured = config.replace({"dataset": base.dataset, "device": base.device})
    assert (differences(measured, base) == ()) == (measured == base)
