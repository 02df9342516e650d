"""An image of a digit drawn in text, by one of four styles.

A character is about twice as high as wide, so a row of text stands for two rows of pixels (braille: four).
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import numpy.typing as npt

from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, Tone

HALF_BLOCKS, SHADES, PLAIN, BRAILLE = "half blocks", "shades", "ASCII", "braille"
# From dark to light.
SHADES_RAMP, PLAIN_RAMP = " ░▒▓█", " .:-=+*#%@"
GREYS = 16
# Sixteen greys read well at this gamma; so much ink makes a dot of braille.
GAMMA = 0.8
BRAILLE_THRESHOLD = 96
# Bits of a braille cell's dots, four rows of two, above U+2800.
BRAILLE_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])

Image = npt.NDArray[np.uint8]


def styles(glyphs: Glyphs, colours: int) -> tuple[str, ...]:
    """The styles a terminal can show, the most readable first."""
    if not glyphs.unicode:
        return (PLAIN,)
    braille = (BRAILLE,) if glyphs.braille else ()
    if colours < 256:
        return (SHADES, *braille, PLAIN)
    return (HALF_BLOCKS, *braille, SHADES, PLAIN)


def lightest(styles: tuple[str, ...]) -> str:
    """The most readable of these styles that does not take a colour for every cell, a hundred times the bytes."""
    return next(style for style in styles if style != HALF_BLOCKS)


def draw(image: Image, style: str, small: bool = False) -> list[Line]:
    """An image of shape (28, 28) in 14 lines of 28 cells; a small one in 7 lines of 14."""
    if style == BRAILLE:
        return [((row, "digit"),) for row in braille(image if small else enlarge(image))]
    if small:
        image = shrink(image)
    if style == HALF_BLOCKS:
        return half_blocks(image)
    ramp = SHADES_RAMP if style == SHADES else PLAIN_RAMP
    return [((row, "digit"),) for row in ramped(image, ramp)]


def half_blocks(image: Image) -> list[Line]:
    """Two pixels a cell, in sixteen greys: the upper one the symbol's colour, the lower one behind it."""
    greys = _levels(image, GREYS).tolist()
    return [tone_line(upper, lower) for upper, lower in zip(greys[::2], greys[1::2], strict=True)]


def ramped(image: Image, ramp: str) -> list[str]:
    """One character of `ramp` (dark to light) for the mean of two pixels, one above the other."""
    pairs = image.reshape(image.shape[0] // 2, 2, image.shape[1]).mean(1)
    return ["".join(ramp[level] for level in row) for row in _levels(pairs, len(ramp)).tolist()]


def braille(image: Image) -> list[str]:
    """Eight pixels a cell, each a dot or none."""
    rows, columns = image.shape
    cells = (image >= BRAILLE_THRESHOLD).reshape(rows // 4, 4, columns // 2, 2)
    codes = 0x2800 + (cells * BRAILLE_DOTS[:, None, :]).sum((1, 3))
    return ["".join(map(chr, row)).replace("\u2800", " ") for row in codes.tolist()]


def shrink(image: Image) -> Image:
    """Half as wide and high, each pixel the mean of four."""
    rows, columns = image.shape
    means: npt.NDArray[np.float64] = image.reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
    return means.astype(np.uint8)


def enlarge(image: Image) -> Image:
    """Twice as wide and high, interpolated."""
    pixels = image.astype(np.float64)
    for axis in (0, 1):
        doubled = np.repeat(pixels, 2, axis)
        padded = np.pad(doubled, [(1, 1) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        before, after = (np.delete(padded, ends, axis) for ends in ([-2, -1], [0, 1]))
        pixels = (before + 2 * doubled + after) / 4
    return pixels.astype(np.uint8)


def _levels(pixels: npt.NDArray[np.generic], levels: int) -> npt.NDArray[np.intp]:
    shares = np.asarray(pixels, np.float64) / 255
    return np.rint(shares**GAMMA * (levels - 1)).astype(np.intp)


def tone_line(upper: list[int], lower: list[int]) -> Line:
    """Cells of equal greys joined, a space where both halves agree."""
    runs = []
    for tone, cells in groupby(map(Tone, upper, lower)):
        symbol = " " if tone.symbol == tone.behind else "▀"
        runs.append((symbol * len(list(cells)), tone))
    return tuple(runs)
