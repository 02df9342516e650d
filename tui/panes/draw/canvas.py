"""A canvas of 28 by 28 pixels with a pen, an eraser and a way back."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SIDE = 28
WIDTHS = (1.0, 2.0, 3.0)
# How much wider than the pen the eraser is, so that it takes the soft edges of a line too.
WIDER = 2.0
MOST_STEPS = 1000

Ink = npt.NDArray[np.float32]


class Point(NamedTuple):
    """A place on the canvas in pixels from its left and upper edges; pixel 0 has its middle at 0.5."""

    x: float
    y: float


MIDDLE = Point(SIDE // 2 + 0.5, SIDE // 2 + 0.5)


class Canvas:
    """`ink` (28, 28) from 0 to 1, and the `pen`: where it is, whether it is `down`, how wide, and whether it erases."""

    def __init__(self) -> None:
        self.ink: Ink = np.zeros((SIDE, SIDE), np.float32)
        self.pen = MIDDLE
        self.is_down = self.erases = False
        self.width = WIDTHS[1]
        self._before: deque[tuple[Ink, Point]] = deque(maxlen=MOST_STEPS)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn on it."""
        return not self.ink.any()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def begin(self) -> None:
        """What is drawn from now on is a step, which `undo` takes back as a whole."""
        self._before.append((self.ink, self.pen))

    def draw_to(self, point: Point, erase: bool | None = None) -> None:
        """Draw a line from the pen's place to another, or erase along it; soft at its edges as what is scanned is."""
        erase = self.erases if erase is None else erase
        covered = _covered(self.pen, point, self.width + WIDER * erase)
        self.ink = np.minimum(self.ink, np.float32(1) - covered) if erase else np.maximum(self.ink, covered)
        self.pen = Point(*(min(max(at, 0.5), SIDE - 0.5) for at in point))

    def go(self, right: int, down: int) -> None:
        """Move the pen by whole pixels, as far as the canvas goes; a pen that is down draws, each time a step."""
        x, y = (min(max(int(at) + by, 0), SIDE - 1) + 0.5 for at, by in zip(self.pen, (right, down), strict=True))
        if self.is_down:
            self.begin()
            self.draw_to(Point(x, y))
        else:
            self.pen = Point(x, y)

    def put_down_or_lift(self) -> None:
        """Put the pen down, which makes a dot, or lift it."""
        self.is_down = not self.is_down
        if self.is_down:
            self.begin()
            self.draw_to(self.pen)

    def widen(self) -> None:
        """Take the next wider pen, and after the widest the finest."""
        self.width = WIDTHS[(WIDTHS.index(self.width) + 1) % len(WIDTHS)]

    def replace(self, ink: npt.NDArray[np.uint8]) -> None:
        """Show another picture, bytes of ink, which `undo` takes away again."""
        self.begin()
        self.ink, self.is_down = ink.astype(np.float32) / np.float32(255), False

    def clear(self) -> None:
        """An empty canvas, the pen lifted in its middle; `undo` brings back what was there."""
        self.replace(np.zeros((SIDE, SIDE), np.uint8))
        self.pen, self.erases = MIDDLE, False

    def undo(self) -> None:
        """Take the last step back, the pen to where it was."""
        if self._before:
            self.ink, self.pen = self._before.pop()

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The ink as bytes (28, 28)."""
        whole: npt.NDArray[np.uint8] = np.rint(self.ink * 255).astype(np.uint8)
        return whole


def _covered(start: Point, end: Point, width: float) -> Ink:
    """How much of each pixel a line so wide with round ends covers, by how far the pixel's middle is from it."""
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    along, across = end.x - start.x, end.y - start.y
    length = along * along + across * across
    share = ((x - start.x) * along + (y - start.y) * across) / length if length else np.zeros_like(x)
    share = share.clip(0, 1)
    distance = np.hypot(x - start.x - share * along, y - start.y - share * across)
    covered: Ink = (width / 2 + 0.5 - distance).clip(0, 1).astype(np.float32)
    return covered
