"""Pictures of any kind come out as MNIST's are: the same drawing is the same image, however it is drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.handwriting.size_normalisation import BOX, CENTRE, ink_of, normalised
from tests.builders.handwriting import Points, brightness

Images = npt.NDArray[np.uint8]
STROKES = st.lists(st.tuples(st.integers(20, 80), st.integers(20, 80)), min_size=2, max_size=5).filter(
    lambda points: max(np.ptp(np.array(points), axis=0)) >= 20
)


def image_of(light: Images) -> Images:
    ink = ink_of(light)
    assert ink is not None
    image = normalised(ink)
    assert image is not None
    return image


def difference(one: Images, other: Images) -> float:
    """The mean difference of pixels, as a share of the range."""
    return float(np.abs(one.astype(float) - other).mean()) / 255


@given(STROKES)
def test_every_drawing_fills_the_box_and_has_its_mass_in_the_middle(points: Points) -> None:
    image = image_of(brightness(points)).astype(float)
    assert image.shape == (28, 28) and image.max() == 255
    lit = [np.flatnonzero((image > 40).any(axis)) for axis in (0, 1)]
    assert BOX - 2 <= max(np.ptp(one) + 1 for one in lit) <= BOX + 1
    along = np.arange(28) + 0.5
    for axis, lines in ((0, lit[0]), (1, lit[1])):
        centre = float((image.sum(axis) * along).sum() / image.sum())
        # Nothing is cut off to have it there.
        assert abs(centre - CENTRE) < 0.3 or lines[0] <= 1 or lines[-1] >= 26


@given(STROKES, st.integers(0, 60), st.integers(0, 60))
def test_moving_a_drawing_changes_nothing(points: Points, down: int, right: int) -> None:
    light = brightness(points)
    moved = np.pad(light, ((down, 60 - down), (right, 60 - right)), constant_values=255)
    assert np.array_equal(image_of(moved), image_of(light))


@given(STROKES, st.sampled_from([2, 3, 5]))
def test_enlarging_a_drawing_changes_almost_nothing(points: Points, factor: int) -> None:
    light = brightness(points)
    enlarged = light.repeat(factor, 0).repeat(factor, 1)
    assert difference(image_of(enlarged), image_of(light)) < 0.02


@given(STROKES, st.integers(0, 255), st.integers(0, 255))
def test_ink_is_what_differs_from_the_border_dark_or_light(points: Points, ink: int, paper: int) -> None:
    light = brightness(points, ink=ink, paper=paper)
    if abs(ink - paper) < 16:
        assert ink_of(light) is None
    else:
        assert np.array_equal(image_of(light), image_of(brightness(points)))


def test_an_image_of_mnist_stays_as_it_is() -> None:
    image = image_of(brightness())
    again = normalised(image / 255)
    assert again is not None and difference(again, image) < 0.02


def test_uneven_paper_is_no_ink() -> None:
    light = brightness(ink=40, paper=200).astype(float)
    light += np.linspace(-12, 12, 100)
    uneven = image_of(np.rint(light).astype(np.uint8))
    assert difference(uneven, image_of(brightness())) < 0.02


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (28, 28)])
def test_there_is_nothing_on_an_empty_page(size: tuple[int, int]) -> None:
    assert ink_of(np.full(size, 200, np.uint8)) is None
    assert normalised(np.zeros(size)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1)])
def test_a_dot_and_a_line_are_drawings(shape: tuple[int, int]) -> None:
    image = normalised(np.ones(shape))
    assert image is not None and image.max() == 255
