"""What must hold after anything that happens to a home."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.files import is_unfinished
from engine.home import Home
from engine.runs import leftovers
from engine.runs.directory import Run
from engine.runs.status import FAILED, FINISHED, INTERRUPTED, STOPPED, UNQUEUED
from engine.runs.summaries import list_runs
from tests.campaign.case import require
from tests.campaign.processes import Ended, call
from tests.campaign.stock import Stock, digest, require_same

# What each last event makes a run: one that is stopped while it waits was never more than queued.
ENDS = {"run_finished": {FINISHED}, "run_stopped": {STOPPED, UNQUEUED}, "run_failed": {FAILED}}
MOST_LINES = 8
LARGEST_HOME = 16 << 20


def require_well_said(ended: Ended, statuses: tuple[int, ...] = (0, 1, 2)) -> None:
    """Raise Broken unless a program ended with one of these statuses, and in words."""
    said = ended.output + ended.errors
    require("Traceback" not in said, f"there is a traceback: {said[-600:]}")
    require(ended.status in statuses, f"its exit status is {ended.status}: {said[-300:]}")
    raw = {c for c in said if not c.isprintable() and c not in "\n\t"}
    require(not raw, f"there are control characters in what it wrote: {raw!r}")
    require(ended.errors.count("\n") <= MOST_LINES, f"it complains at length: {ended.errors[:600]}")
    require(ended.status in (0, 130) or ended.errors, "it failed without a word")


def require_right(home: Home, stock: Stock) -> None:
    """Raise Broken unless every run that nobody trains is what its events say, and the others are as they were."""
    for summary in list_runs(home).runs:
        said = last_event(Run(home.runs / summary.id))
        right = ENDS.get(said, {INTERRUPTED})
        require(summary.status in right, f"{summary.id} is called {summary.status}, and ends with {said or 'nothing'}")
    require_untouched(home, stock)


def require_untouched(home: Home, stock: Stock) -> None:
    """Raise Broken unless the run that nothing was done to is as it was, and the home no larger than it may be."""
    whole = stock.whole
    require(digest(home.runs / whole.id) == digest(whole.path), "a run was damaged that nothing was done to")
    size = sum(path.lstat().st_blocks * 512 for path in home.path.rglob("*"))
    require(size < LARGEST_HOME, f"the home has grown to {size:,} bytes")


def require_resumed(run: Run, stock: Stock, folder: Path) -> None:
    """Go on with a run unless it is finished. Raises Broken unless it ends as if nothing had happened."""
    if run.state().phase != FINISHED:
        require_well_said(call(["train", "--resume", run.id, "--quiet"], folder), (0,))
    require_same(run, stock)
    left = [path.name for path in run.path.rglob("*") if is_unfinished(path.name) or path.name == "reserve"]
    require(not left, f"these were left behind: {left}")


def require_tidy(home: Home, stock: Stock) -> None:
    """Raise Broken unless what was half written is gone once it was cleared, as an engine does, and nothing else."""
    leftovers.clear(home)
    left = [path.name for path in home.path.rglob("*") if is_unfinished(path.name) or path.name == "reserve"]
    left += [path.name for path in home.runs.iterdir() if not (path / "run.json").exists()]
    require(not left, f"these were left behind: {left}")
    require_untouched(home, stock)


def others(home: Home, stock: Stock) -> list[Run]:
    """The runs of a home that can be read, without the one that nothing is done to."""
    return [Run(home.runs / summary.id) for summary in list_runs(home).runs if summary.id != stock.whole.id]


def last_event(run: Run) -> str:
    """The kind of the last whole event of a run; empty when there is none."""
    with suppress(OSError):
        whole = run.events_path.read_bytes().rpartition(b"\n")[0]
        for line in reversed(whole.splitlines()):
            with suppress(ValueError):
                event: Any = json.loads(line)
                return str(event["event"])
    return ""
