"""Handwritten-looking digits, drawn from stroke shapes and a seed: data that need no network.

Each digit is a shape whose anchors are moved (an elastic distortion, tremor, stretch, slant and rotation, all larger in
a loose hand), fitted into 20×20 pixels and centred by mass in 28×28 as MNIST's are, and inked with a soft pen. The
steps up to the pen's path use exactly rounded functions alone and those after it whole numbers, so that every machine
draws the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.datasets.catalogue import SIDE
from engine.datasets.dataset import Bytes
from engine.files import ASSETS

SPACING = 0.035
Floats = npt.NDArray[np.float64]

SEED = 0
CHUNK = 2_000
UNIT = 256  # Places and amounts of ink are counted in parts of a pixel.

# Chosen so that the reference networks do on these digits about as they do on MNIST; the distortions are standard
# deviations, of a shape one unit high.
LOOSENESS = (0.6, 2.2)
ELASTIC = 0.06
TREMOR = 0.024
STRETCH = 0.13
SLANT = 0.21
UPRIGHT = 0.1
ROTATION = 0.045
SIZE = (18.0, 20.0)
SHIFT = 0.7
PRESSURE = 0.3
SKIPS = 0.06
PEN = (3.6, 9.5)
PAPER = 90
WHITE = 254

Whole = npt.NDArray[np.int64]


def draw(count: int, seed: int = SEED, drawn: Callable[[int], None] = lambda done: None) -> tuple[Bytes, Bytes]:
    """`count` images, (count, 28, 28), and their labels, (count,). `drawn` is told how many are done."""
    shapes = read_shapes()
    random = np.random.Generator(np.random.PCG64(seed))
    images = np.empty((count, SIDE, SIDE), np.uint8)
    labels = np.empty(count, np.uint8)
    for start in range(0, count, CHUNK):
        chunk = slice(start, min(start + CHUNK, count))
        images[chunk], labels[chunk] = _draw_chunk(shapes, chunk.stop - start, random)
        drawn(chunk.stop)
    return images, labels


def _draw_chunk(shapes: list[Shape], count: int, random: np.random.Generator) -> tuple[Bytes, Bytes]:
    ways = [[i for i, shape in enumerate(shapes) if shape.digit == digit] for digit in range(10)]
    labels = (random.random(count) * 10).astype(np.uint8)
    chosen = [
        ways[digit][int(place * len(ways[digit]))] for digit, place in zip(labels, random.random(count), strict=True)
    ]
    ink = np.zeros(count * SIDE * SIDE)
    for i, shape in enumerate(shapes):
        members = np.flatnonzero(np.equal(chosen, i))
        _deposit(ink, members, *_write(shape, len(members), random))
    return _develop(ink.reshape(count, SIDE, SIDE), random), labels


def _bell(random: np.random.Generator, *shape: int) -> Floats:
    """Bell-shaped numbers of mean 0 and standard deviation 1, none beyond 3."""
    return (random.random(shape) + random.random(shape) + random.random(shape)) * 2 - 3


def _between(ends: tuple[float, float], share: Floats) -> Floats:
    return ends[0] + (ends[1] - ends[0]) * share


def _write(shape: Shape, count: int, random: np.random.Generator) -> tuple[Whole, Whole, Whole]:
    """The paths of `count` digits: x, y and ink of the pen's points, each (count, P), in parts of a pixel."""
    anchors = _bend(shape.anchors - 0.5, count, random)
    path = np.zeros((count, len(shape.blend), 2))
    for k in range(anchors.shape[1]):
        path += shape.blend[:, k, None] * anchors[:, k, None]
    path = _fit(path, random)
    middle = (path[:, 1:] + path[:, :-1]) / 2
    step = path[:, 1:] - path[:, :-1]
    length = np.sqrt(step[..., 0] * step[..., 0] + step[..., 1] * step[..., 1]) * shape.joined
    length *= _pressure(length.shape, random)
    x, y, ink = (np.rint(part * UNIT).astype(np.int64) for part in (middle[..., 0], middle[..., 1], length))
    return _centre(x, ink, random), _centre(y, ink, random), ink


