"""The signals that ask a command to stop what it trains."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPING = "stopping after this step; Ctrl-C again leaves at once"


class Signals:
    """Whether one of them has come, `asked` being called for each; after the first, Ctrl-C leaves at once."""

    def __init__(self, asked: Callable[[], object] = lambda: None) -> None:
        self._asked = asked
        self.stopping = False

    @contextmanager
    def answered(self) -> Iterator[None]:
        """While they are answered so."""

        def answer(number: int, frame: FrameType | None) -> None:
            if self.stopping and number == signal.SIGINT:
                raise KeyboardInterrupt
            self.stopping = True
            self._asked()

        before = [(number, signal.signal(number, answer)) for number in SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)
