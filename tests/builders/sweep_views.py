"""Sweeps as the console shows them, made up for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from engine.comparison.formats import spread_text
from engine.comparison.results import MeanStd
from engine.quantities import NOTHING, Measure
from engine.runs.status import FINISHED
from tui.panes.sweep.view import CellView, SweepView


def sweep_of(options: Mapping[str, Sequence[str]], means: Sequence[float | str]) -> SweepView:
    """A sweep over all combinations: by cell its test accuracy or, without one, its status."""
    known = sorted((mean for mean in means if isinstance(mean, float)), reverse=True)
    cells = [
        _cell(place, values, mean, known.index(mean) if isinstance(mean, float) else None)
        for place, (values, mean) in enumerate(zip(product(*options.values()), means, strict=True))
    ]
    cells.sort(key=lambda cell: len(cells) if cell.rank is None else cell.rank)
    texts = tuple(map(tuple, options.values()))
    return SweepView("mine", "running", tuple(options), texts, tuple(cells), metric="Test accuracy", ranked=len(known))


def _cell(place: int, values: tuple[str, ...], mean: float | str, rank: int | None) -> CellView:
    is_known = isinstance(mean, float)
    status = FINISHED if is_known else str(mean)
    figures = spread_text(Measure.SHARE, MeanStd((mean,))) if isinstance(mean, float) else NOTHING
    so_far = mean if isinstance(mean, float) else None
    runs = () if status == "waiting" else (f"20231114-220000-{place:07x}",)
    return CellView(place, values, status, so_far, None, figures, so_far, 0.0, NOTHING, int(is_known), runs, rank)
