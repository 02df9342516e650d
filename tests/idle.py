"""When an application under a pilot is idle: nothing waits for its turn, is due at once or is read in a thread.

Textual takes it for idle once its process used next to no time for a while, which is also so where a busy machine gives
it none; and it waits for that while twice a key."""

from __future__ import annotations

import asyncio
import time
import weakref
from asyncio import AbstractEventLoop
from typing import Any, cast

import textual._wait

from tui.workers.background import Background

# Seconds: what is due so soon is waited for, so that a frame that was asked for is painted. Textual paints 60 a second;
# a frame that was missed, as on a busy machine, is followed by one up to two frames later.
SOON = 0.04
# Seconds for which an application that always has something to do is waited for, which a busy one needs less than.
AT_MOST = 10.0

_backgrounds: weakref.WeakKeyDictionary[Background, AbstractEventLoop] = weakref.WeakKeyDictionary()
_make = Background.__init__


def _make_known(background: Background) -> None:
    _make(background)
    try:
        _backgrounds[background] = asyncio.get_running_loop()
    except RuntimeError:
        return


def _is_busy(loop: AbstractEventLoop) -> bool:
    """Whether anything of this loop is left to do, by what asyncio and the threads of its applications have waiting."""
    turns, soon = cast(Any, loop), loop.time() + SOON
    return bool(
        turns._ready
        or any(not timer.cancelled() and timer.when() < soon for timer in turns._scheduled)
        or any(background._waiting for background, its_loop in _backgrounds.items() if its_loop is loop)
    )


async def wait_until_idle(min_sleep: float = 0, max_sleep: float = AT_MOST) -> None:
    """Wait until nothing is left to do, at most `max_sleep` seconds."""
    loop = asyncio.get_running_loop()
    deadline = time.monotonic() + max_sleep
    turns_at_rest = 0
    while turns_at_rest < 2 and time.monotonic() < deadline:
        await asyncio.sleep(0)
        is_busy = _is_busy(loop)
        turns_at_rest = 0 if is_busy else turns_at_rest + 1
        if is_busy and not cast(Any, loop)._ready:
            await asyncio.sleep(0.001)


def install() -> None:
    """Have every pilot wait so."""
    cast(Any, Background).__init__ = _make_known
    textual._wait.wait_for_idle = wait_until_idle
