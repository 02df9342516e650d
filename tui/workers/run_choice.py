"""Which runs are on the screen: the one that is shown, its reference, and those compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.runs.status import FAILED, LIVE, QUEUED

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

# More curves than this nobody tells apart, and every run compared is followed.
MOST_COMPARED = 40


def first_to_show(runs: Sequence[RunSummary]) -> RunSummary | None:
    """The run to show when nobody chose one, of `runs` newest first: one that trains, else waits, else the newest."""
    waiting = sorted((r for r in reversed(runs) if r.status == QUEUED), key=lambda run: run.place)
    ranks = [[r for r in runs if r.status in LIVE - {QUEUED}], waiting, runs]
    return next((rank[0] for rank in ranks if rank), None)


def to_compare(marked: Sequence[str], shown: str, reference: str) -> tuple[str, ...]:
    """The runs to compare, the baseline first: the `marked` ones, or one of them, else the `reference`, against
    the one that is shown."""
    if len(marked) > 1:
        return tuple(marked[:MOST_COMPARED])
    return tuple(dict.fromkeys(filter(None, (marked[0] if marked else reference, shown))))


def newly_failed(before: Sequence[RunSummary], after: Sequence[RunSummary]) -> list[RunSummary]:
    """The runs that have failed since they were listed as alive."""
    alive = {run.id for run in before if run.status in LIVE}
    return [run for run in after if run.status == FAILED and run.id in alive]


def previous_to(run_id: str, runs: Sequence[RunSummary]) -> RunSummary | None:
    """The newest run with figures that is older than `run_id` and has not failed, of `runs` newest first."""
    older = (run for run in runs if run.id < run_id and run.status != FAILED)
    return next((run for run in older if run.test_accuracy is not None), None)
