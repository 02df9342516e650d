"""Which runs have ended since the list of runs was last looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.quantities import percent
from engine.runs.status import LIVE

if TYPE_CHECKING:
    from engine.runs.summaries import RunSummary

NOTHING_ELSE = "nothing else is being trained"


class RunEnds:
    """Compares each list of runs with the one before."""

    def __init__(self) -> None:
        self._live: frozenset[str] = frozenset()

    def take(self, runs: Sequence[RunSummary]) -> str:
        """What has ended between the list before and this one, in words; nothing where nothing has."""
        before, self._live = self._live, frozenset(run.id for run in runs if run.status in LIVE)
        ended = [run for run in runs if run.id in before and run.status not in LIVE]
        if not ended:
            return ""
        text = f"{ended[0].record.name} {ended[0].status}, test {percent(ended[0].test_accuracy)}"
        if len(ended) > 1:
            text = f"{len(ended)} runs ended, the newest: {text}"
        return text if self._live else f"{text}; {NOTHING_ELSE}"
