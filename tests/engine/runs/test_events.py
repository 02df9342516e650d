"""Events and the lines they are written as."""

from __future__ import annotations

import json
import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.runs.events import (
    KINDS,
    LONGEST_LINE,
    CheckpointSaved,
    Event,
    EventError,
    Notice,
    RunFailed,
    RunStarted,
    Steps,
    decode,
    encode,
)
from tests.builders.strategies import JSON, TEXTS, events, written


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} in JSON")


def same(left: object, right: object) -> bool:
    """Whether two values are equal, NaN with itself, in layers too."""
    return left == right or repr(left) == repr(right)


@given(events())
def test_an_event_reads_back_from_its_line(event: Event) -> None:
    back = decode(encode(event))
    assert type(back) is type(event)
    for spec in fields(event):
        value = getattr(event, spec.name)
        assert same(getattr(back, spec.name), value if spec.name == "time" else written(value))


@given(events())
def test_a_line_is_strict_json_on_one_line(event: Event) -> None:
    line = encode(event)
    values = json.loads(line, parse_constant=refuse)
    assert values["event"] == event.name
    assert "\n" not in line
    assert len(line) <= LONGEST_LINE
    again = encode(decode(line))
    assert encode(decode(again)) == again


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_arbitrary_bytes_are_refused_as_no_event(line: bytes | str) -> None:
    with pytest.raises(EventError):
        decode(line)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(TEXTS, JSON, max_size=6), st.data())
def test_arbitrary_fields_are_read_or_refused(name: str, values: dict[str, object], data: st.DataObject) -> None:
    known = [spec.name for spec in fields(KINDS[name])]
    values |= data.draw(st.dictionaries(st.sampled_from(known), JSON, max_size=len(known)))
    line = json.dumps({**values, "event": name})
    try:
        event = decode(line)
    except EventError:
        return
    json.loads(encode(event), parse_constant=refuse)


@given(events(), st.integers(0, 400))
def test_a_torn_line_is_refused(event: Event, length: int) -> None:
    line = encode(event)
    torn = line[: min(length, len(line) - 1)]
    with pytest.raises(EventError):
        decode(torn)


def steps(**values: float) -> Steps:
    figures = {"loss": 1.0, "accuracy": 0.5, "min_loss": 1.0, "max_loss": 1.0}
    figures |= {"learning_rate": 0.1, "samples_per_second": 1.0, **values}
    return Steps(time=1.0, step=1, epoch=1, **figures)


def test_figures_that_are_not_finite_are_null() -> None:
    line = encode(steps(loss=math.nan, max_loss=math.inf, min_loss=-math.inf))
    assert '"loss":null' in line and '"max_loss":null' in line and '"min_loss":null' in line
    assert math.isnan(decode(line).loss)  # type: ignore[attr-defined]


def begun(config: object) -> str:
    """The line of a `run_started` event with this configuration."""
    numbers = dict.fromkeys(("time", "parameters", "train_size", "test_size", "steps_per_epoch"), 1)
    texts = dict.fromkeys(("id", "name", "device"), "")
    return json.dumps({"event": "run_started", "config": config, **numbers, **texts})


@pytest.mark.parametrize(
    "config",
    [None, 1, [], {"epochs": int("9" * 350)}, {"epochs": 0}, {"epochs": "\x1b]0;owned\x07"}, {"hidden": "x"}],
)
def test_a_run_does_not_start_with_a_configuration_that_is_none(config: object) -> None:
    with pytest.raises(EventError):
        decode(begun(config))


def test_a_run_starts_with_a_checked_configuration() -> None:
    event = decode(begun({"epochs": 7, "hidden": [32]}))
    assert isinstance(event, RunStarted) and event.config == RunConfig(epochs=7, hidden=(32,))


def test_texts_are_made_safe_as_they_are_read() -> None:
    event = decode(json.dumps({"event": "notice", "time": 1, "message": "a\x1b]0;x\x07b\nc\u202e"}))
    assert isinstance(event, Notice) and event.message == "a]0;xb c"


@pytest.mark.parametrize(
    "line",
    [
        '{"event":"checkpoint","time":NaN,"step":1,"epoch":1}',
        '{"event":"checkpoint","time":null,"step":1,"epoch":1}',
        '{"event":"checkpoint","time":1,"step":true,"epoch":1}',
        '{"event":"checkpoint","time":1,"step":-1,"epoch":1}',
        '{"event":"checkpoint","time":1,"step":1.5,"epoch":1}',
        '{"event":"checkpoint","time":1,"step":' + "9" * 5000 + ',"epoch":1}',
        '{"event":"checkpoint","time":1,"epoch":1}',
        '{"event":"checkpoint","step":1,"epoch":1}',
        '{"event":"other","time":1}',
        '{"event":["checkpoint"],"time":1}',
        "[" * 100_000,
        "[" * 60_000,
        "null",
        '"checkpoint"',
        "",
    ],
)
def test_lines_that_are_nearly_events_are_refused(line: str) -> None:
    with pytest.raises(EventError):
        decode(line)


def test_fields_of_a_later_version_are_passed_over() -> None:
    line = '{"event":"checkpoint","time":1,"step":3,"epoch":2,"colour":"green"}'
    assert decode(line) == CheckpointSaved(time=1.0, step=3, epoch=2)


def test_texts_of_any_length_fit_a_line() -> None:
    event = decode(encode(Notice(time=1.0, message="\U0001f9ea" * 100_000)))
    assert isinstance(event, Notice) and set(event.message) == {"\U0001f9ea"}
    ending = RunFailed(time=1.0, epoch=0, step=0, test_loss=0.0, test_accuracy=0.0, seconds=0.0, reason="x" * 100_000)
    assert decode(encode(ending)).time == 1.0
