"""What is typed as the values to try of a setting."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.field_types import Listing
from engine.config.run_config import BY_NAME, FIELDS
from engine.sweeps.values import Axis, accepted
from tests.builders.strategies import configs


def values(name: str, text: str) -> tuple[object, ...]:
    return Axis.read(BY_NAME[name], text).values


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("l2", "0,1e-5, 1e-4", (0.0, 1e-5, 1e-4)),
        ("batch_size", "16,32,full,16", (16, 32, "full")),
        ("hidden", "none/128/128,64", ((), (128,), (128, 64))),
        ("activation", "relu/tanh,sigmoid", (("relu",), ("tanh", "sigmoid"))),
        ("dropout", "0..0.5:6", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        ("learning_rate", "log:0.01..1:5", (0.01, 0.0316, 0.1, 0.316, 1.0)),
        ("batch_size", "log:16..256:5", (16, 32, 64, 128, 256)),
        ("epochs", "1..3:9", (1, 2, 3)),
        ("learning_rate", "0.1,log:0.01..1:3,5", (0.1, 0.01, 1.0, 5.0)),
        ("nesterov", "yes,no", (True, False)),
    ],
)
def test_values_are_what_was_typed(name: str, text: str, expected: tuple[object, ...]) -> None:
    assert values(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("l2", "0,x", "a number from 0 to 100; several separated by commas, or a range"),
        ("hidden", "128/x", "separated by /"),
        ("batch_size", "1..full:3", "two numbers"),
        ("l2", "log:0..1:5", "begins above 0"),
        ("l2", "1..0:5", "the smaller first"),
        ("l2", "0..1", "how many values"),
        ("l2", "0..1:1", "how many values"),
        ("l2", "0..200:3", "a number from 0 to 100"),
        ("hidden", "8..16:3", "separated by /"),
        ("l2", "", "a number"),
        ("optimiser", "sgd,newton", "sgd"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_is_accepted(name: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match="^(?s:.)*" + said):
        values(name, text)


@given(st.lists(configs(), min_size=1, max_size=5), st.sampled_from(FIELDS))
def test_whatever_can_be_set_can_be_tried(several: list[object], field: object) -> None:
    setting = next(one for one in FIELDS if one is field)
    wanted = tuple(dict.fromkeys(getattr(config, setting.name) for config in several))
    text = ("/" if isinstance(setting.kind, Listing) else ",").join(map(setting.kind.write, wanted))
    assert Axis.read(setting, text).values == wanted


@given(st.sampled_from(FIELDS), st.text("0123456789.,:/log-e ", max_size=30))
def test_any_text_is_values_in_range_or_is_refused_in_words(field: object, text: str) -> None:
    setting = next(one for one in FIELDS if one is field)
    try:
        axis = Axis.read(setting, text)
    except ValueError as refused:
        assert str(refused)
    else:
        assert axis.values and len(set(axis.values)) == len(axis.values)
        assert all(setting.kind.read(text) == value for text, value in zip(axis.texts, axis.values, strict=True))


@given(st.floats(1e-6, 99), st.floats(1e-6, 99), st.integers(2, 30), st.booleans())
def test_a_range_has_its_ends_so_many_values_and_equal_steps(low: float, high: float, count: int, log: bool) -> None:
    low, high = sorted((low, high))
    if high - low < 1e-3 * low:
        return
    found = Axis.read(BY_NAME["l2"], f"{'log:' if log else ''}{low!r}..{high!r}:{count}")
    assert (found.values[0], found.values[-1], len(found.values)) == (low, high, count)
    assert found.span and (found.span.low, found.span.high, found.span.log) == (low, high, log)
    scale = [math.log(value) if log else value for value in found.values]
    step = (scale[-1] - scale[0]) / (count - 1)
    tolerance = 0.006 * (1.0 if log else high) + step / 2
    assert all(abs(value - scale[0] - place * step) <= tolerance for place, value in enumerate(scale))


def test_every_setting_says_what_may_be_tried() -> None:
    assert all("several" in accepted(field) for field in FIELDS)
