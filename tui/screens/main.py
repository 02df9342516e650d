"""The console's screen: it routes keys and messages to those who answer them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.reactive import Reactive
from textual.widget import Widget

from engine.config.presets import presets
from engine.home import Home
from tui.drawing.glyphs import Glyphs
from tui.panes.model.widget import Model
from tui.screens import loading
from tui.screens.board import Board
from tui.screens.engine_status import LOST, EngineStatus
from tui.screens.form_actions import FormActions
from tui.screens.key_actions import KEYS, KeyActions
from tui.screens.prompts import Prompts
from tui.screens.run_actions import RunActions
from tui.screens.run_following import DIGITS_EVERY, RunFollowing
from tui.widgets import views
from tui.widgets.bars import KeyBar
from tui.widgets.laid_out_once import LaidOutOnce
from tui.workers.background import Background
from tui.workers.threads import Threads

if TYPE_CHECKING:
    from engine.service.client import EngineClient
    from tui.panes.comparison.table_widget import ComparisonTable
    from tui.panes.devices.widget import DeviceTable
    from tui.panes.draw.pane import DrawingRequested
    from tui.panes.history.widget import History
    from tui.panes.learn.view import LessonRequested
    from tui.panes.sweep.pane import Sweeping
    from tui.workers.messages import (
        Closed,
        Done,
        EngineFound,
        EngineLost,
        Listed,
        NothingDone,
        Opened,
        PresetsChanged,
        ReadWanted,
        RunsQueued,
        RunUpdated,
        SweepBegun,
        Trouble,
    )

# How many times less often the console looks for news over a slow link.
SLOWER = 6


class MainScreen(KeyActions, LaidOutOnce[None]):
    """All panes of a home's runs. Keys act on the run that is shown or, in the history, on that under its cursor."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    # Where the focus is, is painted by what has it; Textual would paint the whole screen again.
    focused = Reactive[Widget | None](None, repaint=False)

    def __init__(
        self, home: Home, glyphs: Glyphs, slow_link: bool, client: EngineClient | None, view: str = views.TRAIN_VIEW
    ) -> None:
        super().__init__()
        self.home = home
        self.slow_link = slow_link
        self._glyphs = glyphs
        self._post = self.post_message
        self._background = Background()
        self.threads = Threads(home, client, self._post)
        self.prompts = Prompts(self)
        self._key_bar = KeyBar()
        # Set once all panes are there and answer to keys.
        self.filled = asyncio.Event()
        self.board = Board(glyphs, tuple(presets().values()), views.place(view))
        self.form = FormActions(home, self.board, self._background, self.prompts, self._post)
        self.following = RunFollowing(self.board, self.threads.watch, self._compared)
        self.engine = EngineStatus(self.board)
        self.actions = RunActions(self.board, self.following, self.prompts, lambda: self.threads.engine)

    @property
    def is_complete(self) -> bool:
        """Whether all that is known of the run that is shown can be seen."""
        return self.following.shown is not None and self.board.curves.has_charts and self.board.answers.is_complete

    @property
    def awaits_pane(self) -> bool:
        """Whether keys are meant for a pane that is still to come."""
        return not self.filled.is_set() and self.focused is None

    def compose(self) -> ComposeResult:
        yield self.board
        yield self._key_bar

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        self.threads.end()
        self.editing.end()

    def flush(self) -> None:
        """Wait until what was asked of the engine has been sent to it, and runs have been changed as was asked."""
        self.threads.engine.flush()
        self.editing.flush()
        self.form.flush()
        self.drawing.flush()
        self.learning.flush()

    def say(self, text: str) -> None:
        """Show a line in place of the pane's keys for a moment, or those again."""
        self._key_bar.say(text)
        if not text:
            self.prompts.go_on()

    def on_key_bar_hint(self, event: KeyBar.Hint) -> None:
        self._key_bar.say(event.text, event.seconds)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < views.LEAST_HEIGHT_FOR_TWO_BARS, "-low")

    async def _begin(self) -> None:
        """What can wait until the screen has been painted."""
        loading.collect_seldom()
        self.set_pace(self.slow_link)
        self.threads.start()
        self.threads.engine.estimate(self.board.model.draft.config)
        self.set_interval(loading.MINUTE, loading.collect)
        self.run_worker(self._mount_charts())
        self.form.tell_of_problems()

    async def _mount_charts(self) -> None:
        """Add the panes that draw with numpy and plotext, which take a moment to import."""
        await loading.import_drawing()
        await self.board.mount_charts()
        self.filled.set()
        # What was gone to before it was there is looked at now.
        self.sweeps.look()
        self.networks.turn()
        self.drawing.turn()
        self.learning.look()
        loading.keep()

    def set_pace(self, slow_link: bool) -> None:
        """How often to look for news."""
        self.slow_link = slow_link
        pace = SLOWER if slow_link else 1
        self.threads.set_pace(pace)
        self.following.digits_every = self.board.disagreements.every = DIGITS_EVERY * pace
        self.board.set_low_bandwidth(slow_link)
        self.engine.say_link_is_slow(slow_link)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out what cannot be done with the run."""
        return self.actions.allows(action)

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        return self.focused if self.board.step(1) else super().focus_next(selector)

    def focus_previous(self, selector: str | type[Widget] = "*") -> Widget | None:
        return self.focused if self.board.step(-1) else super().focus_previous(selector)

    def action_go(self, by: int) -> None:
        self.focus_next() if by > 0 else self.focus_previous()

    async def on_listed(self, event: Listed) -> None:
        if not self.board.has_run_panes:
            from tui.panes.history.preferences import read_preferences
            from tui.panes.run.observation import are_observations_wanted

            await self.board.mount_run_panes(read_preferences(self.home))
            self.board.want_observations(are_observations_wanted(self.home))
        self.actions.tell_failures(event.runs)
        self.following.take_list(event)
        self.comparing.take_list()
        self.devices.show()
        self.sweeps.look()
        self.networks.look()
        self.drawing.look()
        self.learning.look()
        self.actions.tell_target()

    def on_opened(self, event: Opened) -> None:
        self.following.take_opened(event)
        self._catch_up()

    def on_run_updated(self, event: RunUpdated) -> None:
        self.following.take_update(event)
        self._catch_up()

    def _catch_up(self) -> None:
        """Show what has happened in the runs that are followed."""
        self.comparing.catch_up()
        self.networks.look()
        self.actions.tell_target()

    def on_closed(self, event: Closed) -> None:
        self.following.forget(event.run_id)
        self._catch_up()

    def on_read_wanted(self, event: ReadWanted) -> None:
        pane = event.pane
        self._background.do(pane.id or "", partial(event.read, self.home), pane.post_message, only_latest=True)

    def on_board_turned(self, event: Board.Turned) -> None:
        self.comparing.turn()
        self.devices.show()
        self.sweeps.look()
        self.networks.turn()
        self.drawing.turn()
        self.learning.look()

    def on_device_table_selected(self, event: DeviceTable.Selected) -> None:
        self.devices.open(event.run_id)

    def on_device_table_empty_wanted(self) -> None:
        self.devices.ask_to_empty()

    def on_sweeping_requested(self, event: Sweeping.Requested) -> None:
        self.sweeps.carry_out(event.request)

    def on_network_board_unit_wanted(self) -> None:
        self.board.reveal(views.UNIT)

    def on_drawing_requested(self, event: DrawingRequested) -> None:
        self.drawing.carry_out(event.request)

    def on_lesson_requested(self, event: LessonRequested) -> None:
        self.learning.carry_out(event.request)

    def on_answer_kept(self) -> None:
        self.learning.look()

    def on_history_marked(self, event: History.Marked) -> None:
        self.comparing.take_choice()

    def on_comparison_table_removed(self, event: ComparisonTable.Removed) -> None:
        self.comparing.leave_out(event.ids)

    def on_run_pair_changed(self) -> None:
        self.comparing.show_pair()

    def on_history_highlighted(self, event: History.Highlighted) -> None:
        self.following.show_details()
        self.refresh_bindings()

    def on_history_selected(self, event: History.Selected) -> None:
        self.following.show_run(event.run_id)
        self.comparing.take_choice()
        if self.board.view.name == "History":
            self.board.go_to(0)

    def on_history_columns_wanted(self, event: History.ColumnsWanted) -> None:
        self.editing.ask_for_columns(event, self.board.history.choose_columns)

    def on_history_preferred(self, event: History.Preferred) -> None:
        self.editing.keep_preferences(event.preferences)

    def on_confusion_cell_selected(self) -> None:
        self.board.reveal(views.DIGITS)

    def on_confusion_differences_cell_selected(self) -> None:
        self.board.reveal(views.RIVALS)

    def on_model_list_wanted(self, event: Model.ListWanted) -> None:
        self.form.list_choices(event)

    def on_model_values_wanted(self, event: Model.ValuesWanted) -> None:
        self.form.ask_for_values(event)

    def on_model_save_wanted(self, event: Model.SaveWanted) -> None:
        self.form.ask_to_save(event.config, "the form")

    def on_presets_changed(self, event: PresetsChanged) -> None:
        self.form.take_presets(event.own)
        self.prompts.tell(event.text)

    def on_model_changed(self, event: Model.Changed) -> None:
        self.form.keep()
        self.threads.engine.estimate(event.config)
        self.engine.show_estimate()
        self.form.plan_sweep(self.engine.slots)

    def on_sweep_begun(self, event: SweepBegun) -> None:
        if not self.learning.begins(event.group):
            self.prompts.tell(f"{event.runs:,} runs train in the group {event.group}, each when its turn comes.")
            self.sweeps.choose(event.group)
            self.board.reveal(views.SWEEP)

    def on_runs_queued(self, event: RunsQueued) -> None:
        self.actions.take_queued(event)
        if event.parent:
            self.comparing.start((event.parent, *event.runs))
        else:
            self.comparing.take_choice()

    def on_engine_found(self, event: EngineFound) -> None:
        self.engine.take_found(event)
        self.form.plan_sweep(self.engine.slots)
        self.following.take_devices(event.devices)
        self.devices.take_found(event)

    def on_engine_lost(self, event: EngineLost) -> None:
        self.engine.say(LOST)
        self.devices.take_lost()
        if self.is_current:
            self.actions.ask_for_engine(event.text)

    def on_trouble(self, event: Trouble) -> None:
        self.prompts.complain(event.text)

    def on_nothing_done(self, event: NothingDone) -> None:
        self.say(event.text)

    def on_done(self, event: Done) -> None:
        self.prompts.tell(event.text)
        self.threads.follower.look_now()

    def _compared(self) -> Sequence[str]:
        """The ids of the runs to follow for a comparison."""
        return self.comparing.compared if self.comparing.is_seen else ()
