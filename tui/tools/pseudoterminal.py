"""A program on a pseudo-terminal of its own, as a person at a keyboard has it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from engine.interval import Interval

BLOCK = 1 << 16
# What programs ask a terminal for, where its cursor is, and what it answers.
QUERY, ANSWER = b"\x1b[6n", b"\x1b[1;1R"


class PseudoTerminal:
    """Runs `command`; what it writes comes from `read`. `close` ends it."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], columns: int, lines: int, folder: str = "/"
    ) -> None:
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), dict(environ))
        self.exit_status: int | None = None
        # The last bytes read, in which a query may begin.
        self._seen = b""
        self.resize(columns, lines)

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str) -> None:
        self.send(keys.encode())

    def read(self, seconds: float) -> bytes:
        """What has been written to the terminal, after waiting at most `seconds` for it; nothing also when it ended."""
        written = self.receive(seconds)
        seen = self._seen + written
        self._seen = seen[1 - len(QUERY) :]
        if asked := seen.count(QUERY):
            with suppress(OSError):
                self.send(ANSWER * asked)
        return written

    def send(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def receive(self, seconds: float) -> bytes:
        """Carry from the program what it writes within so many seconds."""
        if not select.select([self.descriptor], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            return os.read(self.descriptor, BLOCK)
        except OSError:
            time.sleep(min(seconds, 0.01))
            return b""

    def read_for(self, seconds: float) -> bytes:
        """All that is written in so many seconds."""
        return self.read_until(lambda written: False, seconds)

    def read_until(self, enough: Callable[[bytes], bool], seconds: float) -> bytes:
        """What is written until that is `enough`, or for so many seconds."""
        written, deadline = b"", Interval(seconds)
        while not enough(written) and not deadline.is_over():
            written += self.read(deadline.left)
        return written

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def has_ended(self) -> bool:
        """Whether the program has ended; its exit status is known then, negative for a signal."""
        if self.exit_status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_status = os.waitstatus_to_exitcode(status)
        return self.exit_status is not None

    def close(self) -> None:
        if not self.has_ended():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.exit_status = -signal.SIGKILL
        self.hang_up()
