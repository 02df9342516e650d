"""The runs of a home: listed, summed up in a line each, and found by what a user calls them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from engine.eventlog import last_events
from engine.files import StoreError
from engine.home import Home
from engine.record import RunRecord
from engine.run import Run
from engine.state import RunState
from engine.text import clean


@dataclass(frozen=True)
class RunSummary:
    """One line of a list of runs; figures are of the last epoch, None before the first."""

    record: RunRecord
    status: str
    epoch: int = 0
    test_accuracy: float | None = None
    test_loss: float | None = None
    train_accuracy: float | None = None
    seconds: float = 0.0
    device: str = ""
    reason: str = ""
    updated: float = 0.0

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.record.id


def summarise(run: Run) -> RunSummary:
    """A run in one line, from the last lines of its events. Raises StoreError when it is not a run."""
    record = run.record()
    state = RunState()
    for event in last_events(run.events_path):
        state.apply(event)
    summary = RunSummary(
        record=record,
        status=run.status(state.phase),
        epoch=state.epoch,
        device=record.device,
        reason=clean(state.reason, 300),
        updated=state.last_time or record.created,
    )
    if state.epochs:
        epoch = state.epochs[-1]
        summary = replace(
            summary,
            test_accuracy=epoch.test_accuracy,
            test_loss=epoch.test_loss,
            train_accuracy=epoch.train_accuracy,
        )
    seconds = state.ending.seconds if state.ending else max(0.0, state.last_time - record.created)
    return replace(summary, seconds=seconds)


@dataclass(frozen=True)
class Listing:
    """The runs of a home, newest first, and how many directories were not runs."""

    runs: list[RunSummary]
    skipped: int


def list_runs(home: Home) -> Listing:
    """Every run of a home; what is not a run is counted and passed over."""
    summaries, skipped = [], 0
    try:
        with os.scandir(home.runs) as entries:
            names = sorted((entry.name for entry in entries), reverse=True)
    except OSError:
        names = []
    for name in names:
        try:
            summaries.append(summarise(Run(home.runs / name)))
        except StoreError:
            skipped += 1
    return Listing(summaries, skipped)


def find_run(home: Home, wanted: str) -> Run:
    """The run that `wanted` means: an id, its beginning or end, a name, or `last`. Raises StoreError."""
    try:
        ids = sorted(entry.name for entry in os.scandir(home.runs) if entry.is_dir())
    except OSError:
        ids = []
    if not ids:
        raise StoreError("there are no runs yet; start one: mnist-tui train")
    if wanted in ids:
        return Run(home.runs / wanted)
    if wanted == "last":
        return Run(home.runs / ids[-1])
    matches = [id for id in ids if wanted and (id.startswith(wanted) or id.endswith(wanted))]
    matches = matches or [id for id in ids if _name(Run(home.runs / id)) == wanted]
    if len(matches) == 1:
        return Run(home.runs / matches[0])
    shown = clean(wanted, 40)
    if matches:
        raise StoreError(f"{shown!r} means {len(matches)} runs, among them {matches[-1]}; give more of the id")
    raise StoreError(f"no run is called {shown!r}; see: mnist-tui runs list")


def _name(run: Run) -> str:
    try:
        return run.record().name
    except StoreError:
        return ""
