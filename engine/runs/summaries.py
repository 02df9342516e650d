"""The runs of a home: listed, summed up in a line each, and found by what a user calls them."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import StoreError, is_unfinished
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.event_log import Follower, last_events
from engine.runs.events import RunFinished
from engine.runs.queue_order import read_order
from engine.runs.state import RunState
from engine.runs.status import QUEUED, status
from engine.text import clean

if TYPE_CHECKING:
    from engine.runs.record import RunRecord

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{7}")


@dataclass(frozen=True)
class RunSummary:
    """One line of a list of runs; figures are of the last epoch, or of the one that was kept, None before the first;
    `seconds` are of training. `place` in the queue is from 1 on, 0 where that is not known. Where another epoch than
    the last was kept, its training and validation figures are not known here."""

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
    place: int = 0
    validation_accuracy: float | None = None
    validation_loss: float | None = None

    @property
    def id(self) -> str:
        return self.record.id

    def to_json(self) -> dict[str, Any]:
        """The summary as JSON values, what is in `run.json` included."""
        own = {key: _json_figure(value) for key, value in vars(self).items() if key != "record"}
        return {**self.record.to_json(), **own, "device": self.device}


def summarise(run: Run) -> RunSummary:
    """A run in one line, from the last lines of its events; of one that an earlier version began, which has not ended,
    from all its epochs. Raises StoreError when it is not a run."""
    # Asked before the events are read: a run whose lock is free has no event that is still to come.
    locked = run.lock.held()
    record = run.record()
    state = RunState.of(last_events(run.events_path))
    summary = RunSummary(
        record=record,
        status=status(state.phase, locked),
        device=record.device,
        reason=clean(state.reason, 300),
        updated=state.last_time or record.created,
    )
    if state.epochs:
        epoch = state.epochs[-1]
        summary = replace(
            summary,
            epoch=epoch.epoch,
            test_accuracy=epoch.test_accuracy,
            test_loss=epoch.test_loss,
            train_accuracy=epoch.train_accuracy,
            validation_accuracy=epoch.validation_accuracy,
            validation_loss=epoch.validation_loss,
        )
        if not state.measured and state.ending is None:
            # Of an earlier version, each epoch tells of itself alone.
            state = RunState.of(Follower(run.events_path, steps=False).all())
    if isinstance(state.ending, RunFinished) and state.ending.reason:
        summary = replace(summary, test_accuracy=state.ending.test_accuracy, test_loss=state.ending.test_loss)
        if state.kept_epoch != summary.epoch:
            summary = replace(summary, train_accuracy=None, validation_accuracy=None, validation_loss=None)
    return replace(summary, seconds=state.seconds)


def _json_figure(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
            names = sorted((entry.name for entry in entries if not is_unfinished(entry.name)), reverse=True)
    except OSError:
        names = []
    for name in names:
        try:
            if not ID.fullmatch(name):
                raise StoreError(f"{name} is not the id of a run")
            summaries.append(summarise(Run(home.runs / name)))
        except StoreError:
            skipped += 1
    return Listing(with_places(home, summaries), skipped)


def with_places(home: Home, runs: Iterable[RunSummary]) -> list[RunSummary]:
    """The runs, those that wait with their place: in the order that is kept, the others as they were queued."""
    runs = list(runs)
    waiting = [run for run in runs if run.status == QUEUED]
    if not waiting:
        return runs
    order = {id: place for place, id in enumerate(read_order(home))}
    waiting.sort(key=lambda run: (order.get(run.id, len(order)), run.updated, run.id))
    places = {run.id: place for place, run in enumerate(waiting, 1)}
    return [replace(run, place=places[run.id]) if run.id in places else run for run in runs]


def recent_ids(folder: Path) -> list[str]:
    """The ids of the runs in a folder, newest first; what is not named like a run is left out."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e.name for e in entries if ID.fullmatch(e.name) and _is_folder(e)), reverse=True)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link that leads in a circle, or to where one may not look.
        return False


def find_run(home: Home, query: str) -> Run:
    """The run that `query` means: an id, `last`, a name, or the beginning or end of an id. Raises StoreError."""
    return find_among(home.runs, query, "there are no runs yet; start one: mnist-tui train")


def find_among(folder: Path, query: str, none: str) -> Run:
    """The run in `folder` that `query` means. Raises StoreError, which says `none` when there is no run at all."""
    ids = recent_ids(folder)
    runs = [Run(folder / id) for id in ids]
    if not runs:
        raise StoreError(none)
    if query in ids:
        return Run(folder / query)
    if query == "last":
        return next((run for run in runs if name_of(run)), runs[0])
    matches = [run for run in runs if query and name_of(run) == query]
    matches = matches or [run for run in runs if query and (run.id.startswith(query) or run.id.endswith(query))]
    shown = clean(query, 40)
    if len(matches) > 1:
        raise StoreError(f"{shown!r} means {len(matches)} runs, the newest {matches[0].id}; give more of the id")
    if not matches:
        raise StoreError(f"no run is called {shown!r}; see: mnist-tui runs list")
    return matches[0]


def name_of(run: Run) -> str:
    """What a run is called; nothing where its record cannot be read."""
    try:
        return run.record().name
    except StoreError:
        return ""
