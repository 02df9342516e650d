"""What is told of the devices and of the queue, in words: a value for each column of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.quantities import NOTHING, percent
from engine.runs.summaries import RunSummary
from engine.text import clean, ordinal
from tui.drawing.formatting import status_words

if TYPE_CHECKING:
    from engine.service.protocol import Device, Job

# Letters of what another program or driver says, which may be any number.
LONGEST_USER, LONGEST_MODEL, LONGEST_REASON = 60, 80, 200


@dataclass(frozen=True)
class DeviceFigures:
    """A slot in words; what is not known is a dash, of names nothing.

    `run` is the id of the run that trains on it, or empty, `status` that run's and `share` how much of it is done, in
    [0, 1]; `more` tells of others trained together with it; `memory` is what is free; `users` are the processes of
    others."""

    slot: str
    run: str = ""
    title: str = ""
    more: str = ""
    status: str = ""
    progress: str = NOTHING
    share: float | None = None
    memory: str = NOTHING
    busy: str = NOTHING
    worker: str = NOTHING
    users: str = ""
    model: str = ""


@dataclass(frozen=True)
class QueuedRun:
    """A run that waits: its id, its place from 1 on, for which device, and why, where not for its turn alone."""

    run: str
    place: int
    title: str = ""
    device: str = ""
    reason: str = ""

    @property
    def ordinal(self) -> str:
        return ordinal(self.place)


def device_figures(device: Device, runs: Mapping[str, RunSummary]) -> DeviceFigures:
    """A device with its run, which is found by its id where it is among `runs`."""
    run = runs.get(device.run)
    epochs = run.record.config.epochs if run else 0
    return DeviceFigures(
        slot=clean(device.slot or device.name),
        run=device.run,
        title=run.record.title if run else "",
        more=f"and {device.beside} more" if device.beside else "",
        status=run.status if run else "",
        progress=f"{status_words(run)}, epoch {run.epoch}/{epochs}" if run else NOTHING,
        share=min(1.0, run.epoch / epochs) if run and epochs else None,
        memory=f"{_gibibytes(device.memory_free)} of {_gibibytes(device.memory_total)} GiB",
        busy=percent(device.utilisation, digits=0),
        worker=str(device.worker or NOTHING),
        users=", ".join(
            clean(" ".join(filter(None, (user.owner, user.program, str(user.pid)))), LONGEST_USER)
            for user in device.users
        ),
        model=clean(device.description, LONGEST_MODEL),
    )


def queued_run(job: Job, place: int, runs: Mapping[str, RunSummary]) -> QueuedRun:
    """A run that waits at this place, which is found by its id where it is among `runs`."""
    title = runs[job.run].record.title if job.run in runs else ""
    return QueuedRun(job.run, place, title, clean(job.device), clean(job.reason, LONGEST_REASON))


def _gibibytes(size: int | None) -> str:
    return NOTHING if size is None else f"{size / 2**30:.1f}"
