"""The threads behind the console: one follows the runs, one talks to the engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from textual.message import Message

from engine.home import Home

if TYPE_CHECKING:
    from engine.service.client import EngineClient
    from tui.workers.engine_requests import EngineWorker
    from tui.workers.run_follower import FollowerThread

# Seconds between looks at the runs, and between questions for the devices.
LOOK_EVERY, ASK_EVERY = 0.25, 2.0


class Threads:
    """Both threads of a home, each made and imported when it is first needed; `post` takes their messages."""

    def __init__(self, home: Home, client: EngineClient | None, post: Callable[[Message], object]) -> None:
        self._home = home
        self._client = client
        self._post = post

    @cached_property
    def follower(self) -> FollowerThread:
        from tui.workers.run_follower import FollowerThread

        return FollowerThread(self._home, self._post)

    @cached_property
    def engine(self) -> EngineWorker:
        from engine.service.client import EngineClient
        from tui.workers.engine_requests import EngineWorker

        return EngineWorker(self._home, self._client or EngineClient(self._home), self._post)

    def start(self) -> None:
        self.follower.start()
        self.engine.start()

    def end(self) -> None:
        """End both; what was asked of the engine has been sent to it."""
        self.engine.end()
        if self.follower.is_alive():
            self.follower.end()

    def watch(self, *run_ids: str) -> None:
        """Follow these runs and no others."""
        self.follower.watch(*run_ids)

    def set_pace(self, pace: int) -> None:
        """Look and ask so many times less often."""
        self.follower.look_every(LOOK_EVERY * pace)
        self.engine.ask_every(ASK_EVERY * pace)
