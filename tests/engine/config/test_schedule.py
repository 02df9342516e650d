"""The learning rate of every step, against figures worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.choices import SCHEDULE
from engine.config.run_config import RunConfig
from engine.config.schedule import Schedule, varies


@pytest.mark.parametrize(
    ("settings", "rates"),
    [
        ("", [1, 1, 1, 1, 1, 1, 1, 1]),
        ("schedule=step", [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]),
        ("schedule=linear", [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]),
        ("schedule=cosine", [1, 0.9619, 0.8536, 0.6913, 0.5, 0.3087, 0.1464, 0.0381]),
        ("warmup=1", [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]),
        ("warmup=1 schedule=linear", [0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25]),
        ("warmup=2 schedule=cosine", [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]),
    ],
)
def test_the_rates_of_a_run(settings: str, rates: list[float]) -> None:
    config = RunConfig.parse(f"learning_rate=1 epochs=2 {settings}")
    schedule = Schedule(config, steps_per_epoch=4)
    assert [round(schedule.rate(step), 4) for step in range(8)] == rates
    assert varies(config) == (len(set(rates)) > 1)


def test_a_rate_that_is_set_goes_on_through_the_schedule_until_another_is() -> None:
    schedule = Schedule(RunConfig.parse("learning_rate=1 epochs=2 warmup=0.5 schedule=linear"), steps_per_epoch=4)
    schedule.change(1, 2.0)
    schedule.change(6, 8.0)
    assert [round(schedule.rate(step), 4) for step in range(8)] == [0.5, 2, 2, 1.6667, 1.3333, 1, 2.6667, 1.3333]
    assert [schedule.steps_to_change(step) for step in (0, 1, 5, 6)] == [1, 5, 1, None]
    schedule.change(3, 4.0)
    assert [schedule.base(step) for step in range(8)] == [1, 2, 2, 4, 4, 4, 4, 4], "the last word counts"


@given(st.sampled_from(SCHEDULE.words), st.floats(0, 5), st.integers(1, 2000), st.floats(1e-6, 100))
def test_no_rate_is_above_the_one_that_is_set_or_below_0(name: str, warmup: float, steps: int, rate: float) -> None:
    schedule = Schedule(RunConfig(schedule=name, warmup=warmup, epochs=5, learning_rate=rate), steps)
    for step in {0, steps, 3 * steps, 5 * steps - 1}:
        assert 0 <= schedule.rate(step) <= rate * (1 + 1e-9)