def _bend(anchors: Floats, count: int, random: np.random.Generator) -> Floats:
    """Anchors (K, 2) moved in `count` ways, (count, K, 2)."""
    share = random.random((count, 1))
    hand = _between(LOOSENESS, share * share * share * share)
    x, y = anchors[:, 0], anchors[:, 1]
    # The elastic distortion: displacements that vary slowly, polynomials of about equal size over the unit box.
    waves = (x, y, 4 * x * y, 4 * x * x - 0.5, 4 * y * y - 0.5, 8 * x * x * y, 8 * x * y * y, 8 * y * y * y - 2 * y)
    moved = np.broadcast_to(anchors, (count, *anchors.shape)).copy()
    for wave in waves:
        moved += ELASTIC * hand[..., None] * wave[:, None] * _bell(random, count, 1, 2)
    moved += TREMOR * hand[..., None] * _bell(random, *moved.shape)
    x, y = moved[..., 0], moved[..., 1]
    x = x * (1 + STRETCH * _bell(random, count, 1)) - (UPRIGHT + SLANT * hand * _bell(random, count, 1)) * y
    # By half its tangent, an angle's sine and cosine are rounded alike everywhere.
    half = ROTATION * hand * _bell(random, count, 1)
    cosine, sine = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], -1)


def _fit(path: Floats, random: np.random.Generator) -> Floats:
    """Paths scaled so that the longer side of the inked digit is about 20 pixels."""
    extent: Floats = (path.max(1) - path.min(1)).max(1)
    scale: Floats = (_between(SIZE, random.random(len(path))) - 1.5) / extent
    return path * scale[:, None, None]


def _pressure(shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    """How hard the pen is pressed at each point: it changes along the path, and now and then the pen skips."""
    count, points = shape
    along = np.arange(points) / points
    pressure = 1 + PRESSURE * _bell(random, count, 1) * (along - 0.5)
    skips = random.random((count, 1)) < SKIPS
    begin = random.random((count, 1))
    end = begin + _between((0.05, 0.11), random.random((count, 1)))
    return np.where(skips & (along > begin) & (along < end), 0, np.maximum(pressure, 0.2))


def _centre(at: Whole, ink: Whole, random: np.random.Generator) -> Whole:
    """Places (count, P) along one axis, moved so that the ink's centre is near the middle of the image."""
    mass: Whole = (at * ink).sum(1) // np.maximum(ink.sum(1), 1)
    shift = np.rint(SHIFT * UNIT * _bell(random, len(at))).astype(np.int64)
    middle = (SIDE - 1) * UNIT // 2
    return np.clip(at + (middle - mass + shift)[:, None], UNIT, (SIDE - 2) * UNIT - 1)


def _deposit(ink: Floats, members: npt.NDArray[np.intp], x: Whole, y: Whole, amount: Whole) -> None:
    """Add each point's ink to the four pixels around it; `ink` is flat, `members` the images' places in it."""
    right, down = x % UNIT, y % UNIT
    corner = members[:, None] * (SIDE * SIDE) + y // UNIT * SIDE + x // UNIT
    for offset, share in (
        (0, (UNIT - right) * (UNIT - down)),
        (1, right * (UNIT - down)),
        (SIDE, (UNIT - right) * down),
        (SIDE + 1, right * down),
    ):
        # Sums of whole numbers are exact in doubles, whatever their order.
        np.add.at(ink, corner + offset, (share * amount).astype(np.float64))


def _develop(ink: Floats, random: np.random.Generator) -> Bytes:
    """Images (count, 28, 28) of deposited ink: spread by the pen's width, darkened, cut off at paper and white."""
    grey = (ink / (1 << 12)).astype(np.int32)
    for axis in (1, 2, 1, 2):
        grey = _spread(grey, axis)
    share = random.random(len(ink))
    gain = np.rint(UNIT * _between(PEN, share * share * share)).astype(np.int32)
    shade: npt.NDArray[np.int32] = (((grey >> 8) * gain[:, None, None]) >> 12) - PAPER
    return shade.clip(0, WHITE).astype(np.uint8)


def _spread(image: npt.NDArray[np.int32], axis: int) -> npt.NDArray[np.int32]:
    """Each line smoothed by 1 2 1, which sums to 4."""
    wide = image * 2
    first, last = [slice(None)] * 3, [slice(None)] * 3
    first[axis], last[axis] = slice(None, -1), slice(1, None)
    wide[tuple(last)] += image[tuple(first)]
    wide[tuple(first)] += image[tuple(last)]
    return wide


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
