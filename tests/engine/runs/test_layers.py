"""The event of what layers are like: as a line, whatever the line claims, and in the state of a run."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import LARGEST_WIDTH, MOST_HIDDEN
from engine.home import Home
from engine.json_text import LARGEST_WHOLE
from engine.runs.events import LONGEST_LINE, EventError, Layers, Resumed, decode, encode
from engine.runs.layers import BINS, Histogram, Layer
from engine.runs.state import RunState
from tests.builders.runs import make_run
from tests.builders.strategies import JSON
from tests.engine.runs.test_state import epoch

BARS = Histogram(-0.123456e-20, 0.123456e-10, (LARGEST_WHOLE - 1,) * BINS)
FIGURE = -0.123456e-10
LAYER = Layer(
    LARGEST_WIDTH, "leaky-relu", FIGURE, FIGURE, FIGURE, FIGURE, FIGURE, 0.0, math.nan, weights=BARS, activations=BARS
)


def layers(number: int) -> Layers:
    return Layers(time=1.0, epoch=number, step=number * 10, layers=(LAYER,))


def test_the_deepest_network_fits_a_line() -> None:
    event = replace(layers(1), layers=(LAYER,) * (MOST_HIDDEN + 1))
    assert len(encode(event)) < LONGEST_LINE and repr(decode(encode(event))) == repr(event)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no layers": lambda values: values["layers"].clear(),
    "too many layers": lambda values: values.update(layers=values["layers"] * (MOST_HIDDEN + 2)),
    "layers that are none": lambda values: values.update(layers={"units": 1}),
    "a unit too many": lambda values: values["layers"][0].update(units=LARGEST_WIDTH + 1),
    "no unit": lambda values: values["layers"][0].update(units=0),
    "another activation": lambda values: values["layers"][0].update(activation="\x1b]0;owned\x07"),
    "an activation that is no text": lambda values: values["layers"][0].update(activation=["relu"]),
    "a share above one": lambda values: values["layers"][0].update(dead=1.01),
    "a figure that is a text": lambda values: values["layers"][0].update(mean="1"),
    "no figure": lambda values: values["layers"][0].pop("spread"),
    "a bin too many": lambda values: values["layers"][0]["weights"]["counts"].append(0),
    "a bin of less than none": lambda values: values["layers"][0]["weights"]["counts"].__setitem__(0, -1),
    "bins of fractions": lambda values: values["layers"][0]["weights"].update(counts=[0.5] * BINS),
    "a range that runs backwards": lambda values: values["layers"][0]["activations"].update(low=1, high=0),
    "a range with one end": lambda values: values["layers"][0]["activations"].update(low=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_layers_that_no_network_has_are_refused(change: str) -> None:
    values = json.loads(encode(layers(1)))
    CHANGES[change](values)
    with pytest.raises(EventError):
        decode(json.dumps(values))


@given(st.data())
def test_whatever_a_layer_claims_is_read_or_refused(data: st.DataObject) -> None:
    values = json.loads(encode(layers(1)))
    changed = data.draw(st.sampled_from([values["layers"][0], values["layers"][0]["weights"]]))
    changed[data.draw(st.sampled_from(sorted(changed)))] = data.draw(JSON)
    try:
        event = decode(json.dumps(values))
    except EventError:
        return
    assert isinstance(event, Layers) and all(len(one.weights.counts) == BINS for one in event.layers)


def test_what_lies_beyond_a_resume_is_forgotten_and_an_epoch_counts_once() -> None:
    state = RunState.of([layers(1), epoch(1, 1.0), layers(2), epoch(2, 2.0), layers(3)])
    assert [event.epoch for event in state.layers] == [1, 2, 3]
    state.apply(Resumed(step=20, epoch=3))
    assert [event.epoch for event in state.layers] == [1, 2]
    again = replace(layers(2), layers=(LAYER, LAYER))
    state.apply(again)
    state.apply(layers(3))
    assert [(event.epoch, len(event.layers)) for event in state.layers] == [(1, 1), (2, 1), (3, 1)]


def test_lists_of_runs_leave_them_out(home: Home) -> None:
    run = make_run(home, layers(1), epoch(1, 1.0), layers(2), epoch(2, 2.0))
    assert [event.epoch for event in run.state().layers] == [1, 2]
    listed = run.state(steps=False)
    assert not listed.layers and [event.epoch for event in listed.epochs] == [1, 2]
