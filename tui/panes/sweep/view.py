"""A sweep as values: its cells, the best first, and what varies between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.quantities import NOTHING, Measure, duration, loss
from engine.runs.status import ENDED, FINISHED, LIVE

if TYPE_CHECKING:
    from engine.sweeps.standing import CellStanding, Standing

BEST = "*"


class CellView(NamedTuple):
    """A cell by its place in the sweep: the texts of its settings, and what it has come to.

    `mean` and `figures` are of the seeds that have finished, `so_far` of all at their last epochs; `share` of its
    epochs are over; `rank` counts the best from 0, None for a cell that has no part in that; `runs` are ids."""

    place: int
    values: tuple[str, ...]
    status: str
    mean: float | None
    deviation: float | None
    figures: str
    so_far: float | None
    share: float
    seconds: str
    ended: int
    runs: tuple[str, ...]
    rank: int | None

    @property
    def known(self) -> float | None:
        """The mean, or what there is of it while it trains."""
        return self.so_far if self.mean is None and self.status in LIVE else self.mean


class SweepView(NamedTuple):
    """A sweep at one moment: the `number`-th of `sweeps`, the newest first; `options` are the values of each setting.

    `counts` of its runs are by status, `words` what it says, a sentence each; nothing is known without a group."""

    group: str = ""
    status: str = ""
    settings: tuple[str, ...] = ()
    options: tuple[tuple[str, ...], ...] = ()
    cells: tuple[CellView, ...] = ()
    seeds: int = 1
    metric: str = ""
    measure: Measure = Measure.SHARE
    ranked: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    seconds_left: float | None = None
    words: tuple[str, ...] = ()
    number: int = 0
    sweeps: int = 0

    def cell(self, place: int) -> CellView | None:
        """The cell at a place of the sweep; the best where there is none."""
        return next((cell for cell in self.cells if cell.place == place), self.cells[0] if self.cells else None)


def figure(measure: Measure, value: float | None) -> str:
    """A mean in few symbols: a share in hundredths, without the sign."""
    if value is None:
        return NOTHING
    return f"{100 * value:.2f}" if measure is Measure.SHARE else loss(value)


def sweep_view(standing: Standing, words: Sequence[str] = (), number: int = 1, sweeps: int = 1) -> SweepView:
    """How a sweep stands."""
    from engine.runs.metrics import METRIC

    record = standing.sweep.record
    metric = METRIC[record.metric]
    ranks = {cell.place: rank for rank, cell in enumerate(standing.ranked)}
    cells = [_cell(standing, cell, ranks.get(cell.place)) for cell in standing.cells]
    left = max(0, standing.runs - sum(standing.counts.values()))
    counts = {**standing.counts, "waiting": standing.counts.get("waiting", 0) + left}
    return SweepView(
        group=record.group,
        status=standing.status,
        settings=record.settings,
        options=tuple(_in_order(column) for column in zip(*standing.sweep.cells, strict=True)),
        cells=tuple(sorted(cells, key=_order)),
        seeds=record.seeds,
        metric=metric.title,
        measure=metric.measure,
        ranked=len(ranks),
        counts=tuple(sorted(((status, runs) for status, runs in counts.items() if runs), key=_of_counts)),
        seconds_left=standing.seconds_left,
        words=tuple(words),
        number=number,
        sweeps=sweeps,
    )


def _cell(standing: Standing, cell: CellStanding, rank: int | None) -> CellView:
    from engine.comparison.formats import spread_text
    from engine.runs.metrics import METRIC

    record = standing.sweep.record
    figures = cell.figures
    by_name = dict(zip(record.settings, cell.values, strict=True))
    epochs = int(by_name.get("epochs", record.base.epochs)) * record.seeds
    return CellView(
        place=cell.place,
        values=cell.values,
        status=cell.status,
        mean=figures.mean if figures else None,
        deviation=figures.deviation if figures else None,
        figures=spread_text(METRIC[record.metric].measure, figures),
        so_far=cell.so_far,
        share=min(1.0, cell.epochs / max(1, epochs)),
        seconds=NOTHING if cell.seconds is None else duration(cell.seconds),
        ended=sum(status == FINISHED for status in cell.statuses),
        runs=tuple(result.id for result in cell.results if result),
        rank=rank,
    )


def _order(cell: CellView) -> tuple[float, int]:
    """The best first, then what trains, what waits, and what has ended without a figure that counts."""
    if cell.rank is not None:
        return cell.rank, 0
    return float("inf"), 1 if cell.status in LIVE else 3 if cell.status in ENDED else 2


def _of_counts(count: tuple[str, int]) -> tuple[int, str]:
    """What is done first, then what trains and what waits."""
    status = count[0]
    return (0 if status == FINISHED else 1 if status in LIVE else 3 if status in ENDED else 2), status


def _in_order(texts: Sequence[str]) -> tuple[str, ...]:
    """Each text once: numbers by size, others in the order in which they were asked for."""
    values = list(dict.fromkeys(texts))
    numbers = numbers_of(values)
    return tuple(values if numbers is None else (text for _, text in sorted(zip(numbers, values, strict=True))))


def numbers_of(texts: Sequence[str]) -> list[float] | None:
    """The numbers that all texts are; None where one is none."""
    try:
        return [float(text) for text in texts]
    except ValueError:
        return None
