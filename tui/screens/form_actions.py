"""What is done with the form: choosing from lists, keeping presets of one's own, keeping the form itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual.message import Message

from engine.config.presets import OwnPresets, Preset, delete_preset, own_presets, presets, rename_preset, save_preset
from engine.config.run_config import RunConfig
from engine.errors import UserError
from engine.home import Home
from tui.panes.model.draft import Draft, read_draft, write_draft
from tui.panes.model.drawing import PRESET
from tui.panes.model.widget import Model
from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.widgets import views
from tui.workers.background import Background

if TYPE_CHECKING:
    from engine.service.protocol import Device
    from tui.panes.model.sweep_plan import SweepPlanner

FORM, PRESETS, PLAN = "form", "presets", "plan of a sweep"
# Seconds that the form is waited for when the console is left.
TIMEOUT = 5.0


class FormActions:
    """Begins with the form of a board as it was left in a home, and answers what it asks for; `post` is told what came
    of it."""

    def __init__(
        self, home: Home, board: Board, background: Background, prompts: Prompts, post: Callable[[Message], object]
    ) -> None:
        self._home = home
        self._board = board
        self._background = background
        self._prompts = prompts
        self._post = post
        self.take_presets(own_presets(home))
        if draft := read_draft(home, {preset.name: preset for preset in self.presets}):
            board.model.restore(draft)

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The shipped presets, then those of the home."""
        return (*presets().values(), *self._own.presets.values())

    def tell_of_problems(self) -> None:
        """Say which presets of the home cannot be read."""
        if problems := self._own.problems:
            more = f"\nand {len(problems) - 1} more: mnist-tui presets list" if len(problems) > 1 else ""
            self._prompts.complain(problems[0] + more)

    def keep(self) -> None:
        """Keep the form, in case the console ends however it may."""
        draft = self._board.model.draft
        self._background.do(FORM, lambda: self._written(draft), self._post, only_latest=True)

    @cached_property
    def _planner(self) -> SweepPlanner:
        from tui.panes.model.sweep_plan import SweepPlanner

        return SweepPlanner(self._home)

    def plan_sweep(self, slots: Sequence[Device]) -> None:
        """Find out what the sweep that the form makes takes on these slots, and what is wrong with it."""
        model = self._board.model
        draft = model.draft
        if draft.tried and draft.config:
            planner = self._planner
            self._background.do(PLAN, lambda: planner.plan(draft, slots), model.post_message, only_latest=True)

    def ask_for_values(self, event: Model.ValuesWanted) -> None:
        """Ask which values are to be tried of a field."""
        from tui.panes.model.values_to_try import ValuesToTry

        self._prompts.ask(ValuesToTry(event.name, event.text), partial(self._board.model.write, event.name))

    def flush(self) -> None:
        """Wait until all is kept, as long as that makes sense."""
        self._background.flush(FORM, TIMEOUT)
        self._background.flush(PRESETS, TIMEOUT)

    def list_choices(self, answer: Model.ListWanted) -> None:
        """Ask which of its words is to stand in a field."""
        from tui.dialogs.choice_list import ChoiceList

        if answer.name == PRESET:
            self.list_presets(answer.typed)
        else:
            dialog = ChoiceList(answer.label, answer.meanings, str, answer.chosen, answer.typed)
            self._prompts.ask(dialog, partial(self._board.model.choose, answer.name))

    def list_presets(self, typed: str = "") -> None:
        """Ask what is to be done with which preset; another program may have saved some meanwhile."""
        from tui.dialogs.presets import DELETE, RENAME, PresetAnswer, PresetList

        self.take_presets(own_presets(self._home))

        def answered(answer: PresetAnswer) -> None:
            if answer.what == RENAME:
                self._ask_for_new_name(answer.name)
            elif answer.what == DELETE:
                question = f"Delete your preset {answer.name}? Runs trained from it stay."
                self._prompts.confirm(question, lambda: self._delete(answer.name))
            else:
                self._board.model.choose(PRESET, answer.name)

        meanings = {preset.name: preset.line for preset in self.presets}
        self._prompts.ask(PresetList(meanings, self._own.presets, self._board.model.draft.preset, typed), answered)

    def ask_to_save(self, config: RunConfig, what: str) -> None:
        """Ask under which name to keep settings as a preset, those of `what`."""
        from tui.dialogs.presets import NewPreset, SavePreset

        def save(answer: NewPreset) -> None:
            def work() -> str:
                save_preset(self._home, answer.name, config, answer.summary, answer.replace)
                return f"Preset {answer.name} is kept, in the form and for mnist-tui train {answer.name}."

            self._change(work)

        self._prompts.ask(SavePreset(f"Save {what} as a preset", self._own.presets), save)

    def choose_preset(self, name: str) -> None:
        """Fill the form with a preset, and show it."""
        self._board.model.choose(PRESET, name)
        self._board.reveal(views.MODEL)

    def take_presets(self, own: OwnPresets) -> None:
        """Offer these presets of the home from now on."""
        self._own = own
        self._board.model.know_presets(self.presets)

    def _ask_for_new_name(self, name: str) -> None:
        from tui.dialogs.presets import NewPreset, SavePreset

        def rename(answer: NewPreset) -> None:
            def work() -> str:
                rename_preset(self._home, name, answer.name, answer.replace)
                return f"Preset {name} is {answer.name} now."

            self._change(work)

        self._prompts.ask(SavePreset(f"Rename {name}", self._own.presets, name, with_summary=False), rename)

    def _delete(self, name: str) -> None:
        def work() -> str:
            delete_preset(self._home, name)
            return f"Preset {name} is deleted."

        self._change(work)

    def _change(self, work: Callable[[], str]) -> None:
        def changed() -> Message:
            from tui.workers.messages import PresetsChanged

            text = work()
            return PresetsChanged(own_presets(self._home), text)

        self._background.do(PRESETS, changed, self._post)

    def _written(self, draft: Draft) -> Message:
        from tui.workers.messages import Kept

        try:
            write_draft(self._home, draft)
        except OSError as error:
            raise UserError(f"The form cannot be kept: {error.strerror or error}") from None
        return Kept()
