"""Those who watch what is seen only later, each made, and its code imported, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message import Message

    from engine.home import Home
    from tui.screens.board import Board
    from tui.screens.comparing import Comparing
    from tui.screens.device_watch import DeviceWatch
    from tui.screens.draw_watch import DrawWatch
    from tui.screens.editing import Editing
    from tui.screens.learn_watch import LearnWatch
    from tui.screens.network_watch import NetworkWatch
    from tui.screens.prompts import Prompts
    from tui.screens.run_actions import RunActions
    from tui.screens.run_following import RunFollowing
    from tui.screens.sweep_watch import SweepWatch
    from tui.workers.background import Background
    from tui.workers.threads import Threads


class LateWatches:
    """What a screen with these parts hands on, besides what its first frame needs."""

    home: Home
    board: Board
    following: RunFollowing
    actions: RunActions
    threads: Threads
    _background: Background
    prompts: Prompts
    _post: Callable[[Message], object]

    @cached_property
    def comparing(self) -> Comparing:
        from tui.screens.comparing import Comparing

        return Comparing(self.board, self.following, self.prompts)

    @cached_property
    def editing(self) -> Editing:
        from tui.screens.editing import Editing

        return Editing(self.home, self._background, self.prompts, self._post, self.actions.runs_meant)

    @cached_property
    def devices(self) -> DeviceWatch:
        from tui.screens.device_watch import DeviceWatch

        return DeviceWatch(self.board, self.following, self.prompts, lambda: self.threads.engine)

    @cached_property
    def sweeps(self) -> SweepWatch:
        from tui.screens.sweep_watch import SweepWatch

        return SweepWatch(self.home, self.board, self.following, self._background)

    @cached_property
    def networks(self) -> NetworkWatch:
        from tui.screens.network_watch import NetworkWatch

        return NetworkWatch(self.board, self.following)

    @cached_property
    def drawing(self) -> DrawWatch:
        from tui.screens.draw_watch import DrawWatch

        return DrawWatch(self.home, self.board, self.following, self.prompts, self._background)

    @cached_property
    def learning(self) -> LearnWatch:
        from tui.screens.learn_watch import LearnWatch, LessonCollaborators

        others = LessonCollaborators(self.following, self.comparing, self.sweeps)
        return LearnWatch(self.home, self.board, others, self.prompts, self._background, lambda: self.threads.engine)
