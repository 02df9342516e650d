"""What the keys that apply in every pane do."""

from __future__ import annotations

from engine.runs.steering import PAUSE, RESUME
from tui.screens.late_watches import LateWatches
from tui.widgets import views


class KeyActions(LateWatches):
    """Hands each key of `tui.screens.keys` to who answers it."""

    def action_view(self, place: int) -> None:
        self.board.go_to(place)

    def action_enlarge(self) -> None:
        self.board.enlarge(not self.board.enlarged)

    def action_leave(self) -> None:
        self.board.leave()

    def action_edit(self) -> None:
        self.board.reveal(views.MODEL)
        self.board.model.enter()

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

    def action_set_rate(self) -> None:
        self.actions.ask_for_rate()

    def action_drop(self) -> None:
        self.actions.drop()

    def action_move(self, by: int) -> None:
        self.actions.move(by)

    def action_fork(self) -> None:
        self.actions.fork()

    def action_vary(self) -> None:
        self.actions.vary()

    def action_reference(self) -> None:
        self.actions.compare_with()

    def action_mistakes(self) -> None:
        self.board.answers.show_mistakes()
        self.board.reveal(views.DIGITS)

    def action_star(self) -> None:
        self.editing.star()

    def action_delete(self) -> None:
        self.editing.ask_to_delete()

    def action_undo(self) -> None:
        self.editing.undo()

    def action_relabel(self) -> None:
        self.editing.ask_for_labels(self.following.runs)

    def action_observe(self) -> None:
        wanted = not self.board.observation.is_wanted
        self.board.want_observations(wanted)
        self.editing.keep_whether_observed(wanted)
        if not self.board.observation.display:
            self._prompts.remark(f"The line under the charts is {'on' if wanted else 'off'} now.")

    def action_export(self) -> None:
        if self.sweeps.pivot is not None:
            self.editing.export_pivot(self.sweeps.pivot)
        else:
            self.editing.ask_to_export(self.board.compared if self.comparing.is_seen else None)
