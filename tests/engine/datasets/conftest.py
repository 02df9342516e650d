"""Nothing of the user's data or network in the tests of data sets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.datasets import catalogue, mirrors
from tests.builders.mirror import Mirror, Toy


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("MNIST_TUI_DATA", "MNIST_TUI_MIRROR", "MNIST_TUI_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A small data set that goes by the name of mnist; its checksums are known, nobody has it."""
    toy = Toy.make()
    monkeypatch.setitem(catalogue.SPECS, "mnist", toy.spec)
    monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source("http://127.0.0.1:9/"))
    return toy


@pytest.fixture
def mirror(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A server that has the small data set, and is where it is known to come from."""
    with Mirror(toy.archives) as mirror:
        monkeypatch.setattr(mirrors, "source_of", lambda spec: toy.source(mirror.url))
        yield mirror
