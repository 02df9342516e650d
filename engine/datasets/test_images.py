"""The test images alone, for viewers: read from where a data set lies, never fetched or drawn."""

from __future__ import annotations

from dataclasses import dataclass

from engine.datasets import idx, inventory
from engine.datasets.catalogue import SPECS
from engine.datasets.dataset import Bytes
from engine.datasets.inventory import PRESENT
from engine.home import Home


@dataclass(frozen=True, eq=False)
class TestImages:
    """Images (N, 28, 28) and labels (N,), both uint8; `title` is what the data set is called in a sentence."""

    __test__ = False

    name: str
    title: str
    images: Bytes
    labels: Bytes
    class_names: tuple[str, ...]


def load_test_images(name: str, home: Home) -> TestImages | None:
    """The test images of the data set of that name; None where it is not, or not whole."""
    if name not in SPECS:
        return None
    spec = SPECS[name]
    holding = inventory.find(spec, home)[-1]
    if holding.state != PRESENT:
        return None
    try:
        images, labels = (idx.read(holding.raw / file.name, file.shape) for file in spec.files[2:])
    except (OSError, idx.IdxError):
        return None
    return TestImages(name, spec.title, images, labels, spec.class_names)
