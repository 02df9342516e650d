"""Lines drawn by plotext, the one module that calls it.

plotext aborts the process on what is not a number and takes minutes over what lies outside its limits, so it is handed
nothing but the centres of dots within them. Every thread has a figure of its own: threads must not share one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tui.charts.symbols import Symbols

# Pictures of lines that are kept: of a run's reference, and of what is come back to.
KEPT = 16
_own = threading.local()
_COLOUR = re.compile(r"\x1b\[(?:0|38;5;(\d+))m")


class Trace(NamedTuple):
    """A line through dots, counted from the lower left corner; `colour` from 0 to 254 is given back with its cells."""

    columns: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    joined: npt.NDArray[np.bool_]
    colour: int


class Line(NamedTuple):
    """A trace by its bytes, so that it is known again."""

    columns: bytes
    rows: bytes
    joined: bytes
    colour: int

    @classmethod
    def of(cls, trace: Trace) -> Line:
        columns, rows = (np.asarray(part, np.int64).tobytes() for part in (trace.columns, trace.rows))
        return cls(columns, rows, trace.joined.tobytes(), trace.colour)

    @property
    def trace(self) -> Trace:
        columns, rows = (np.frombuffer(part, np.int64) for part in (self.columns, self.rows))
        return Trace(columns, rows, np.frombuffer(self.joined, np.bool_), self.colour)


class Run(NamedTuple):
    """Cells of one colour side by side, in a row counted from the top."""

    column: int
    row: int
    text: str
    colour: int


def draw(traces: Sequence[Trace], width: int, height: int, symbols: Symbols) -> Sequence[Run]:
    """Draw lines on `width` by `height` cells, later ones over earlier ones."""
    lines = tuple(Line.of(trace) for trace in traces)
    return _drawn(lines, width, height, symbols.trace, symbols.dots)


@lru_cache(maxsize=KEPT)
def _drawn(lines: tuple[Line, ...], width: int, height: int, symbol: str, dots: tuple[int, int]) -> Sequence[Run]:
    import plotext

    across, down = width * dots[0], height * dots[1]
    figure = _figure(width, height)
    for trace in (line.trace for line in lines):
        xs = (np.clip(trace.columns, 0, across - 1) + 0.5) / across
        ys = (np.clip(trace.rows, 0, down - 1) + 0.5) / down
        marker = plotext.marker(symbol, plotext.pixel(foreground=trace.colour + 1))
        signal = figure.signal(xs.tolist(), ys.tolist(), marker=marker).lines(True)
        for index in np.flatnonzero(~trace.joined).tolist():
            signal.line(index, False)
        figure.draw(signal)
    return tuple(_runs(figure.build().string()))


def _figure(width: int, height: int) -> Any:
    """This thread's figure, without axes or curves."""
    import plotext

    figure = getattr(_own, "figure", None)
    if figure is None:
        plotext.terminal.limit(False, False)
        figure = _own.figure = type(plotext.figure)(plotext.terminal)
        figure.theme("colorless").axes(False)
        for axis in ("x", "y"):
            figure.ruler(axis).frequency(0).lim(0, 1).alignment(lim="edge")
    figure.clear.data()
    return figure.plot_size(width, height)


def _runs(drawing: str) -> Iterator[Run]:
    for row, line in enumerate(drawing.splitlines()):
        column, colour = 0, -1
        # Every other part is a colour: its number, or nothing where colour ends.
        for index, part in enumerate(_COLOUR.split(line)):
            if index % 2:
                colour = int(part) - 1 if part else -1
                continue
            if colour >= 0 and part:
                yield Run(column, row, part, colour)
            column += len(part)
