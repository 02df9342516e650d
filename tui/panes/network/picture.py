"""Weights of pixels as a picture in two colours: what excites a unit, and what inhibits it."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import numpy.typing as npt

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line
from tui.panes.digits.image import GREYS, HALF_BLOCKS, tone_line

# Shades of either colour, as tones beyond the greys of a digit: those that excite are above them, those that inhibit
# below 0.
SHADES, BEYOND = 4, GREYS - 1
EXCITES, INHIBITS = "high", "low"
# From weak to strong, so that both are told apart without colours.
RAMPS = (("░▒▓█", "-~=%"), (":*#@", "-~=%"))

Weights = npt.NDArray[np.float32]


def ramps(glyphs: Glyphs) -> tuple[str, str]:
    """The symbols of what excites and of what inhibits, from weak to strong."""
    return RAMPS[0] if glyphs.unicode else RAMPS[1]


def draw_weights(weights: Weights, style: str, glyphs: Glyphs, small: bool = False) -> list[Line]:
    """Weights (28, 28) in 14 lines of 28 cells, small ones in 7 lines of 14, the largest in the deepest shade.

    In half blocks a cell shows two of them, each as a tone; in any other style their mean as a symbol."""
    if small:
        rows, columns = weights.shape
        weights = weights.reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
    if style == HALF_BLOCKS:
        shades = np.rint(_shares(weights) * SHADES).astype(int)
        tones = np.where(shades > 0, shades + BEYOND, shades).tolist()
        return [tone_line(upper, lower) for upper, lower in zip(tones[::2], tones[1::2], strict=True)]
    pairs = weights.reshape(weights.shape[0] // 2, 2, weights.shape[1]).mean(1)
    high, low = ramps(glyphs)
    levels = np.rint(_shares(pairs) * len(high)).astype(int).tolist()
    return [_symbols(row, high, low) for row in levels]


def _shares(weights: Weights) -> Weights:
    """The weights from -1 to 1, so that the largest is at an end."""
    largest = float(np.abs(weights).max())
    return weights / largest if 0 < largest < np.inf else np.zeros_like(weights)


def _symbols(levels: list[int], high: str, low: str) -> Line:
    spans = []
    for style, run in groupby(levels, key=lambda level: EXCITES if level > 0 else INHIBITS if level < 0 else ""):
        text = "".join(" " if not level else high[level - 1] if level > 0 else low[-level - 1] for level in run)
        spans.append((text, style))
    return tuple(spans)
