"""What is said when the console is left."""

from __future__ import annotations

from contextlib import suppress

from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.state import LIVE, QUEUED
from engine.runs.summaries import RunSummary, recent_ids, summarise
from tui.exit_codes import NAME

LATEST = 50


def farewell(home: Home) -> str:
    """One line: what goes on, and how to come back."""
    live = [run for run in _latest(home) if run.status in LIVE]
    under_way = [run for run in live if run.status != QUEUED] or live
    if not under_way:
        return f"Nothing is being trained. Come back with: {NAME}"
    run, more = under_way[0], len(live) - 1
    who = f"{run.record.name} and {more} more go on" if more else f"{run.record.name} goes on"
    where = f"{run.status}, epoch {run.epoch} of {run.record.config.epochs}"
    return f"{who} ({where}). Come back with: {NAME}"


def _latest(home: Home) -> list[RunSummary]:
    found = []
    for id in recent_ids(home.runs)[:LATEST]:
        with suppress(StoreError):
            found.append(summarise(Run(home.runs / id)))
    return found
