"""Configurations: read, refused, written, and read again."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.field_types import Choice, Listing
from engine.config.fields import ConfigError
from engine.config.run_config import BY_NAME, FIELDS, RunConfig, parse_words
from tests.builders.strategies import JSON, TEXTS, configs

NAMES = st.sampled_from(sorted(BY_NAME))


@given(configs())
def test_canonical_text_reads_back_as_the_same_configuration(config: RunConfig) -> None:
    assert RunConfig.parse(str(config)) == config
    assert str(RunConfig.parse(str(config))) == str(config)


@given(configs())
def test_json_reads_back_as_the_same_configuration(config: RunConfig) -> None:
    assert RunConfig.from_json(json.loads(json.dumps(config.to_json(), allow_nan=False))) == config


@given(configs())
def test_what_differs_from_the_defaults_is_all_that_is_needed(config: RunConfig) -> None:
    assert RunConfig.parse(config.changes()) == config


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_as_a_whole(text: str) -> None:
    with suppress(ConfigError):
        RunConfig.parse(text)


@given(st.dictionaries(NAMES, TEXTS | st.text("0123456789.,-e_ aln", max_size=12), max_size=5))
def test_any_text_in_a_field_is_read_or_named(values: dict[str, str]) -> None:
    try:
        config = RunConfig().replace(values)
    except ConfigError as error:
        assert error.problems
        assert {problem.field for problem in error.problems} <= set(BY_NAME)
        assert str(error).isprintable()
    else:
        assert RunConfig.parse(str(config)) == config


@given(st.dictionaries(NAMES | TEXTS, JSON, max_size=5))
def test_any_json_is_read_or_refused(values: dict[str, object]) -> None:
    try:
        config = RunConfig.from_json(values)
    except ConfigError as error:
        assert str(error).isprintable()
    else:
        assert set(values) <= set(BY_NAME)
        json.dumps(config.to_json(), allow_nan=False)


def test_the_canonical_text_is_stable() -> None:
    assert str(RunConfig()) == (
        "dataset=auto scaling=unit train_size=all validation=0 shift=0 rotation=0 "
        "hidden=128,64 activation=relu batch_norm=no dropout=0 "
        "initialisation=default sigma=0.01 l2=0 "
        "l2_mode=loss-all optimiser=sgd learning_rate=0.1 schedule=constant warmup=0 "
        "momentum=0 nesterov=no clip=0 batch_size=32 epochs=5 patience=0 seed=1 "
        "device=auto gradients=auto"
    )


def test_bad_values_are_refused_together_each_with_what_is_accepted() -> None:
    with pytest.raises(ConfigError) as refused:
        RunConfig.parse("epochs=0 hidden=12,x learning_rate=nan optimizr=adam")
    assert [str(problem) for problem in refused.value.problems] == [
        "optimizr=adam: expected a field: optimiser",
        "hidden=12,x: expected none, or up to 32 values separated by commas, each a whole number from 1 to 8,192",
        "learning_rate=nan: expected a number, 0 < x ≤ 100",
        "epochs=0: expected a whole number from 1 to 10,000",
    ]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("hidden=none dropout=0.5", "dropout=0.5: expected 0, as there is no hidden layer"),
        ("optimiser=adam momentum=0.9", "momentum=0.9: expected 0 with adam"),
        ("hidden=none batch_norm=yes", "batch_norm=yes: expected no, as there is no hidden layer"),
        (
            "batch_norm=yes batch_size=1",
            "batch_size=1: expected 2 or more with batch normalisation, as an image alone has no variance",
        ),
        (
            "batch_norm=yes train_size=65",
            "batch_size=32: expected another with batch normalisation: "
            "the last of 65 images would be alone in its batch",
        ),
        ("patience=3", "patience=3: expected 0, as no images are held out; validation=0.1 holds out a tenth"),
        ("warmup=6", "warmup=6: expected at most 5, the epochs of the run"),
        ("sigma=0.1", "sigma=0.1: expected 0.01, as initialisation is not normal"),
        ("initialisation=he sigma=0.1", "sigma=0.1: expected 0.01, as initialisation is not normal"),
        ("nesterov=yes", "nesterov=yes: expected no, as there is no momentum"),
        (
            "activation=relu,tanh,elu",
            "activation=relu,tanh,elu: expected one activation, or 2: one for each hidden layer",
        ),
        ("hidden=5 activation=relu,tanh", "activation=relu,tanh: expected one activation"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(text: str, refusal: str) -> None:
    with pytest.raises(ConfigError) as refused:
        RunConfig.parse(text)
    assert str(refused.value) == refusal


def test_a_refusal_shows_nothing_a_terminal_would_obey() -> None:
    with pytest.raises(ConfigError) as refused:
        RunConfig().replace({"epochs": "\x1b[2J" + "9" * 1000, "\x1b]0;x\x07": "1"})
    assert str(refused.value).isprintable()
    assert all(len(str(problem)) < 350 for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("hidden=none", "hidden", ()),
        ("hidden=256", "hidden", (256,)),
        ("batch-size=FULL", "batch_size", "full"),
        ("train_size=2_000", "train_size", 2000),
        ("l2=1e-4", "l2", 0.0001),
        ("activation=tanh,tanh", "activation", ("tanh",)),
        ("momentum=0.9 nesterov=on", "nesterov", True),
        ("device=CUDA:1", "device", "cuda:1"),
    ],
)
def test_values_may_be_written_in_several_ways(text: str, name: str, value: object) -> None:
    assert getattr(RunConfig.parse(text), name) == value


def test_later_words_count_and_options_override_a_preset() -> None:
    assert parse_words(["epochs=1", "epochs=2"]) == {"epochs": "2"}
    base = RunConfig.parse("dropout=0.5 epochs=9")
    assert RunConfig.parse("epochs=2", base) == RunConfig(dropout=0.5, epochs=2)


def test_networks_have_the_published_numbers_of_parameters() -> None:
    assert RunConfig(hidden=()).parameters() == 7_850
    assert RunConfig().parameters() == 109_386
    assert RunConfig(batch_norm=True).parameters() == 109_386 + 128 + 64
    assert RunConfig().layers() == "784-128-64-10"
    assert RunConfig().layer_activations() == ("relu", "relu")
    assert RunConfig(hidden=()).layer_activations() == ()


def test_every_field_is_described_and_its_default_is_accepted() -> None:
    for field in FIELDS:
        assert field.label and field.help and field.group and field.kind.accepts
        assert field.kind.read(field.kind.write(field.default)) == field.default


def test_every_word_of_a_choice_says_what_it_means() -> None:
    """You should find a line for each word that a setting may have: the form's lists show it."""
    for field in FIELDS:
        kind = field.kind.item if isinstance(field.kind, Listing) else field.kind
        if isinstance(kind, Choice):
            assert len(kind.meanings) == len(kind.words) == len(set(kind.meanings)), field.name
            assert all(0 < len(meaning) <= 80 for meaning in kind.meanings), field.name


def test_short_names_are_of_one_field_each_and_no_fields_own() -> None:
    short = [alias for field in FIELDS for alias in field.aliases]
    assert len(set(short)) == len(short)
    assert BY_NAME.keys().isdisjoint(short)
    assert parse_words(["lr=0.2", "batch-size=8", "widgets=1"]) == {
        "learning_rate": "0.2", "batch_size": "8", "widgets": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "used", "held_out", "batch"),
    [
        ("", 1000, 0, 32),
        ("train_size=200 validation=0.25 batch_size=full", 200, 50, 150),
        ("train_size=5000 validation=0.5 batch_size=600", 1000, 500, 500),
    ],
)
def test_a_run_uses_no_more_images_than_there_are(words: str, used: int, held_out: int, batch: int) -> None:
    config = RunConfig.parse(words)
    assert (config.images_used(1000), config.images_held_out(1000)) == (used, held_out)
    assert config.images_a_batch(used - held_out) == batch
