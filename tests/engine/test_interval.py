"""Intervals, by a clock that the test sets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine import interval
from engine.interval import Interval


def test_an_interval_counts_from_when_it_was_begun_last(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [50.0]
    monkeypatch.setattr(interval, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pause = Interval.ended()
    assert pause.is_over() and pause.left == 0
    pause.begin(2.0)
    now[0] += 1.5
    assert (pause.is_over(), pause.left, pause.passed) == (False, 0.5, 1.5)
    now[0] += 1.5
    assert (pause.is_over(), pause.left, pause.passed) == (True, 0, 3.0)
    pause.begin(1.0)
    assert (pause.is_over(), pause.left, pause.passed) == (False, 1.0, 0)
