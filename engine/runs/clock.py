"""Time that no change of the computer's clock turns back."""

from __future__ import annotations

import time


class SteadyClock:
    """Says what the computer's clock would say, had nobody set it since this object was made."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def now(self) -> float:
        """Unix seconds."""
        return self._ahead + time.monotonic()
