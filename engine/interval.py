"""Whether so many seconds have passed: for what is done seldom, and for what is waited for not longer than that."""

from __future__ import annotations

import time


class Interval:
    """`seconds` of a clock that is never set, from when this is made or begun again."""

    def __init__(self, seconds: float) -> None:
        self.begin(seconds)

    @classmethod
    def ended(cls) -> Interval:
        """One that is over: what is to be done seldom is due for the first time."""
        return cls(0.0)

    def begin(self, seconds: float) -> None:
        """Count so many seconds from now."""
        self._began = time.monotonic()
        self._end = self._began + seconds

    def is_over(self) -> bool:
        """Whether they have passed."""
        return time.monotonic() >= self._end

    @property
    def left(self) -> float:
        """The seconds that are left, 0 when it is over."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> float:
        """The seconds since it was begun, also those after its end."""
        return time.monotonic() - self._began
