"""Which runs something is about to be done to, in words that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.quantities import local_time, percent
from engine.runs.status import LIVE
from engine.text import clean

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

MOST_NAMED, LONGEST = 6, 30


def number_of(runs: Sequence[RunSummary]) -> str:
    """The name of one run, or how many there are."""
    return clean(runs[0].record.name, LONGEST) if len(runs) == 1 else f"{len(runs):,} runs"


def named(runs: Sequence[RunSummary]) -> str:
    """A line for each of the first runs, and how many more there are."""
    lines = [_line(run) for run in runs[:MOST_NAMED]]
    more = len(runs) - MOST_NAMED
    return "\n".join([*lines, *([f"  and {more:,} more"] if more > 0 else [])])


def _line(run: RunSummary) -> str:
    """Its name, when it was made, and how it did or that it is not done."""
    made = local_time(run.record.created) if run.record.created else run.id
    state = run.status if run.status in LIVE or run.test_accuracy is None else percent(run.test_accuracy)
    return f"  {clean(run.record.name, LONGEST)}, {made}, {state}"
