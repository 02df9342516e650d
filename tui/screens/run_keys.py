"""What the keys of a run ask for."""

from __future__ import annotations

from engine.runs.steering import PAUSE, RESUME
from tui.screens.run_actions import RunActions


class RunKeys:
    """The actions of a screen that steer runs, each carried out by its `actions`."""

    actions: RunActions

    def action_start(self) -> None:
        self.actions.start()

    def action_pause(self) -> None:
        self.actions.steer(PAUSE)

    def action_resume(self) -> None:
        self.actions.steer(RESUME)

    def action_continue(self) -> None:
        self.actions.train_on()

    def action_stop(self) -> None:
        self.actions.ask_to_stop()

    def action_drop(self) -> None:
        self.actions.drop()

    def action_move(self, by: int) -> None:
        self.actions.move(by)

    def action_fork(self) -> None:
        self.actions.fork()

    def action_reference(self) -> None:
        self.actions.compare_with()
