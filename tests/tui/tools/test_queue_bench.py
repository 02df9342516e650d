"""The measurement of a queue, on runs that are too short to say anything about speed."""

from __future__ import annotations

import os

import pytest

from engine.home import Home
from engine.service.device_choice import VARIABLE
from tests.builders.engines import QUICK
from tui.tools.queue_bench import measure_queue


def test_the_same_queue_is_worked_off_on_one_slot_and_on_two(
    stocked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "all")
    said: list[str] = []
    (figure,) = measure_queue(stocked_home, said.append, QUICK.replace({"epochs": 1}), runs=2, slots=2)
    assert figure.name.startswith("2 queued runs on 2 slots (") and figure.value > 0
    assert (figure.unit, figure.budget, figure.ok) == ("times", 1.8, figure.value >= 1.8)
    assert said[0] == "2 runs on one slot" and said[1].startswith("2 runs on 2 slots, after ")
    assert os.environ[VARIABLE] == "all" and not list(stocked_home.runs.iterdir())
