"""Watching: what happens in the runs of the home, routed to the panes."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen

from engine.config.presets import presets
from engine.home import Home
from engine.runs.events import CheckpointSaved, Epoch, Resumed, RunStarted
from engine.runs.snapshot import RunSnapshot
from engine.runs.state import LIVE, RUNNING
from engine.runs.summaries import RunSummary
from tui.drawing.glyphs import Glyphs
from tui.panes.model.widget import Model
from tui.panes.run.view import run_view
from tui.screens.board import Board
from tui.widgets import views as panes
from tui.widgets.bars import KeyBar
from tui.workers.messages import Closed, EngineFound, Listed, Opened, RunUpdated
from tui.workers.run_choice import first_to_show, previous_to

if TYPE_CHECKING:
    from engine.service.client import EngineClient
    from engine.service.protocol import Device
    from tui.panes.history.widget import History
    from tui.workers.engine_requests import EngineWorker
    from tui.workers.run_follower import FollowerThread

DRAWING = (
    "plotext",
    "tui.charts.chart_widget",
    "tui.charts.comparison_widget",
    "tui.panes.digits.widget",
    "tui.panes.digits.confusion",
    "tui.panes.comparison.table_widget",
    "tui.panes.disagreement.widget",
    "tui.panes.disagreement.difference_widget",
    "engine.comparison.judgement",
)
# Seconds between looks at the runs, questions for the devices, and drawings of other predictions.
LOOK_EVERY, ASK_EVERY, DIGITS_EVERY = 0.25, 2.0, 1.0
SLOWER = 6
MINUTE = 60.0
MESSAGE_SECONDS = 4
# Young objects are collected when there are so many of them; old ones once a minute, never while a key is answered.
GARBAGE = (1_000, 10, 1_000_000)


class WatchScreen(Screen[None]):
    """Shows a run as it goes on, the list of all, and what its network says of the test digits."""

    def __init__(self, home: Home, glyphs: Glyphs, slow_link: bool, client: EngineClient | None) -> None:
        super().__init__()
        self.home = home
        self.board = Board(home, glyphs, tuple(presets().values()))
        self.runs: Sequence[RunSummary] = ()
        self.pinned = ""
        self.slow_link = slow_link
        self._glyphs = glyphs
        self._client = client
        self._followed: dict[str, RunSnapshot] = {}
        self._shown_id = self._behind_id = ""
        self._chosen = False
        # The run the history's cursor is to be put on as soon as it is listed.
        self._unlit = ""
        self._devices: Sequence[Device] = ()
        self._engine = "starting the engine"

    @cached_property
    def follower(self) -> FollowerThread:
        """The thread that follows the runs."""
        from tui.workers.run_follower import FollowerThread

        return FollowerThread(self.home, self.post_message)

    @cached_property
    def link(self) -> EngineWorker:
        """The thread that talks to the engine."""
        from engine.service.client import EngineClient
        from tui.workers.engine_requests import EngineWorker

        return EngineWorker(self.home, self._client or EngineClient(self.home), self.post_message)

    def compose(self) -> ComposeResult:
        yield self.board
        yield KeyBar(self._glyphs)

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        self.link.end()
        if self.follower.is_alive():
            self.follower.end()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < panes.LEAST_HEIGHT_FOR_TWO_BARS, "-low")

    async def _begin(self) -> None:
        """What can wait until the screen has been painted."""
        gc.set_threshold(*GARBAGE)
        gc.enable()
        self.set_pace(self.slow_link)
        self.follower.start()
        self.link.start()
        self.link.estimate(self.board.model.config())
        self.set_interval(MINUTE, self._collect)
        self.run_worker(self._furnish())

    def _collect(self) -> None:
        # A timer cannot call what is built into Python.
        gc.collect()

    async def _furnish(self) -> None:
        """Add the panes that draw with numpy and plotext, which take a moment to import."""
        for module in DRAWING:
            await asyncio.to_thread(import_module, module)
        await self.board.furnish_all()
        # What is there now stays, and a collector that went through all there is would be felt at the keyboard.
        gc.freeze()

    def set_pace(self, slow_link: bool) -> None:
        """How often to look for news."""
        self.slow_link = slow_link
        self.follower.look_every(self._paced(LOOK_EVERY))
        self.link.ask_every(self._paced(ASK_EVERY))
        self.board.disagreements.every = self._paced(DIGITS_EVERY)
        self.board.spare(self.slow_link)
        self._say()

    def _paced(self, seconds: float) -> float:
        return seconds * SLOWER if self.slow_link else seconds

    def engine_is(self, words: str) -> None:
        """What to say of the engine beside the views' names; nothing when all is well."""
        self._engine = words
        self._say()

    def tell(self, text: str) -> None:
        """Say something in passing."""
        self.app.notify(text, timeout=MESSAGE_SECONDS, markup=False)

    def complain(self, text: str) -> None:
        """Say that something went wrong."""
        self.app.notify(text, severity="error", timeout=2 * MESSAGE_SECONDS, markup=False)

    @property
    def is_in_history(self) -> bool:
        """Whether the history has the focus."""
        return self.focused is not None and self.board.history in self.focused.ancestors_with_self

    @property
    def shown(self) -> RunSnapshot | None:
        """The run that is shown, once it has been read."""
        return self._followed.get(self._shown_id)

    @property
    def behind(self) -> RunSnapshot | None:
        """The run faintly behind it."""
        return self._followed.get(self._behind_id)

    @property
    def is_complete(self) -> bool:
        """Whether all that is known of the run that is shown can be seen."""
        return self.shown is not None and self.board.curves.is_furnished and self.board.answers.is_complete

    def show_run(self, run_id: str, chosen: bool = True) -> None:
        """Show this run from now on; one that was `chosen` stays even when it has ended and another begins."""
        changed, self._shown_id, self._chosen = run_id != self._shown_id, run_id, chosen
        self.watch_runs()
        if changed and self.shown is not None:
            self._turn_to_shown()

    def watch_runs(self) -> None:
        """Follow the run that is shown and the one behind it."""
        previous = previous_to(self._shown_id, self.runs)
        self._behind_id = self.pinned or (previous.id if previous else "")
        if self._behind_id == self._shown_id:
            self._behind_id = ""
        self.follower.watch(*self.watched())
        self._show_curves()

    def watched(self) -> tuple[str, ...]:
        """The ids of the runs to follow."""
        return tuple(filter(None, (self._shown_id, self._behind_id)))

    def follow_up(self) -> None:
        """Show what else depends on the runs that are listed and followed."""

    async def on_listed(self, event: Listed) -> None:
        if not self.board.is_furnished:
            from tui.panes.history.preferences import read_preferences

            await self.board.mount_panes(read_preferences(self.home))
        self.runs = event.runs
        shown = next((run for run in self.runs if run.id == self._shown_id), None)
        first = first_to_show(self.runs)
        if first and (shown is None or (not self._chosen and shown.status not in LIVE and first.status in LIVE)):
            self.show_run(first.id, chosen=False)
        else:
            self.watch_runs()
        self._show_history()
        self.board.model.show_groups(list(dict.fromkeys(run.record.group for run in self.runs if run.record.group)))
        self.follow_up()

    def on_opened(self, event: Opened) -> None:
        self._followed[event.run.id] = event.run
        if event.run.id == self._shown_id:
            self._turn_to_shown()
        else:
            self._show_curves()
        self.follow_up()

    def on_run_updated(self, event: RunUpdated) -> None:
        run = self._followed.get(event.record.id)
        if run is None:
            return
        run.update(event.record, event.events, event.locked)
        if event.record.id == self._shown_id:
            self._show()
            if any(isinstance(e, (CheckpointSaved, Epoch, Resumed, RunStarted)) for e in event.events):
                self.board.answers.follow(self._paced(DIGITS_EVERY))
        self.follow_up()

    def on_closed(self, event: Closed) -> None:
        self._followed.pop(event.run_id, None)
        self.follow_up()

    def _turn_to_shown(self) -> None:
        """Show another run than before, wherever it is shown."""
        self._unlit = self._shown_id
        self._show_history()
        self._show()
        if self.shown is not None:
            self.board.answers.show(self.shown)

    def on_engine_found(self, event: EngineFound) -> None:
        self._devices = event.devices
        self.engine_is("" if event.loaded else "loading PyTorch")
        self._show_estimate()
        if self.shown is not None and self.shown.status == RUNNING:
            self._show()

    def on_model_changed(self, event: Model.Changed) -> None:
        self.link.estimate(event.config)
        self._show_estimate()

    def on_history_highlighted(self, event: History.Highlighted) -> None:
        self._show_details()
        self.refresh_bindings()

    def _show(self) -> None:
        """The run that is shown, as it is now."""
        if self.shown is None:
            return
        device = next((d for d in self._devices if d.run == self._shown_id), None)
        view = run_view(self.shown.record, self.shown.state, self.shown.status, **_usage(device))
        with self.app.batch_update():
            self.board.run_pane.show(view)
            self._show_curves()
        self.refresh_bindings()

    def _show_curves(self) -> None:
        if self.shown is None:
            return
        data = self.shown.dataset
        words = self.shown.record.name + ("" if data in ("auto", "mnist") else f" on {data}")
        behind = self.behind.state if self.behind else None
        self.board.curves.show(self.shown.state, behind, "pinned" if self.pinned else "previous", words)
        self.board.answers.show_title(words)

    def _show_history(self) -> None:
        with self.app.batch_update():
            self.board.history.show(self.runs, time.time())
            if any(run.id == self._unlit for run in self.runs):
                self.board.history.highlight(self._unlit)
                self._unlit = ""
            self._show_details()

    def _show_details(self) -> None:
        highlighted = self.board.history.highlighted
        self.board.details.show(next((run for run in self.runs if run.id == highlighted), None), self.runs)

    def _show_estimate(self) -> None:
        config = self.board.model.config()
        wanted = config.device if config else ""
        named = [d for d in self._devices if d.name == wanted] or (self._devices[:1] if wanted == "auto" else [])
        self.board.model.show_estimate(named[0].epoch_seconds if named else None)

    def _say(self) -> None:
        self.board.say(", ".join(filter(None, (self._engine, "slow link" if self.slow_link else ""))))


def _usage(device: Device | None) -> dict[str, Any]:
    """How full and how busy a device is, as far as that is known."""
    if device is None:
        return {}
    total, free = device.memory_total, device.memory_free
    taken = total - free if total is not None and free is not None else None
    return {"memory": taken, "memory_total": total, "utilisation": device.utilisation}
