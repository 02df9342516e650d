"""Synthetic digits: the same everywhere, like MNIST's in form, and with the reference's story in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.datasets import idx, synthetic
from engine.datasets.catalogue import SPECS
from engine.datasets.dataset import Bytes
from engine.datasets.synthetic import Shape, make_shape, read_shapes

SPEC = SPECS["synthetic"]


@pytest.fixture(scope="module")
def drawn(drawn_digits: Path) -> tuple[Bytes, Bytes]:
    """All the images and labels, as they were drawn for these tests."""
    train, train_labels, test, test_labels = (
        idx.read(drawn_digits / "raw" / file.name, file.shape) for file in SPEC.files
    )
    return np.concatenate([train, test]), np.concatenate([train_labels, test_labels])


def test_every_machine_draws_the_same_bytes(drawn: tuple[Bytes, Bytes]) -> None:
    images, labels = drawn
    parts = (images[:60_000], labels[:60_000], images[60_000:], labels[60_000:])
    assert tuple(hashlib.sha256(idx.encode(part)).hexdigest() for part in parts) == SPEC.sha256


def test_another_seed_draws_other_digits() -> None:
    images, labels = synthetic.draw(50, seed=1)
    others, their_labels = synthetic.draw(50, seed=2)
    assert not np.array_equal(images, others) and not np.array_equal(labels, their_labels)


def test_no_image_comes_twice(drawn: tuple[Bytes, Bytes]) -> None:
    images = drawn[0].reshape(70_000, -1)
    assert len({image.tobytes() for image in images}) == 70_000


def test_classes_are_about_equally_frequent(drawn: tuple[Bytes, Bytes]) -> None:
    assert np.bincount(drawn[1], minlength=10).min() > 6_500


def test_pixels_are_those_the_catalogue_tells_and_about_mnists(drawn: tuple[Bytes, Bytes]) -> None:
    scaled = drawn[0][:60_000] / np.float32(255)
    mean, std = scaled.mean(dtype=np.float64), scaled.std(dtype=np.float64)
    assert (round(mean, 4), round(std, 4)) == (SPEC.mean, SPEC.std)
    assert abs(mean - SPECS["mnist"].mean) < 0.02 and abs(std - SPECS["mnist"].std) < 0.02


def test_digits_lie_in_the_middle_as_mnists_do(drawn: tuple[Bytes, Bytes]) -> None:
    images = drawn[0].astype(np.float64)
    edge = np.concatenate([images[:, :2].ravel(), images[:, -2:].ravel(), images[:, :, :2].ravel()])
    assert (edge > 0).mean() < 0.02
    mass = images.sum((1, 2))
    rows = (images.sum(2) * np.arange(28)).sum(1) / mass
    columns = (images.sum(1) * np.arange(28)).sum(1) / mass
    for centre in (rows, columns):
        assert abs(centre.mean() - 13.5) < 0.2 and 0.3 < centre.std() < 1.2


def test_progress_is_told_and_may_end_it() -> None:
    told: list[int] = []
    synthetic.draw(4_500, drawn=told.append)
    assert told == [2_000, 4_000, 4_500]

    def end(done: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        synthetic.draw(4_500, drawn=end)


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_deep_network_beats_the_shallow_one_and_neither_is_perfect(
    drawn: tuple[Bytes, Bytes], one_thread: None
) -> None:
    shallow, deep = accuracy(drawn, []), accuracy(drawn, [128, 64])
    assert 0.84 < shallow < 0.92
    assert 0.93 < deep < 0.985
    assert deep - shallow > 0.035


def accuracy(
    drawn: tuple[Bytes, Bytes], hidden: list[int], train: int = 20_000, test: int = 5_000, epochs: int = 3
) -> float:
    """Test accuracy after training as the reference does, on a share of the digits."""
    torch.manual_seed(0)
    pixels = torch.from_numpy(drawn[0][-train - test :]).reshape(-1, 784).float() / 255
    labels = torch.from_numpy(drawn[1][-train - test :]).long()
    widths = [784, *hidden, 10]
    layers = [torch.nn.Linear(a, b) for a, b in pairwise(widths)]
    parameters: list[torch.Tensor] = [parameter for layer in layers for parameter in layer.parameters()]

    def logits(x: torch.Tensor) -> torch.Tensor:
        for layer in layers[:-1]:
            x = torch.relu(layer(x))
        found: torch.Tensor = layers[-1](x)
        return found

    for _ in range(epochs):
        for batch in torch.randperm(train).split(32):
            loss = torch.nn.functional.cross_entropy(logits(pixels[batch]), labels[batch])
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                torch._foreach_add_(parameters, gradients, alpha=-0.1)
    with torch.no_grad():
        return (logits(pixels[train:]).argmax(1) == labels[train:]).float().mean().item()


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
