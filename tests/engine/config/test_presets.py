"""The reference experiments by name."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import (
    FILE,
    PresetError,
    all_presets,
    delete_preset,
    name_for_preset,
    own_presets,
    preset,
    presets,
    rename_preset,
    save_preset,
)
from engine.config.run_config import RunConfig
from engine.files import ASSETS, StoreError
from engine.home import Home
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
        ("deeep", "did you mean deep or deep-sigmoid?"),
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


MOSTLY_BAD = """\
deep = { settings = {} }
[later]
settings = { teleport = 3 }
since = 2024-01-02
[good]
settings = { hidden = [8] }
[worse]
settings = { epochs = 0 }
["\\u001b[2J"]
[odd]
settings = 3
[big]
settings.seed = 1.5
"""
TAKEN = ["list", "Show", "stop", "export", "deep", "DEEP", "none", "last", "", "9", "a b", "a=b"]


@given(st.text(max_size=50))
def test_a_name_of_ones_own_is_a_word_that_no_command_takes_for_something_else(text: str) -> None:
    try:
        name = name_for_preset(text)
    except PresetError as refused:
        assert str(refused).isprintable()
        return
    assert name.isascii() and name not in presets() and "=" not in name and not name.startswith("-")


@pytest.mark.parametrize(
    "name", ["list", "Show", "stop", "export", "deep", "DEEP", "none", "last", "", "9", "a b", "a=b"]
)
def test_names_that_mean_something_else_are_refused(home: Home, name: str) -> None:
    with pytest.raises(PresetError):
        save_preset(home, name, RunConfig())
    assert not (home.path / FILE).exists()


def test_a_preset_of_ones_own_is_kept_renamed_and_forgotten(home: Home) -> None:
    config = RunConfig(hidden=(32,), activation=("tanh",), l2=1e-5, batch_size="full", nesterov=True, momentum=0.5)
    saved = save_preset(home, "Mine", config, "Look at\x1b[2J the curves.")
    assert saved == preset("mine", home) == all_presets(home)["mine"]
    assert (saved.config, saved.own, saved.summary) == (config, True, "Look at[2J the curves.")
    assert saved.title == config.changes()
    with pytest.raises(PresetError, match="there already"):
        save_preset(home, "mine", RunConfig())
    assert save_preset(home, "mine", RunConfig(), replace=True).title == "the reference network"
    save_preset(home, "second", config)
    with pytest.raises(PresetError, match="there already"):
        rename_preset(home, "second", "mine")
    rename_preset(home, "mine", "Third")
    assert [*own_presets(home).presets] == ["third", "second"]
    delete_preset(home, "third")
    assert [*own_presets(home).presets] == ["second"]
    for name, said in (("deep", "shipped"), ("third", "no preset of yours")):
        with pytest.raises(PresetError, match=said):
            delete_preset(home, name)
    assert (home.path / FILE).stat().st_mode & 0o777 == 0o600


def test_bad_entries_are_told_in_a_line_each_passed_over_and_kept(home: Home) -> None:
    """You should be able to use what is sound, and lose nothing that a later version may have written."""
    (home.path / FILE).write_text(MOSTLY_BAD)
    found = own_presets(home)
    assert [*found.presets] == ["good"]
    assert len(found.problems) == 6
    assert all(line.isprintable() and len(line) < 250 for line in found.problems)
    assert "teleport" in found.problems[1]
    save_preset(home, "more", RunConfig(hidden=(9,)))
    assert [*own_presets(home).presets] == ["good", "more"]
    assert own_presets(home).problems == found.problems
    assert "teleport" in (home.path / FILE).read_text()


@pytest.mark.parametrize("content", [b"\xff\x00", b"[a", b"a = " + b"[" * 50_000, b"#" * (2 << 20)])
def test_a_file_that_is_none_is_told_and_never_replaced(home: Home, content: bytes) -> None:
    (home.path / FILE).write_bytes(content)
    found = own_presets(home)
    assert not found.presets
    assert len(found.problems) == 1 and str(home.path / FILE) in found.problems[0]
    with pytest.raises(StoreError):
        save_preset(home, "mine", RunConfig())
    assert (home.path / FILE).read_bytes() == content
    assert preset("deep", home) is preset("deep")


def test_a_link_in_the_place_of_the_file_leads_nowhere(home: Home) -> None:
    (home.path / FILE).symlink_to("/dev/zero")
    assert len(own_presets(home).problems) == 1


def test_two_programs_that_save_at_once_lose_nothing(home: Home) -> None:
    code = "import sys; from pathlib import Path; from engine.home import Home; from engine.config.presets import *\n"
    code += "for n in range(10): save_preset(Home(Path(sys.argv[1])), f'{sys.argv[2]}{n}', RunConfig(seed=n))"
    command = [sys.executable, "-c", code, str(home.path)]
    writers = [subprocess.Popen([*command, name], cwd=ASSETS.parent) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(own_presets(home).presets) == 20
