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
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from engine.events import Epoch, Resumed, RunStarted
from engine.history import RunSummary
from engine.home import Home
from engine.presets import presets
from engine.state import LIVE
from tui import panes
from tui.glyphs import Glyphs, colour_depth
from tui.news import EngineFound, Grew, Listed, Opened, Trouble
from tui.predictions import Wanted, views
from tui.shown import Shown, first_to_show, previous_to
from tui.views import run_view
from tui.widgets.bar import KeyBar
from tui.widgets.board import Board
from tui.widgets.history import History
from tui.widgets.model import Model

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.protocol import Device
    from tui.digits.matrix import MatrixView
    from tui.digits.view import DigitsView
    from tui.follow import FollowerThread
    from tui.link import Link
    from tui.widgets.confusion import Confusion
    from tui.widgets.digits import Digits

DRAWING = ("plotext", "tui.widgets.chart", "tui.widgets.digits", "tui.widgets.confusion")
# Seconds between looks at the runs, questions for the devices, and drawings of other predictions.
LOOK_EVERY, ASK_EVERY, DIGITS_EVERY = 0.25, 2.0, 1.0
SLOWER = 6
# While nothing else changes, the ages in the history are drawn anew this often.
MINUTE = 60.0


class DigitsRead(Message):
    """The predictions that were wanted have been read."""

    def __init__(self, wanted: Wanted, digits: DigitsView | None, matrix: MatrixView | None) -> None:
        super().__init__()
        self.wanted = wanted
        self.digits = digits
        self.matrix = matrix


