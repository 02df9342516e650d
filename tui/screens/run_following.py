"""Which runs are followed, and what the panes show of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from engine.runs.status import LIVE, RUNNING
from tui.screens import loading
from tui.screens.board import Board
from tui.workers.run_choice import first_to_show, previous_to

if TYPE_CHECKING:
    from engine.runs.snapshot import RunSnapshot
    from engine.runs.summaries import RunSummary
    from engine.service.protocol import Device
    from tui.workers.messages import Listed, Opened, RunUpdated

# Seconds between drawings of other predictions: more often nobody can look at them.
DIGITS_EVERY = 1.0
# What is the reference where no run has been taken for it: none, or the run before the one that is shown.
NO_REFERENCE, PREVIOUS = "", "previous"


class RunFollowing:
    """Shows the runs of the home on a board: the list of all, one run as it goes on, and its reference.

    `watch` has these runs followed and no others; `others` are to be followed besides."""

    def __init__(self, board: Board, watch: Callable[..., object], others: Callable[[], Sequence[str]]) -> None:
        self.runs: Sequence[RunSummary] = ()
        self.digits_every = DIGITS_EVERY
        self._board = board
        self._watch = watch
        self._others = others
        self._followed: dict[str, RunSnapshot] = {}
        self._shown_id = self._reference_id = NO_REFERENCE
        # The id of the run that somebody took for the reference, or one of the above.
        self._referred = PREVIOUS
        # Whether the run that is shown stays when it has ended and another begins.
        self._chosen = False
        # The run the history's cursor is to be put on as soon as it is listed.
        self._pending_cursor = ""
        # Whether every run that was there has been listed.
        self._has_all_runs = False
        self._devices: Sequence[Device] = ()

    @property
    def shown(self) -> RunSnapshot | None:
        """The run that is shown, once it has been read."""
        return self._followed.get(self._shown_id)

    @property
    def reference(self) -> RunSnapshot | None:
        """The run it is compared with, faintly behind the charts."""
        return self._followed.get(self._reference_id)

    @property
    def shown_id(self) -> str:
        """The id of the run that is shown, or will be once it has been read."""
        return self._shown_id

    @property
    def reference_id(self) -> str:
        """The id of the run it is compared with, nothing where there is none."""
        return self._reference_id

    def known(self, run_ids: Sequence[str]) -> list[RunSnapshot]:
        """Those of these runs that are followed and have been read."""
        return [self._followed[run_id] for run_id in run_ids if run_id in self._followed]

    def summary(self, run_id: str | None) -> RunSummary | None:
        return next((run for run in self.runs if run.id == run_id), None)

    def show_run(self, run_id: str, chosen: bool = True) -> None:
        """Show this run from now on; one that was `chosen` stays even when it has ended and another begins."""
        changed, self._shown_id, self._chosen = run_id != self._shown_id, run_id, chosen
        self.follow()
        if changed and self.shown is not None:
            self._turn_to_shown()

    def compare_with(self, run_id: str) -> None:
        """Take this run for the reference; that which is the reference already, or the run that is shown, switches the
        reference off or, where it is off, takes the previous run again."""
        if run_id not in (self._reference_id, self._shown_id):
            self._referred = run_id
        else:
            self._referred = NO_REFERENCE if self._reference_id else PREVIOUS
        self.follow()

    def follow(self) -> None:
        """Follow the run that is shown, its reference, and the others."""
        previous = previous_to(self._shown_id, self.runs)
        self._reference_id = (previous.id if previous else "") if self._referred == PREVIOUS else self._referred
        if self._reference_id == self._shown_id:
            self._reference_id = NO_REFERENCE
        self._watch(*dict.fromkeys(filter(None, (self._shown_id, self._reference_id, *self._others()))))
        self._show_curves()

    def take_list(self, event: Listed) -> None:
        """Show the runs there are now, and another one where a run has begun that nobody was turned from."""
        self.runs = event.runs
        shown, first = self.summary(self._shown_id), first_to_show(self.runs)
        if first and (shown is None or (not self._chosen and shown.status not in LIVE and first.status in LIVE)):
            self.show_run(first.id, chosen=False)
        else:
            self.follow()
        self._show_history()
        self._show_run()
        self._board.model.show_groups(list(dict.fromkeys(run.record.group for run in self.runs if run.record.group)))
        if event.is_complete and not self._has_all_runs:
            self._has_all_runs = True
            loading.keep()

    def take_opened(self, event: Opened) -> None:
        """Show a run that has been read."""
        self._followed[event.run.id] = event.run
        if event.run.id == self._shown_id:
            self._turn_to_shown()
        else:
            self._show_curves()

    def take_update(self, event: RunUpdated) -> None:
        from engine.runs.events import CheckpointSaved, Epoch, Resumed, RunFinished, RunStarted, Steps

        run = self._followed.get(event.record.id)
        if run is None:
            return
        run.update(event.record, event.events, event.locked)
        if event.record.id == self._shown_id:
            self._show()
            if not all(isinstance(e, Steps) for e in event.events):
                self._observe()
            if any(isinstance(e, (CheckpointSaved, Epoch, Resumed, RunFinished, RunStarted)) for e in event.events):
                self._board.answers.read_within(self.digits_every)

    def forget(self, run_id: str) -> None:
        """Show nothing more of a run that is followed no longer."""
        self._followed.pop(run_id, None)

    def take_devices(self, devices: Sequence[Device]) -> None:
        """Show how full and how busy the device of the run is."""
        self._devices = devices
        if self.shown is not None and self.shown.status == RUNNING:
            self._show()

    def show_details(self) -> None:
        """Show what is known of the run under the cursor of the history."""
        self._board.details.show(self.summary(self._board.history.highlighted), self.runs)

    def _turn_to_shown(self) -> None:
        """Show another run than before, wherever it is shown."""
        self._pending_cursor = self._shown_id
        self._show_history()
        with self._board.app.batch_update():
            self._show()
            self._observe()
        self._board.screen.refresh_bindings()
        if self.shown is not None:
            self._board.answers.show(self.shown)

    def _show(self) -> None:
        """The run that is shown, as it is now."""
        if self.shown is None:
            return
        with self._board.app.batch_update():
            self._show_run()
            self._show_curves()

    def _show_run(self) -> None:
        if self.shown is None:
            return
        from engine.runs.groups import place_in_group
        from tui.panes.run.view import run_view

        device = next((d for d in self._devices if d.run == self._shown_id), None)
        listed = self.summary(self._shown_id)
        place, member = (listed.place, place_in_group(listed, self.runs)) if listed else (0, "")
        run, usage = self.shown, _usage(device)
        view = run_view(run.record, run.state, run.status, place=place, member=member, **usage)
        self._board.run_pane.show(view)

    def _show_curves(self) -> None:
        if self.shown is None:
            return
        from engine.config.differences import short_titles

        record, reference = self.shown.record, self.reference
        on = "" if self.shown.dataset in ("auto", "mnist") else f" on {self.shown.dataset}"
        shown, *beside = short_titles([record, reference.record]) if reference else [record.title]
        compared = ", ref ".join([shown + on, *beside])
        self._board.curves.show(self.shown.state, reference.state if reference else None, compared)
        self._board.answers.show_title(record.title + on)

    def _observe(self) -> None:
        """Say under the charts how the run that is shown is doing."""
        from engine.comparison.observations import observe

        if self.shown is not None:
            self._board.show_observation(self.shown.id, observe(self.shown.state))

    def _show_history(self) -> None:
        with self._board.app.batch_update():
            self._board.history.show(self.runs, time.time())
            if self.summary(self._pending_cursor):
                self._board.history.highlight(self._pending_cursor)
                self._pending_cursor = ""
            self.show_details()


def _usage(device: Device | None) -> dict[str, Any]:
    """How full and how busy a device is, as far as that is known."""
    if device is None:
        return {}
    total, free = device.memory_total, device.memory_free
    taken = total - free if total is not None and free is not None else None
    return {"memory": taken, "memory_total": total, "utilisation": device.utilisation}
