"""The reference experiments by name."""

from __future__ import annotations

import pytest

from engine.config.presets import PresetError, preset, presets
from engine.config.run_config import RunConfig
from engine.text import clean

REFERENCE = {
    "shallow", "deep", "tanh", "sigmoid", "l2", "l2-strong", "l2-weak", "l2-too-large", "weight-decay", "dropout",
    "l2-dropout", "full-batch", "stochastic", "batch-16", "batch-64", "batch-128", "momentum", "adam", "validation",
}  # fmt: skip


def test_every_reference_experiment_is_there() -> None:
    assert set(presets()) >= REFERENCE


def test_the_deep_network_is_what_is_trained_by_default() -> None:
    assert preset("deep").config == RunConfig()
    assert preset("deep").config.parameters() == 109_386
    assert preset("shallow").config.parameters() == 7_850


def test_published_figures_are_those_of_five_epochs_as_fractions_and_nats() -> None:
    published = {name: known.published for name, known in presets().items() if known.published}
    assert {name: figures.test_accuracy for name, figures in published.items()} == {
        "shallow": 0.9226, "deep": 0.9740, "l2": 0.9765, "dropout": 0.9666,
    }  # fmt: skip
    deep = published["deep"]
    assert deep.test_loss == 0.0834
    assert deep.train_loss == (0.3651, 0.1302, 0.0890, 0.0685, 0.0540)
    for name, figures in published.items():
        assert preset(name).config.epochs == 5 and preset(name).config.batch_size == 32
        for curve in (figures.train_accuracy, figures.train_loss):
            assert len(curve) in (0, 5)
        assert list(figures.train_accuracy) == sorted(figures.train_accuracy)
        assert list(figures.train_loss) == sorted(figures.train_loss, reverse=True)


def test_no_two_presets_train_the_same_and_each_says_what_to_look_for() -> None:
    known = list(presets().values())
    assert len({p.config for p in known}) == len(known)
    assert len({p.title for p in known}) == len({p.summary for p in known}) == len(known)
    for p in known:
        assert p.summary.endswith(".") and len(p.summary) <= 100
        assert clean(p.title) == p.title and len(p.title) <= 40


def test_weight_decay_and_the_penalty_have_the_same_lambda() -> None:
    assert preset("weight-decay").config.replace({"l2_mode": "loss-all"}) == preset("l2").config


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("deeep", "did you mean deep?"),
        ("drop-out", "did you mean dropout"),
        ("\x1b[2Jx", "choose one of: shallow"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_come_close(wanted: str, hint: str) -> None:
    with pytest.raises(PresetError) as refused:
        preset(wanted)
    assert hint in str(refused.value)
    assert str(refused.value).isprintable()


def test_names_may_be_written_in_capitals() -> None:
    assert preset("DEEP") is preset("deep")
