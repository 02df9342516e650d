"""The cells of a sweep as runs in a list are, so that the filters of runs pick cells as well."""

from __future__ import annotations

from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from engine.sweeps.standing import CellStanding, Standing


def cell_summary(standing: Standing, cell: CellStanding) -> RunSummary:
    """A cell as a run: its status, its settings, the means of its seeds that have finished, and the epoch that all
    have ended; words are looked for in its values and its status."""
    record = standing.sweep.record

    def mean(metric: str) -> float | None:
        figures = cell.measured(metric)
        return figures.mean if figures else None

    return RunSummary(
        RunRecord(
            id="",
            name=record.name,
            config=standing.sweep.configs[cell.place],
            created=record.created,
            tags=record.tags,
            note=" ".join((*cell.values, cell.status)),
            preset=record.preset,
            group=record.group,
        ),
        cell.status,
        epoch=min(len(result.epochs) if result else 0 for result in cell.results),
        test_accuracy=mean("test_accuracy"),
        test_loss=mean("test_loss"),
        train_accuracy=mean("train_accuracy"),
        validation_accuracy=mean("validation_accuracy"),
        validation_loss=mean("validation_loss"),
        seconds=cell.seconds or 0.0,
    )