class WatchScreen(Screen[None]):
    """Shows a run as it goes on, the list of all, and what its network says of the test digits."""

    def __init__(self, home: Home, glyphs: Glyphs, slow_link: bool, client: EngineClient | None) -> None:
        super().__init__()
        self.home = home
        self.board = Board(glyphs, tuple(presets().values()))
        self.runs: Sequence[RunSummary] = ()
        self.shown: Shown | None = None
        self.behind: Shown | None = None
        self.pinned = ""
        self.slow_link = slow_link
        self._glyphs = glyphs
        self._client = client
        self._shown_id = ""
        self._chosen = False
        # The run the history's cursor is to be put on as soon as it is listed.
        self._unlit = ""
        self._devices: Sequence[Device] = ()
        self._engine = "starting the engine"
        self._digits: Digits | None = None
        self._confusion: Confusion | None = None
        self._wanted: Wanted | None = None
        self._digits_timer: Timer | None = None

    @cached_property
    def follower(self) -> FollowerThread:
        """The thread that follows the runs."""
        from tui.follow import FollowerThread

        return FollowerThread(self.home, self.post_message)

    @cached_property
    def link(self) -> Link:
        """The thread that talks to the engine."""
        from engine.client import EngineClient
        from tui.link import Link

        return Link(self.home, self._client or EngineClient(self.home), self.post_message)

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
        gc.enable()
        self.set_pace(self.slow_link)
        self.follower.start()
        self.link.start()
        self.link.estimate(self.board.model.config())
        self.set_interval(MINUTE, self._show_history)
        self.run_worker(self._furnish())

    async def _furnish(self) -> None:
        """Add the panes that draw with numpy and plotext, which take a moment to import."""
        for module in DRAWING:
            await asyncio.to_thread(import_module, module)
        from tui.widgets.confusion import Confusion
        from tui.widgets.digits import Digits

        self._digits = Digits(self._glyphs, colour_depth())
        self._confusion = Confusion(self._glyphs)
        await self.board.pane(panes.DIGITS).fill(self._digits)
        await self.board.pane(panes.CONFUSION).fill(self._confusion)
        await self.board.curves.furnish()
        self._read_digits()
        # What is there now stays; a collector that went through it would be felt at the keyboard.
        gc.freeze()

    def set_pace(self, slow_link: bool) -> None:
        """How often to look for news."""
        self.slow_link = slow_link
        self.follower.look_every(LOOK_EVERY * (SLOWER if slow_link else 1))
        self.link.ask_every(ASK_EVERY * (SLOWER if slow_link else 1))
        self._say()

    def engine_is(self, words: str) -> None:
        """What to say of the engine beside the views' names; nothing when all is well."""
        self._engine = words
        self._say()

    def show_mistakes(self) -> None:
        """Show only the digits that the network gets wrong."""
        if self._digits is not None and self._digits.view is not None:
            from engine.digits import Selection

            self._digits.select(Selection(mistakes=True))

    def show_run(self, run_id: str, chosen: bool = True) -> None:
        """Show this run from now on; one that was `chosen` stays even when it has ended and another begins."""
        self._shown_id, self._chosen = run_id, chosen
        self.watch_runs()

    def watch_runs(self) -> None:
        """Follow the run that is shown and the one behind it."""
        previous = previous_to(self._shown_id, self.runs)
        behind = self.pinned or (previous.id if previous else "")
        if self.behind is not None and self.behind.record.id != behind:
            self.behind = None
        self.follower.watch(*dict.fromkeys(filter(None, (self._shown_id, behind))))

    async def on_listed(self, event: Listed) -> None:
        await self.board.furnish()
        self.runs = event.runs
        shown = next((run for run in self.runs if run.id == self._shown_id), None)
        first = first_to_show(self.runs)
        if first and (shown is None or (not self._chosen and shown.status not in LIVE and first.status in LIVE)):
            self._shown_id = first.id
        self.watch_runs()
        self._show_history()

    def on_opened(self, event: Opened) -> None:
        run = Shown(event.record, event.state, event.locked)
        if event.record.id == self._shown_id:
            self.shown, self._wanted = run, None
            self._unlit = event.record.id
            self._show_history()
            self._show()
            self._read_digits()
        else:
            self.behind = run
            self._show_curves()

    def on_grew(self, event: Grew) -> None:
        for run in (self.shown, self.behind):
            if run is not None and run.record.id == event.record.id:
                run.take(event)
        if self.shown is not None and event.record.id == self._shown_id:
            self._show()
            if any(isinstance(e, (Epoch, Resumed, RunStarted)) for e in event.events):
                self._read_digits_soon()

    def on_engine_found(self, event: EngineFound) -> None:
        self._devices = event.devices
        self.engine_is("" if event.loaded else "loading PyTorch")
        self._show_estimate()
        self._show()

    def on_digits_read(self, event: DigitsRead) -> None:
        if event.wanted == self._wanted and self._digits is not None and self._confusion is not None:
            with self.app.batch_update():
                self._digits.show(event.digits)
                self._confusion.show(event.matrix)

    def on_digits_epoch_wanted(self, event: Digits.EpochWanted) -> None:
        self._read_digits(event.epoch)

    def on_confusion_cell_chosen(self, event: Confusion.CellChosen) -> None:
        if self._digits is not None:
            from engine.digits import Selection

            self._digits.select(Selection(true=event.true, predicted=event.predicted))
            self.board.reveal(panes.DIGITS)

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
        name = "pinned" if self.pinned else "previous"
        behind = self.behind if self.behind and self.behind.record.id != self._shown_id else None
        self.board.curves.show(self.shown.state, behind.state if behind else None, name, words)
        self.board.pane(panes.DIGITS).show_title(words)
        self.board.pane(panes.CONFUSION).show_title(words)

    def _show_history(self) -> None:
        with self.app.batch_update():
            self.board.history.show(self.runs, time.time())
            if any(run.id == self._unlit for run in self.runs):
                self.board.history.highlight(self._unlit)
                self._unlit = ""
            self._show_details()

    def _show_details(self) -> None:
        highlighted = self.board.history.highlighted
        self.board.details.show(next((run for run in self.runs if run.id == highlighted), None))

    def _show_estimate(self) -> None:
        config = self.board.model.config()
        wanted = config.device if config else ""
        named = [d for d in self._devices if d.name == wanted] or (self._devices[:1] if wanted == "auto" else [])
        seconds = named[0].epoch_seconds if named else None
        self.board.model.show_estimate(f"{seconds:.2g} s an epoch on {named[0].name}" if seconds else "")

    def _say(self) -> None:
        self.board.say(", ".join(filter(None, (self._engine, "slow link" if self.slow_link else ""))))

    def _read_digits_soon(self) -> None:
        """Read them, but not more often than one can look at them."""
        if self._digits_timer is None:
            self._digits_timer = self.set_timer(DIGITS_EVERY * (SLOWER if self.slow_link else 1), self._read_digits)

    def _read_digits(self, epoch: int | None = None) -> None:
        """Read the predictions of an epoch; without one, those that are followed."""
        self._digits_timer = None
        if self.shown is None or self._digits is None:
            return
        if epoch is None and not self._digits.following and self._wanted is not None:
            epoch = self._wanted.epoch
        wanted = self._wanted = Wanted(self._shown_id, self.shown.dataset, epoch, self.shown.epoch)

        def read() -> None:
            try:
                self.post_message(DigitsRead(wanted, *views(wanted, self.home)))
            except Exception as error:
                self.post_message(Trouble(f"the digits cannot be read: {type(error).__name__}: {error}"))

        self.run_worker(read, thread=True, exclusive=True, group="digits")


def _usage(device: Device | None) -> dict[str, Any]:
    """How full and how busy a device is, as far as that is known."""
    if device is None:
        return {}
    total, free = device.memory_total, device.memory_free
    taken = total - free if total is not None and free is not None else None
    return {"memory": taken, "memory_total": total, "utilisation": device.utilisation}
