"""The shapes digits are written in."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets.stroke_shapes import Shape, make_shape, read_shapes

SHAPES = read_shapes()


def test_every_digit_has_several_shapes_with_names_of_their_own() -> None:
    for digit in range(10):
        names = [shape.name for shape in SHAPES if shape.digit == digit]
        assert len(set(names)) == len(names) >= 4


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.digit} {shape.name}")
def test_a_path_follows_its_anchors(shape: Shape) -> None:
    path = shape.blend @ shape.anchors
    assert np.allclose(shape.blend.sum(1), 1)
    assert (np.linalg.norm(path[:, None] - shape.anchors, axis=2).min(0) < 1e-9).all()
    assert np.abs(path - 0.5).max() < 0.56
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps[shape.joined].max() < 0.08


def test_strokes_that_touch_stay_together_and_the_pen_lifts_between_them() -> None:
    shape = make_shape(7, "two", [[(0, 0), (1, 0)], [(1, 0), (1, 1)]])
    assert shape.anchors.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert (~shape.joined).sum() == 1
    moved = shape.blend @ (shape.anchors + np.array([[0, 0], [0.5, 0], [0, 0]]))
    lift = np.flatnonzero(~shape.joined)[0]
    assert np.allclose(moved[lift], moved[lift + 1])


def test_a_closed_stroke_has_no_corner_where_it_closes() -> None:
    ring = [(0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)]
    shape = make_shape(0, "ring", [ring])
    path = shape.blend @ shape.anchors
    first, last = path[1] - path[0], path[-1] - path[-2]
    assert np.dot(first, last) / np.linalg.norm(first) / np.linalg.norm(last) > 0.95
