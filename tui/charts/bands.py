"""The bands of curves, as shades behind them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tui.charts.canvas import SHADE, Canvas
from tui.charts.chart_data import Curve
from tui.charts.decimation import column_of
from tui.charts.plot_area import Plot
from tui.charts.scale import Array

BLANK = 0x2800
# What each dot of a braille cell adds to the number of its symbol, from the left and from the top.
BRAILLE_DOTS = np.array(((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80)))


def draw_bands(canvas: Canvas, plot: Plot, curves: Iterable[Curve]) -> None:
    """Shade the bands, the first curve's over those of others."""
    shade = ord(plot.symbols.shade)
    for curve in reversed([curve for curve in curves if curve.deviation is not None]):
        dots = _dots(curve, plot)
        numbers = dots * shade if plot.symbols.dots == (1, 1) else _braille(dots, shade)
        for column, row in np.argwhere(numbers).tolist():
            canvas.put(plot.left + column, row, chr(numbers[column, row]), f"{SHADE}{curve.colour}")


def _dots(curve: Curve, plot: Plot) -> npt.NDArray[np.bool_]:
    """Whether each dot, by its column and row, lies in the band."""
    across, down = plot.columns * plot.symbols.dots[0], plot.rows * plot.symbols.dots[1]
    scale, end = plot.axes.y, plot.axes.x.high
    x = curve.until(end)[0]
    low, high = (_by_column(x, bound, end, across) for bound in curve.band(end))
    if scale.log:
        low = np.where(high > 0, np.maximum(low, scale.low), np.nan)
    seen = (low <= scale.high) & (high >= scale.low)
    bottom, top = np.where(seen, scale.fractions(low), np.nan), scale.fractions(high)
    middles = (np.arange(down)[::-1] + 0.5) / down
    return np.asarray((bottom[:, None] <= middles) & (middles <= top[:, None]))


def _braille(dots: npt.NDArray[np.bool_], shade: int) -> npt.NDArray[np.int64]:
    """The numbers of the symbols that show those dots which the shade has too; 0 where there are none."""
    across, down = BRAILLE_DOTS.shape
    cells = dots.reshape(dots.shape[0] // across, across, dots.shape[1] // down, down)
    numbers = (cells * BRAILLE_DOTS[:, None, :]).sum(axis=(1, 3)) & (shade - BLANK)
    return np.where(numbers, numbers + BLANK, 0)


def _by_column(x: Array, values: Array, end: float, columns: int) -> Array:
    """The mean of the values in every column, along straight lines where a column has none; NaN around gaps."""
    if not len(x):
        return np.full(columns, np.nan)
    places, starts = np.unique(column_of(x, end, columns), return_index=True)
    counts = np.diff(np.append(starts, len(x)))
    with np.errstate(all="ignore"):
        means = np.add.reduceat(values / counts.repeat(counts), starts)
        return np.interp(np.arange(columns), places, means, left=np.nan, right=np.nan)
