"""Work that is put off, so that what changes often is not drawn or read each time."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

from engine.interval import Interval

# Seconds between drawing one thing and the next, so that no key waits for both.
BREATH = 0.06


class Later:
    """Does `work` for a widget once, however often it is asked for until then, at the earliest time asked for."""

    def __init__(self, widget: MessagePump, work: Callable[[], object]) -> None:
        self._widget = widget
        self._work = work
        self._timer: Timer | None = None
        self._until_due = Interval.ended()

    @property
    def is_due(self) -> bool:
        """Whether the work is still to come."""
        return self._timer is not None

    def within(self, seconds: float) -> None:
        """Do it in so many seconds."""
        if self._timer is None or seconds < self._until_due.left:
            self.cancel()
            self._until_due.begin(seconds)
            self._timer = self._widget.set_timer(seconds, self._do)

    def cancel(self) -> None:
        """Do not do it, unless it is asked for again."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _do(self) -> None:
        self._timer = None
        self._work()
