"""What can be done with a run, given its status, and how the engine is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.runs.status import FAILED, INTERRUPTED, LIVE, PAUSED, PREPARING, QUEUED, RUNNING, STOPPED, UNQUEUED
from engine.runs.steering import STOP
from tui.drawing.styled_lines import capitalised
from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing
from tui.widgets import views
from tui.widgets.bindings import key_name, with_keys
from tui.workers.run_choice import newly_failed

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary
    from tui.panes.model.draft import Draft
    from tui.workers.engine_requests import EngineWorker
    from tui.workers.messages import RunsQueued

# Actions that share a key stand in one group; the first stands for the group where none applies.
GROUPS = (
    {
        "pause": {PREPARING, RUNNING},
        "resume": {PAUSED},
        "continue": {STOPPED, FAILED, INTERRUPTED},
        "enqueue": {UNQUEUED},
    },
    {"stop": {PREPARING, RUNNING, PAUSED}, "drop": {QUEUED}},
    {"move": {QUEUED}},
    {"set_rate": {RUNNING, PAUSED}},
)
# What is said of a form that was filled, and of the run compared with, in cells that rows of keys have.
OF_FORM, LONGEST_REMARK = "Settings of {}.", 78
AS_REFERENCE, WITHOUT_REFERENCE = "The reference behind the charts is {} now.", "No run is the reference now."


class Target(NamedTuple):
    """The run that keys act on."""

    id: str
    title: str
    status: str


def applies(action: str, target: Target | None) -> bool | None:
    """Whether something can be done with a run; None when its key does nothing now but says what it is for."""
    group = next((group for group in GROUPS if action in group), None)
    if group is None:
        return True
    status = target.status if target else ""
    if status in group[action]:
        return True
    nothing = not any(status in statuses for statuses in group.values())
    return None if nothing and action == next(iter(group)) and len(group) > 1 else False


class RunActions:
    """Asks the engine to train what the form of a board describes, and trainers to pause, go on and stop.

    `engine` is what carries requests; it is called when the first is made."""

    def __init__(
        self, board: Board, following: RunFollowing, prompts: Prompts, engine: Callable[[], EngineWorker]
    ) -> None:
        self._board = board
        self._following = following
        self._prompts = prompts
        self._engine = engine
        # The form of the sweep that was begun last.
        self._swept: Draft | None = None
        # What the keys that are shown suppose.
        self._told: object = None

    @property
    def is_in_history(self) -> bool:
        """Whether the view of the history is seen, whose details are of its cursor's run, or the list has the focus."""
        focused = self._board.screen.focused
        in_list = focused is not None and self._board.history in focused.ancestors_with_self
        return in_list or self._board.view.name == "History"

    @property
    def is_in_other_list(self) -> bool:
        """Whether the view of the devices or of a sweep is seen, which shows no run but those of its list."""
        return self._board.view.name in ("Devices", views.SWEEP_VIEW)

    @property
    def _under_cursor(self) -> str | None:
        """The run under the cursor of the list that keys act on, if it is one."""
        if self.is_in_other_list:
            in_sweep = self._board.view.name == views.SWEEP_VIEW
            return self._board.sweep.highlighted if in_sweep else self._board.devices.highlighted
        return self._board.history.highlighted if self.is_in_history else None

    @property
    def target(self) -> Target | None:
        """The run that keys act on: the one that is shown or, in a list of runs, that of its cursor."""
        chosen = self._under_cursor
        summary, shown = self._following.summary(chosen), self._following.shown
        if summary is not None and not (shown and shown.record.id == chosen):
            return Target(summary.id, summary.record.title, summary.status)
        if self.is_in_other_list and not (shown and shown.record.id == chosen):
            return None
        return Target(shown.record.id, shown.record.title, shown.status) if shown else None

    @property
    def meant(self) -> tuple[str, ...]:
        """The ids of the runs to edit: in the history those marked or under its cursor, else the one keys act on."""
        if self.is_in_history:
            return self._board.history.meant
        run_id = self._under_cursor if self.is_in_other_list else self._following.shown_id
        return (run_id,) if run_id else ()

    def runs_meant(self) -> list[RunSummary]:
        """The runs to edit, as far as they are listed."""
        known = {run.id: run for run in self._following.runs}
        return [known[run_id] for run_id in dict.fromkeys(self.meant) if run_id in known]

    def allows(self, action: str) -> bool | None:
        """Whether something can be done now; None when its key does nothing but says what it is for."""
        if action == "export" and self._board.view.name == views.SWEEP_VIEW:
            return True if self._board.sweep.standing else None
        if action in ("mistakes", "fork", "vary", "reference", "export"):
            return True if self.target else None
        if action in ("relabel", "delete", "star"):
            return True if self._following.runs else None
        if action == "leave":
            return self._board.enlarged or self._board.is_in_form
        return applies(action, self.target)

    def tell_target(self) -> None:
        """Show which keys apply where the run that they act on, how it stands, or what is listed has changed."""
        listed = [(run.id, run.record.group) for run in self._following.runs]
        told, self._told = self._told, (self.target, listed)
        if self._told != told:
            self._board.screen.refresh_bindings()

    def ask_for_engine(self, text: str) -> None:
        """Ask whether to start another engine, as there is none any more; `text` says so."""
        question = f"{capitalised(text)}\n\nStart another engine?"
        self._prompts.confirm(question, lambda: self._engine().attach())

    def start(self) -> None:
        model, draft = self._board.model, self._board.model.draft
        config = draft.config
        if config is None or model.problems:
            self._prompts.remark("Not yet: values to correct are marked.")
            self._board.reveal(views.MODEL)
            model.go_to_problem()
            return
        if draft.tried:
            self._start_sweep(draft)
            return
        self._engine().train(config, draft.preset, draft.parent, draft.group, draft.seeds)
        model.once()
        self._board.leave_form()

    def _start_sweep(self, draft: Draft) -> None:
        """Train the sweep that several values make of the form; the same one again only after a question."""
        from tui.panes.model.sweep_plan import sweep_request

        def start() -> None:
            self._swept = draft
            self._engine().train_sweep(sweep_request(draft))
            self._board.leave_form()

        if draft == self._swept:
            seen = with_keys("This sweep was begun already: {view_sweep} shows it.")
            self._prompts.confirm(f"{seen} Train it all once more, in another group?", start)
        else:
            start()

    def tell_failures(self, runs: Sequence[RunSummary]) -> None:
        """Say in passing of which of these runs, as they are now, it was not known yet that they have failed."""
        for run in newly_failed(self._following.runs, runs):
            self._prompts.complain(f"Run {run.record.title} has failed: {run.reason}")

    def steer(self, word: str) -> None:
        """Ask the trainer of the run to pause, resume or stop."""
        if target := self.target:
            self._engine().steer(target.id, word)

    def ask_to_stop(self) -> None:
        """Stop the run after a question."""
        if (target := self.target) is None:
            return
        question = f"Stop {target.title}? It can be continued where it stops."
        self._prompts.confirm(question, lambda: self._engine().steer(target.id, STOP))

    def ask_for_rate(self) -> None:
        from tui.dialogs.learning_rate import LearningRate

        target = self.target
        if target and (summary := self._following.summary(target.id)):
            dialog = LearningRate(summary.record)
            self._prompts.ask(dialog, lambda request: self._engine().steer(target.id, request))

    def train_on(self) -> None:
        if target := self.target:
            self._engine().train_on(target.id)

    def drop(self) -> None:
        if target := self.target:
            self._engine().drop(target.id)

    def move(self, by: int) -> None:
        if target := self.target:
            self._engine().move(target.id, by)

    def fork(self, hint: str = "") -> bool:
        """Fill the form with the settings of the run, and say what a `hint` has; whether that could be done."""
        summary = self._following.summary(self.target.id) if self.target else None
        if summary is not None and summary.record.is_of_a_later_version:
            self._prompts.complain(f"Run {summary.record.title} was {summary.record.notice}")
        elif summary is not None:
            record = summary.record
            self._board.model.show(record.config, record.preset, record.id)
            self._board.reveal(views.MODEL)
            self._board.model.enter()
            hint = hint or f"{key_name('train')} trains them."
            self._prompts.remark(self._naming(f"{OF_FORM} {hint}", record.title))
            return True
        return False

    def _naming(self, remark: str, title: str) -> str:
        """A remark with braces for the title of a run, which is cut where that makes the remark fit a row."""
        from tui.drawing.formatting import title_in

        return remark.replace("{}", title_in(title, LONGEST_REMARK - len(remark) + 2))

    def vary(self) -> None:
        """Fill the form with the settings of the run, on a field of which several values can be tried."""
        if self.fork(f"{key_name('values')} on a field: values to try. {key_name('train')} trains them all."):
            self._board.model.go_to_variable()

    def compare_with(self) -> None:
        """Take the run for the reference behind the charts, or switch the reference off or on, and say which it is:
        it is seen in some views alone."""
        if target := self.target:
            self._following.compare_with(target.id)
            reference = self._following.summary(self._following.reference_id)
            told = AS_REFERENCE if reference else WITHOUT_REFERENCE
            self._prompts.remark(self._naming(told, reference.record.title if reference else ""))

    def take_queued(self, event: RunsQueued) -> None:
        """Show the first of the runs that the engine has taken in hand, unless another is in training."""
        shown, first = self._following.shown, event.runs[0]
        waits = shown is not None and shown.status in LIVE and shown.record.id != first
        if not waits:
            self._following.show_run(first, chosen=False)
        if len(event.runs) > 1:
            self._prompts.tell(f"{len(event.runs)} runs are queued, as the group {event.group}.")
        elif waits:
            self._prompts.tell("Queued: it trains when its device is free.")
