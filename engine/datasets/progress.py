"""Progress, told often enough to be watched and seldom enough to be kept."""

from __future__ import annotations

import time

from engine.datasets.dataset import Report
from engine.runs.events import Progress

INTERVAL = 0.25


class ProgressReporter:
    """Reports how far a task is: at once, then four times a second, and when all is done."""

    def __init__(self, report: Report, task: str) -> None:
        self._report, self._task = report, task
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` units; `total` 0 when not known."""
        now = time.monotonic()
        if now >= self._next or (total and done >= total):
            self._next = now + INTERVAL
            self._report(Progress(task=self._task, done=done, total=total))
