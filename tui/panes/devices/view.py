"""The devices and the queue as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from engine.config.differences import titles
from engine.runs.status import QUEUED
from engine.runs.summaries import RunSummary
from tui.drawing.device_figures import DeviceFigures, QueuedRun, device_figures, queued_run

if TYPE_CHECKING:
    from engine.service.protocol import Device, Job


class DeviceRow(NamedTuple):
    """A device, and how busy it was of late: shares in [0, 1], the newest last. It stands for `like_it` more."""

    figures: DeviceFigures
    history: tuple[float, ...] = ()
    like_it: int = 0


class DevicesView(NamedTuple):
    """All devices, why others are not used, and the queue in its order."""

    devices: tuple[DeviceRow, ...] = ()
    queue: tuple[QueuedRun, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[str, ...]:
        """The ids of the runs there are to go to: those on devices, and those that wait."""
        training = [row.figures.run for row in self.devices if row.figures.run]
        return tuple(dict.fromkeys([*training, *(queued.run for queued in self.queue)]))


def devices_view(
    devices: Sequence[Device],
    waiting: Sequence[Job],
    runs: Sequence[RunSummary],
    history: Callable[[str], tuple[float, ...]],
) -> DevicesView:
    """What the engine tells of its devices and of why runs wait, with what is listed of `runs`, which is newer.
    What tells the runs apart stands first in their titles.

    `history` tells by the name of a slot how busy it was."""
    from engine.service.protocol import Job

    known = {run.id: run for run in runs}
    jobs = {job.run: job for job in waiting}
    queued = sorted((run for run in runs if run.status == QUEUED), key=lambda run: (run.place, run.id))
    told = [*(known[device.run] for device in devices if device.run in known), *queued]
    named = dict(zip((run.id for run in told), titles([run.record for run in told]), strict=True))
    figures = (replace(device_figures(device, known), title=named.get(device.run, "")) for device in devices)
    queue = (
        queued_run(jobs.get(run.id) or Job(run=run.id, device=run.record.config.device), number, known)
        for number, run in enumerate(queued, 1)
    )
    return DevicesView(
        tuple(DeviceRow(row, history(row.slot)) for row in figures),
        tuple(replace(run, title=named[run.run]) for run in queue),
    )
