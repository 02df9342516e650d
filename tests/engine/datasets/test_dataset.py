"""Progress is told at most four times a second, and always at the end."""

from __future__ import annotations

from engine.datasets.dataset import ProgressReporter
from engine.runs.events import Event, Progress


def test_many_steps_make_few_events() -> None:
    told: list[Progress] = []

    def report(event: Event) -> None:
        assert isinstance(event, Progress)
        told.append(event)

    meter = ProgressReporter(report, "task")
    for done in range(1, 10_001):
        meter(done, 10_000)
    assert (told[0].task, told[0].done) == ("task", 1)
    assert (told[-1].done, told[-1].total) == (10_000, 10_000)
    assert len(told) < 20
