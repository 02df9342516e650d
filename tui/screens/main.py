"""The console's screen: what is wanted at the keyboard, done or asked of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine.runs.state import LIVE
from engine.runs.steering import PAUSE, RESUME, STOP
from tui.dialogs.confirm import Confirm
from tui.drawing.styled_lines import capitalised
from tui.screens.editing import KeepScreen
from tui.screens.run_actions import Target, applies
from tui.widgets import views as panes
from tui.widgets.bindings import hidden, shown
from tui.workers.messages import EngineLost, RunsQueued, Trouble

if TYPE_CHECKING:
    from tui.panes.history.widget import History


class MainScreen(KeepScreen):
    """Keys act on the run that is shown or, while the history has the focus, on the one its cursor is on."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        shown("run.start", "f5,t", "start", "Train", "Train the network of the Model pane, after what trains now"),
        shown("run.pause", "p", "pause", "Pause", "Pause this run after a step, whoever started it"),
        shown("run.resume", "p", "resume", "Resume", "Let this run go on"),
        shown("run.continue", "p", "continue", "Continue", "Train this run on from its checkpoint"),
        shown("run.stop", "s", "stop", "Stop", "Stop this run after a step; it can be continued from its checkpoint"),
        shown("run.drop", "s", "drop", "Unqueue", "Take this run out of the queue"),
        shown("view.enlarge", "z", "enlarge", "Zoom", "Give this pane the whole screen, or back what it took"),
        shown("console.help", "question_mark,f1", "app.help", "Help", "All keys and what they do"),
        shown("console.quit", "q", "app.quit", "Quit", "Leave at once; training goes on"),
        shown("pane.model", "e", "edit", "Edit", "Go to the form of the next run"),
        shown("run.mistakes", "w", "mistakes", "Mistakes", "The test digits that this run gets wrong"),
        shown("run.reuse", "r", "reuse", "Reuse", "Fill the form with this run's settings"),
        shown("run.pin", "b", "pin", "Behind", "Keep this run faintly behind the charts, or the previous one again"),
        shown("run.export", "E", "export", "Export", "Write this run, the marked ones or the comparison into a file"),
        shown("run.earlier", "less_than_sign", "move(-1)", "Earlier", "Move this run up the queue", "<"),
        shown("run.later", "greater_than_sign", "move(1)", "Later", "Move this run down the queue", ">"),
        shown("pane.next", "tab", "go(1)", "Next pane", "The next pane, or the next field of the form", "Tab"),
        shown("console.commands", "ctrl+p", "app.command_palette", "Commands", "Find any action by its name"),
        hidden("view.leave", "escape", "leave", "Leave", "Leave an enlarged pane, or the pane one is in"),
        hidden("view.train", "1", "view(0)", "Go to Train", "All panes of a run"),
        hidden(
            "view.digits",
            "2",
            "view(1)",
            "Go to Digits",
            "Test digits, what the network says of them, what it mixes up",
        ),
        hidden("view.history", "3", "view(2)", "Go to History", "Every run, and all that is known of one"),
        hidden("view.compare", "4", "view(3)", "Go to Compare", "The marked runs side by side"),
        hidden("view.disagree", "5", "view(4)", "Go to Disagree", "The test digits two runs disagree on"),
        hidden("pane.previous", "shift+tab", "go(-1)", "Previous pane", "The pane before, or the field before"),
    ]

    # The run whose settings were taken last, and the preset they were made from.
    _reused: tuple[str, str | None] = ("", None)

    @property
    def target(self) -> Target | None:
        """The run that keys act on."""
        chosen = self.board.history.highlighted if self.is_in_history else None
        summary = next((run for run in self.runs if run.id == chosen), None)
        if summary is not None and not (self.shown and self.shown.record.id == chosen):
            return Target(summary.id, summary.record.name, summary.status)
        if self.shown is None:
            return None
        return Target(self.shown.record.id, self.shown.record.name, self.shown.status)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out what cannot be done with the run."""
        if action in ("mistakes", "reuse", "pin", "export"):
            return True if self.target else None
        if action in ("relabel", "delete", "star"):
            return True if self.runs else None
        if action == "enlarge":
            return True
        return applies(action, self.target)

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        return self.focused if self.board.step(1) else super().focus_next(selector)

    def focus_previous(self, selector: str | type[Widget] = "*") -> Widget | None:
        return self.focused if self.board.step(-1) else super().focus_previous(selector)

    def action_go(self, by: int) -> None:
        self.focus_next() if by > 0 else self.focus_previous()

    def action_start(self) -> None:
        """Ask for the run that the form describes."""
        model = self.board.model
        config = model.config()
        if config is None:
            self.complain("The form has values to correct; they are marked.")
            self.board.reveal(panes.MODEL)
            return
        self.link.train(config, model.preset, self._parent_of(model.preset), model.group, model.seeds)
        model.once()

    def action_pause(self) -> None:
        self._steer(PAUSE)

    def action_resume(self) -> None:
        self._steer(RESUME)

    def action_continue(self) -> None:
        if target := self.target:
            self.link.train_on(target.id)

    def action_stop(self) -> None:
        if (target := self.target) is None:
            return
        question = f"Stop {target.name}? Its last checkpoint is kept, so that it can be continued."
        self.app.push_screen(Confirm(question), lambda yes: self.link.steer(target.id, STOP) if yes else None)

    def action_drop(self) -> None:
        if target := self.target:
            self.link.drop(target.id)

    def action_move(self, by: int) -> None:
        if target := self.target:
            self.link.move(target.id, by)

    def action_reuse(self) -> None:
        """Fill the form with the settings of the run."""
        target = self.target
        record = next((run.record for run in self.runs if target and run.id == target.id), None)
        if record is not None:
            self.board.model.show(record.config, record.preset)
            self._reused = (record.id, self.board.model.preset)
            self.board.reveal(panes.MODEL)
            self.tell(f"The form has the settings of {record.name}. F5 trains them.")

    def action_pin(self) -> None:
        """Pin the run behind the charts; once more shows the previous run there again."""
        if target := self.target:
            self.pinned = "" if self.pinned == target.id else target.id
            self.watch_runs()
            self.tell(
                f"{target.name} stays behind the charts." if self.pinned else "The previous run is behind the charts."
            )

    def action_mistakes(self) -> None:
        self.board.answers.show_mistakes()
        self.board.reveal(panes.DIGITS)

    def action_view(self, place: int) -> None:
        self.board.go_to(place)

    def action_enlarge(self) -> None:
        self.board.enlarge(not self.board.enlarged)

    def action_leave(self) -> None:
        if self.board.enlarged:
            self.board.enlarge(False)
        else:
            self.set_focus(None)

    def action_edit(self) -> None:
        self.board.reveal(panes.MODEL)

    def on_history_selected(self, event: History.Selected) -> None:
        self.show_run(event.run_id)
        if self.board.view.name == "History":
            self.board.go_to(0)

    def on_confusion_cell_chosen(self) -> None:
        self.board.reveal(panes.DIGITS)

    def on_confusion_differences_cell_chosen(self) -> None:
        self.board.reveal(panes.RIVALS)

    def on_runs_queued(self, event: RunsQueued) -> None:
        first = event.runs[0]
        waits = self.shown is not None and self.shown.status in LIVE and self.shown.record.id != first
        if not waits:
            self.show_run(first, chosen=False)
        if len(event.runs) > 1:
            self.tell(f"{len(event.runs)} runs train one after the other, in the group {event.group}.")
        elif waits:
            self.tell("Queued: it trains when its device is free.")
        if event.parent:
            self.compare((event.parent, *event.runs))

    def on_trouble(self, event: Trouble) -> None:
        self.complain(event.text)

    def on_engine_lost(self, event: EngineLost) -> None:
        self.engine_is("no engine: F5 starts one")
        if self.is_current:
            question = f"{capitalised(event.text)}\n\nStart another engine?"
            self.app.push_screen(Confirm(question), lambda yes: self.link.attach() if yes else None)

    def settle(self) -> None:
        """Wait until what was asked of the engine has been sent to it."""
        self.link.settle()

    def _parent_of(self, preset: str) -> str:
        """The run the form was filled from, unless another preset was chosen since."""
        run_id, reused = self._reused
        return run_id if preset == reused else ""

    def _steer(self, word: str) -> None:
        if target := self.target:
            self.link.steer(target.id, word)
