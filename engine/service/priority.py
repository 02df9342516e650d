"""Training gives way to the console and the engine, which answer keys and requests in the meantime."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICE = 5
# Linux shares the processor out among sessions, where it has this file, and only what one gets among its processes.
SESSION = Path("/proc/self/autogroup")


def give_way() -> None:
    """Have this process of an engine wait for others: within its session, and with it for other sessions."""
    os.nice(NICE)
    if os.getsid(0) == os.getppid():
        with suppress(OSError):  # There is none, or another worker has just said so.
            SESSION.write_text(str(NICE))
