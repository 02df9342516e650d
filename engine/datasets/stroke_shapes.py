"""The shapes that digits are written in: pen strokes through a few anchors, read from `assets/strokes.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.files import ASSETS

SPACING = 0.035
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shape:
    """One way to write a digit, about one unit high, x to the right and y down.

    `anchors` is (K, 2). The pen's path is `blend @ anchors` with `blend` (P, K), so it follows anchors that were moved;
    `joined` (P - 1,) says which neighbouring points belong to one stroke.
    """

    digit: int
    name: str
    anchors: Floats
    blend: Floats
    joined: npt.NDArray[np.bool_]


def read_shapes() -> list[Shape]:
    """Every shape of every digit, in the order of the file."""
    digits = json.loads((ASSETS / "strokes.json").read_text())
    return [
        make_shape(int(digit), shape["name"], shape["strokes"]) for digit, shapes in digits.items() for shape in shapes
    ]


def make_shape(digit: int, name: str, strokes: Sequence[Sequence[Sequence[float]]]) -> Shape:
    """The shape of strokes given as lists of points; points that are equal are one anchor and stay together."""
    points = list(dict.fromkeys((float(x), float(y)) for stroke in strokes for x, y in stroke))
    index = {point: i for i, point in enumerate(points)}
    parts, joined = [], []
    for stroke in strokes:
        part = _blend([index[float(x), float(y)] for x, y in stroke], np.array(points))
        parts.append(part)
        joined += [True] * (len(part) - 1) + [False]
    return Shape(digit, name, np.array(points), np.concatenate(parts), np.array(joined[:-1]))


def _blend(stroke: list[int], points: Floats) -> Floats:
    """Weights (P, K) of the anchors for the points of one stroke: a Catmull-Rom spline, closed if the ends meet."""
    closed = stroke[0] == stroke[-1]
    before, after = (stroke[-2], stroke[1]) if closed else (stroke[0], stroke[-1])
    padded = [before, *stroke, after]
    rows = []
    for i, (start, end) in enumerate(pairwise(stroke)):
        steps = max(1, round(math.dist(points[start], points[end]) / SPACING))
        for step in range(steps):
            row = np.zeros(len(points))
            np.add.at(row, padded[i : i + 4], _catmull_rom(step / steps))
            rows.append(row)
    last = np.zeros(len(points))
    last[stroke[-1]] = 1
    return np.array([*rows, last])


def _catmull_rom(t: float) -> list[float]:
    """Weights of four points for the place `t` in [0, 1] between the middle two."""
    square, cube = t * t, t * t * t
    return [
        (-t + 2 * square - cube) / 2,
        (2 - 5 * square + 3 * cube) / 2,
        (t + 4 * square - 3 * cube) / 2,
        (cube - square) / 2,
    ]
