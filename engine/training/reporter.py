"""When to look up from training: ten times a second, and without asking a device that runs ahead how far it is."""

from __future__ import annotations

import time

# A little over a tenth of a second leaves room, in ten reports a second, for the one that closes an epoch.
INTERVAL = 0.11


class ReportTimer:
    """Says when an interval is over.

    Asking a device that queues its work (`queues`) for a figure waits for all of the queue. So the calls of `due` are
    counted as well, and their number is kept to what such a device does in one interval.
    """

    def __init__(self, queues: bool) -> None:
        self._allowance = 1.0 if queues else float("inf")
        self.restart()

    def restart(self) -> None:
        """Begin an interval now."""
        self._began = time.monotonic()
        self._calls = 0

    def due(self) -> bool:
        """Whether to look up now; called after each step, or each launch of steps."""
        self._calls += 1
        return self._calls >= self._allowance or time.monotonic() >= self._began + INTERVAL

    def caught_up(self) -> None:
        """To be called when the queue is empty: learn how many calls fill an interval."""
        rate = self._calls / max(time.monotonic() - self._began, 1e-6)
        if self._allowance < float("inf"):
            self._allowance = max(1.0, min(2 * self._allowance, rate * INTERVAL))
