"""Data sets kept between runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine import datasets
from engine.datasets import Dataset
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
