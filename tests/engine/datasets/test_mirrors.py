"""Data sets come from where torchvision gets them, and lie as torchvision lays them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import mirrors as source
from engine.datasets.catalogue import SPECS, Spec
from engine.datasets.dataset import DatasetError
from tests.builders.mirror import Toy

FETCHED = [spec for spec in SPECS.values() if spec.name != "synthetic"]


@pytest.mark.parametrize("spec", FETCHED, ids=lambda spec: spec.name)
def test_torchvision_knows_every_file_under_the_same_name(spec: Spec) -> None:
    from torchvision import datasets

    known = source.source_of(spec)
    assert set(known.md5) == {file.archive for file in spec.files}
    assert known.mirrors and all(mirror.endswith("/") for mirror in known.mirrors)
    classes = getattr(datasets, spec.folder).classes
    assert [name.split(" - ")[0] for name in classes] == list(spec.class_names)


def test_torchvision_opens_what_lies_in_the_same_layout(tmp_path: Path) -> None:
    from torchvision import datasets

    toy = Toy.make()
    toy.put(tmp_path)
    opened = datasets.MNIST(str(tmp_path), train=False)
    assert np.array_equal(opened.data.numpy().ravel(), np.frombuffer(toy.raw["t10k-images-idx3-ubyte"], np.uint8)[16:])


def test_a_torchvision_that_cannot_be_imported_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(DatasetError, match="torchvision cannot be imported"):
        source.source_of(SPECS["mnist"])


def test_a_mirror_may_have_the_layout_or_the_files_alone() -> None:
    assert source.places_at("http://example.org/x/", SPECS["kmnist"]) == (
        "http://example.org/x/KMNIST/raw/",
        "http://example.org/x/",
    )
    with pytest.raises(DatasetError, match="begin with http://"):
        source.places_at("ftp://example.org\x1b[31m", SPECS["kmnist"])


@pytest.mark.parametrize(("value", "offline"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_network_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, value: str, offline: bool) -> None:
    monkeypatch.setenv("MNIST_TUI_OFFLINE", value)
    assert source.is_offline() == offline
