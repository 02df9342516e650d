"""Data sets kept between runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine import datasets
from engine.datasets import Dataset, DatasetError
from engine.datasets.memory_cache import DatasetCache
from engine.home import Home
from engine.runs.events import Event, Notice
from tests.builders.blobs import blobs

Report = Callable[[Event], None]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the data sets that were read, MNIST not being there."""
    names: list[str] = []

    def load(name: str, home: Home, report: Report = lambda event: None) -> Dataset:
        names.append(name)
        if name == "auto":
            report(Notice(message="synthetic digits stand in"))
        return replace(blobs(20, 10), name="synthetic" if name == "auto" else name)

    monkeypatch.setattr(datasets, "load", load)
    return names


def test_a_data_set_is_read_once(home: Home, read: list[str]) -> None:
    shelf = DatasetCache()
    first = shelf.load("kmnist", home, print)
    assert shelf.load("kmnist", home, print) is first
    assert read == ["kmnist"]


def test_the_two_used_last_are_kept(home: Home, read: list[str]) -> None:
    shelf = DatasetCache()
    for name in ("kmnist", "mnist", "kmnist", "synthetic", "kmnist", "mnist"):
        shelf.load(name, home, print)
    assert read == ["kmnist", "mnist", "synthetic", "mnist"]


def test_auto_is_mnist_where_that_is_kept(home: Home, read: list[str]) -> None:
    shelf = DatasetCache()
    mnist = shelf.load("mnist", home, print)
    assert shelf.load("auto", home, print) is mnist


def test_a_stand_in_is_announced_each_time_and_held_once(home: Home, read: list[str]) -> None:
    shelf, told = DatasetCache(), list[Event]()
    first, second = shelf.load("auto", home, told.append), shelf.load("auto", home, told.append)
    assert second is first
    assert [event.name for event in told] == ["notice", "notice"]


def test_what_would_have_to_be_fetched_is_not_at_hand(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_DATA", raising=False)
    with pytest.raises(DatasetError, match="data fetch mnist"):
        DatasetCache().at_hand("mnist", home)


def test_what_is_there_is_at_hand(stocked_home: Home) -> None:
    shelf = DatasetCache()
    data = shelf.at_hand("synthetic", stocked_home)
    assert data.test_images.shape == (10_000, 28, 28)
    assert shelf.at_hand("synthetic", stocked_home) is data
