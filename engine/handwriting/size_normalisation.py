"""A picture of a digit made as those of MNIST were.

LeCun, Cortes and Burges, "The MNIST database of handwritten digits": digits "were size normalized to fit in a 20x20
pixel box while preserving their aspect ratio", get grey levels "as a result of the anti-aliasing technique", and "were
centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to position
this point at the center". Over its training images that centre is pixel 14, counted from 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE, BOX = 28, 20
# Where the centre of mass comes to lie, in pixels from the edge: in the middle of pixel 14.
CENTRE = 14.5
# Differences in brightness below this are no drawing, and ink of less than this share of the blackest is no part of it.
LEAST_CONTRAST, LEAST_INK = 16, 0.1


def ink_of(brightness: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    """How much ink there is at each pixel, from 0 to 1, whether dark on light or light on dark; None where nothing is
    drawn.

    The paper is as bright as the border is in the middle; what differs from that no more than most of the border does
    is no ink."""
    light = brightness.astype(np.float32)
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    paper = float(np.median(border))
    darker, lighter = paper - float(light.min()), float(light.max()) - paper
    reach = max(darker, lighter)
    if reach < LEAST_CONTRAST:
        return None
    noise = min(float(np.quantile(np.abs(border - paper), 0.9)), reach / 2)
    difference = light - paper if lighter > darker else paper - light
    ink: npt.NDArray[np.float32] = ((difference - noise) / (reach - noise)).clip(0, 1)
    return ink


def normalised(ink: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8] | None:
    """Ink (height, width) of any size, from 0 to 1, as an image (28, 28) of bytes; None where there is none."""
    rows, columns = (np.flatnonzero((ink >= LEAST_INK).any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    drawn = np.asarray(ink[top : rows[-1] + 1, left : columns[-1] + 1], np.float32)
    scale = BOX / max(drawn.shape)
    # Every corner of the result may lie outside of what is drawn by as much as all that can be seen of it.
    margin = int(np.ceil(SIDE / scale)) + 1
    framed = Image.fromarray(np.pad(drawn, margin))
    y, x = (margin + _start(drawn.sum(axis), scale) for axis in (1, 0))
    field = SIDE / scale
    image = framed.resize((SIDE, SIDE), Image.Resampling.HAMMING, box=(x, y, x + field, y + field))
    pixels = np.asarray(image)
    whole: npt.NDArray[np.uint8] = np.rint(pixels * (255 / pixels.max())).clip(0, 255).astype(np.uint8)
    return whole


def _start(ink: npt.NDArray[np.float32], scale: float) -> float:
    """Where the 28 pixels begin, along one axis, in pixels of what is drawn, of which none is to be cut off."""
    centre = float((ink * (np.arange(len(ink)) + 0.5)).sum() / ink.sum())
    return min(max(centre - CENTRE / scale, len(ink) - SIDE / scale), 0.0)


def image_of(brightness: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """A picture (height, width) as an image (28, 28) like MNIST's; None where nothing is drawn in it."""
    ink = ink_of(brightness)
    return None if ink is None else normalised(ink)
