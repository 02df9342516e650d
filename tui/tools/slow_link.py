"""A program on a pseudo-terminal at the other end of a slow link."""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Mapping, Sequence

from tui.tools.pseudoterminal import PseudoTerminal

# Bytes that come at a time.
PACKET = 64


class SlowLink(PseudoTerminal):
    """Carries `bytes_per_second` from the program, and everything `latency` seconds later, both ways.

    It takes all the program writes at once, as the buffers of an SSH connection do, and delivers it when it is due."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int,
        lines: int,
        bytes_per_second: float,
        latency: float,
    ) -> None:
        self._bytes_per_second, self._latency = bytes_per_second, latency
        # What is on its way to the terminal and to the program, with the moments it arrives at.
        self._down: deque[tuple[float, bytes]] = deque()
        self._up: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        super().__init__(command, environ, columns, lines)

    @property
    def waiting(self) -> int:
        """How many bytes the program has written that have not arrived."""
        return sum(len(packet) for _, packet in self._down)

    def send(self, keys: bytes) -> None:
        self._up.append((time.monotonic() + self._latency, keys))

    def receive(self, seconds: float) -> bytes:
        """What arrives within so many seconds, as soon as something does."""
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            while self._up and self._up[0][0] <= now:
                super().send(self._up.popleft()[1])
            arrived = b""
            while self._down and self._down[0][0] <= now:
                arrived += self._down.popleft()[1]
            if arrived or now >= deadline:
                return arrived
            due = min([deadline, *(way[0][0] for way in (self._up, self._down) if way)])
            if select.select([self.descriptor], [], [], max(0.0, due - now))[0]:
                self._take()

    def _take(self) -> None:
        """Take what the program has written onto the link."""
        now = time.monotonic()
        written = super().receive(0)
        if not written:
            # The program has ended, and its terminal could be read without end.
            time.sleep(0.01)
        for start in range(0, len(written), PACKET):
            packet = written[start : start + PACKET]
            self._free_at = max(self._free_at, now) + len(packet) / self._bytes_per_second
            self._down.append((self._free_at + self._latency, packet))
