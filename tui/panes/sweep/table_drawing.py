"""The lines of the table of cells: a headline of the whole, and a row for each cell, the best first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from engine.quantities import duration, percent
from engine.runs.status import FINISHED, LIVE, QUEUED
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.drawing.styled_lines import Line, Span, crop, fit, plain
from tui.panes.sweep.view import BEST, CellView, SweepView, figure

NO_SWEEP = "No sweep yet. Begin one: mnist-tui sweep deep l2=0,1e-5,1e-4,1e-3"
NO_MATCH = "No cell matches."
GAP = 2
# `1e-4` is seen whole, as are a mean and its deviation; a longer list is cut.
LEAST_VALUE, MOST_VALUE, MOST_FIGURES = 4, 20, 20
MARKED = "▸"


class Column(NamedTuple):
    """What stands above the cells, and in how many cells of the terminal; figures stand at the right."""

    title: str
    cells: int


def headline(view: SweepView, cells: int) -> Line:
    """The sweep, how many of its runs have come to what, and how long the rest takes."""
    spans: list[Span] = [(view.group, "title")]
    for status, runs in view.counts:
        style = status if status in STATUS_SYMBOLS else "dim"
        name = "done" if status == FINISHED else status
        spans.append((f"  {symbol(status)} {runs:,} {name}", style))
    if view.seconds_left is not None:
        spans.append((f"  about {duration(view.seconds_left, 1)} left", ""))
    if view.sweeps > 1:
        spans.append((f"  sweep {view.number} of {view.sweeps}", "dim"))
    return _cropped(spans, cells)


def symbol(status: str) -> str:
    """The symbol of a status of runs; what has no run yet waits."""
    return STATUS_SYMBOLS.get(status, STATUS_SYMBOLS[QUEUED])


def cell_line(view: SweepView, cell: CellView) -> Line:
    """A cell in a line: its settings and what it has come to."""
    settings = " ".join(f"{name}={value}" for name, value in zip(view.settings, cell.values, strict=True))
    return ((f"{settings}  ", "title"), (f"{_figures(view, cell)}  ", ""), *_state(view, cell))


def head(columns: Sequence[Column], cells: int) -> Line:
    """What stands above the columns."""
    titles = [fit(column.title, column.cells, right=True) for column in columns]
    return ((crop("    " + (" " * GAP).join(titles), cells), "header"),)


def row(
    view: SweepView, cell: CellView, columns: Sequence[Column], cells: int, marked: Collection[str], cursor: str = ""
) -> Line:
    """The line of a cell; `cursor` is the style of the one that it is on."""
    is_marked = bool(cell.runs) and all(run in marked for run in cell.runs)
    texts = [*cell.values, _figures(view, cell), cell.seconds]
    shown = (" " * GAP).join(fit(text, c.cells, right=True) for text, c in zip(texts, columns, strict=False))
    line: list[Span] = [
        (MARKED if is_marked else " ", "mark"),
        (BEST if cell.rank == 0 else " ", "best"),
        (f"  {shown}  ", "best" if cell.rank == 0 else "" if cell.rank is not None else "dim"),
        *_state(view, cell),
    ]
    cropped = _cropped(line, cells)
    return ((fit(plain(cropped), cells), cursor),) if cursor else cropped


def columns_of(view: SweepView, cells: int) -> list[Column]:
    """A column for each setting, as far as there is room for all, then the figures and the time."""
    shares = max(LEAST_VALUE, (cells - 50) // max(1, len(view.settings)))
    settings = [
        Column(name, min(MOST_VALUE, shares, max(len(name), *map(len, texts))))
        for name, texts in zip(view.settings, view.options, strict=False)
    ]
    figures = max([len(view.metric), *(len(_figures(view, cell)) for cell in view.cells)])
    return [*settings, Column(view.metric, min(MOST_FIGURES, figures)), Column("time", 6)]


def _figures(view: SweepView, cell: CellView) -> str:
    if cell.mean is None and cell.so_far is not None and cell.status in LIVE:
        return f"{figure(view.measure, cell.so_far)} so far"
    return cell.figures


def _state(view: SweepView, cell: CellView) -> list[Span]:
    """The status of a cell, with how far it is while it trains and how many of its seeds are done."""
    state = "done" if cell.status == FINISHED else cell.status
    if cell.status in LIVE and cell.share:
        state += f" {percent(cell.share, digits=0)}"
    if view.seeds > 1:
        state += f", {cell.ended}/{view.seeds} seeds"
    return [(f"{symbol(cell.status)} {state}", cell.status if cell.status in STATUS_SYMBOLS else "dim")]


def _cropped(spans: list[Span], cells: int) -> Line:
    line: list[Span] = []
    for text, style in spans:
        room = cells - sum(len(shown) for shown, _ in line)
        if room <= 0:
            break
        line.append((crop(text, room), style))
    return tuple(line)
