"""Watching the devices: what trains on each, how busy it has been, and the queue, on a board's view of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from engine.runs.status import QUEUED
from tui.screens.board import Board
from tui.screens.prompts import Prompts
from tui.screens.run_following import RunFollowing

if TYPE_CHECKING:
    from textual.timer import Timer

    from engine.service.protocol import Device
    from tui.workers.engine_requests import EngineWorker
    from tui.workers.messages import EngineFound

# A short history of this many figures, each of so many seconds.
COLUMNS, SECONDS = 30, 4.0


class UtilisationHistory:
    """How busy each device was of late, the last figure of every few seconds; one that is not told anew still holds."""

    def __init__(self) -> None:
        self._figures: dict[str, list[float]] = {}
        # Columns are counted by the clock itself, so that those of all slots end together; an `Interval` begins anew.
        self._column = 0

    def take(self, devices: Sequence[Device], now: float) -> None:
        """These are the figures at `now` (seconds of a clock that never goes back)."""
        self.catch_up(now)
        figures = {device.slot: device.utilisation for device in devices if device.utilisation is not None}
        self._figures = {slot: [*self._figures.get(slot, [0.0])[:-1], busy] for slot, busy in figures.items()}

    def catch_up(self, now: float) -> None:
        """It is `now`, and the figures are what they were."""
        passed, self._column = min(COLUMNS, int(now // SECONDS) - self._column), int(now // SECONDS)
        for figures in self._figures.values():
            figures += figures[-1:] * passed
            del figures[:-COLUMNS]

    def of(self, slot: str) -> tuple[float, ...]:
        """The figures of a slot in [0, 1], the newest last; none where they are not known."""
        return tuple(self._figures.get(slot, ()))


class DeviceWatch:
    """Shows the devices and the queue while they are seen, and empties the queue.

    `engine` is what carries requests; it is called when the first is made."""

    def __init__(
        self, board: Board, following: RunFollowing, prompts: Prompts, engine: Callable[[], EngineWorker]
    ) -> None:
        self._board = board
        self._following = following
        self._prompts = prompts
        self._engine = engine
        self._found: EngineFound | None = None
        self._history = UtilisationHistory()
        self._timer: Timer | None = None

    def take_found(self, event: EngineFound) -> None:
        self._found = event
        self._history.take(event.devices, monotonic())
        self.show()

    def take_lost(self) -> None:
        """There is no engine any more that could tell of devices."""
        self._found = None
        self._history.take((), monotonic())
        self.show()

    def show(self) -> None:
        """Show the devices, the runs on them and the queue, where they are seen."""
        if self._board.view.name != "Devices":
            return
        from tui.panes.devices.view import devices_view

        # What the engine has no news of ages all the same.
        self._timer = self._timer or self._board.set_interval(SECONDS, self.show)
        self._history.catch_up(monotonic())
        engine = self._found
        devices, waiting = (engine.devices, engine.waiting) if engine else ((), ())
        view = devices_view(devices, waiting, self._following.runs, self._history.of)
        self._board.devices.show(view._replace(faults=tuple(engine.faults) if engine else ()))

    def open(self, run_id: str) -> None:
        """Show a run in the view of its panes."""
        self._following.show_run(run_id)
        self._board.go_to(0)

    def ask_to_empty(self) -> None:
        """Take all runs out of the queue, after a question."""
        waiting = [run.id for run in sorted(self._following.runs, key=lambda run: run.place) if run.status == QUEUED]
        if not waiting:
            self._prompts.tell("Nothing is in the queue.")
            return
        runs = f"all {len(waiting)} runs" if len(waiting) > 1 else "the only run"
        question = f"Take {runs} out of the queue? What is taken out can be queued again in the History."
        self._prompts.confirm(question, lambda: self._engine().drop_all(waiting))
