"""Data sets kept in memory between runs."""

from __future__ import annotations

import threading

from engine import datasets
from engine.datasets import Dataset, Report
from engine.datasets.catalogue import AUTO, MNIST
from engine.home import Home

# Each takes 55 MB; runs that wait for each other are of one data set, or of two that are compared.
MOST_KEPT = 2


class DatasetCache:
    """The data sets used last. Every method may be called from any thread; two that need the same may both read it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._data: dict[str, Dataset] = {}

    def load(self, name: str, home: Home, report: Report) -> Dataset:
        """As `datasets.load`, but at once where the data set was used lately."""
        # Synthetic digits that stand in for MNIST are to be said so each time, so `auto` means what is kept as MNIST.
        return self._take(MNIST if name == AUTO else name) or self._keep(datasets.load(name, home, report))

    def _take(self, name: str) -> Dataset | None:
        with self._lock:
            data = self._data.pop(name, None)
            if data:
                self._data[name] = data
            return data

    def _keep(self, data: Dataset) -> Dataset:
        with self._lock:
            before = self._data.pop(data.name, None)
            if before and before.fingerprint == data.fingerprint:
                data = before
            self._data[data.name] = data
            while len(self._data) > MOST_KEPT:
                del self._data[next(iter(self._data))]
            return data
