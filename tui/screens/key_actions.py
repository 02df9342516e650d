"""The keys that apply in every pane, and what they do."""

from __future__ import annotations

from textual.binding import BindingType

from engine.runs.steering import PAUSE, RESUME
from tui.screens.late_watches import LateWatches
from tui.widgets import views
from tui.widgets.bindings import hidden, shown
from tui.widgets.views import VIEWS

KEYS: list[BindingType] = [
    shown("train", "start", "Train", "Train the network of the Model pane, after what trains now"),
    shown("pause", "pause", "Pause", "Pause this run after a step, whoever started it"),
    shown("pause", "resume", "Resume", "Let this run go on"),
    shown("pause", "continue", "Continue", "Train this run on from its checkpoint"),
    shown("pause", "enqueue", "Queue", "Put this run into the queue again"),
    shown("stop", "stop", "Stop", "Stop this run after a step; it can be continued from its checkpoint"),
    shown("stop", "drop", "Unqueue", "Take this run out of the queue"),
    shown("zoom", "enlarge", "Zoom", "Give this pane the whole screen, or back what it took"),
    shown("help", "app.help", "Help", "All keys and what they do"),
    shown("quit", "app.quit", "Quit", "Leave at once; training goes on"),
    shown("form", "edit", "Edit", "Go to the form of the next run"),
    shown("wrong", "mistakes", "Wrong", "The test digits that this run gets wrong"),
    shown("fork", "fork", "Fork", "Fill the form with this run's settings"),
    shown("vary", "vary", "Vary", "Fill the form with this run's settings, to try several values of some"),
    shown("reference", "reference", "Reference", "Compare with this run behind the charts; again: with none"),
    hidden("rate", "set_rate", "Rate", "Set the learning rate of this run, from the next step on"),
    hidden("observe", "observe", "Observations", "Say in a line under the charts how the run is doing, or not"),
    shown("export", "export", "Export", "Write this run, the marked ones or the comparison into a file"),
    shown("copy", "app.copy", "Copy", "Copy this run's id, the command that repeats it, or a table"),
    hidden("picture", "app.picture", "Picture", "Draw this pane into the exports of the home, and as text"),
    shown("move_earlier", "move(-1)", "Earlier", "Move this run up the queue"),
    shown("move_later", "move(1)", "Later", "Move this run down the queue"),
    shown("next", "go(1)", "Next pane", "The next pane, or the next field of the form", "Tab"),
    hidden("leave", "leave", "Leave", "Leave an enlarged pane, the form, or a lesson"),
    *(hidden(view.idea, f"view({place})", f"Go to {view.name}", view.about) for place, view in enumerate(VIEWS)),
    hidden("previous", "go(-1)", "Previous pane", "The pane before, or the field before"),
]


class KeyActions(LateWatches):
    """Hands each of the `KEYS` to who answers it."""

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

    def action_enqueue(self) -> None:
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

    def action_export(self) -> None:
        if self.sweeps.pivot is not None:
            self.editing.export_pivot(self.sweeps.pivot)
        else:
            self.editing.ask_to_export(self.board.compared if self.comparing.is_seen else None)
