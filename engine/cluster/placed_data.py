"""Data sets in the cluster's object store, from where each goes to a node once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from engine.datasets import Dataset
from engine.datasets.memory_cache import DatasetCache
from engine.home import Home
from engine.runs.events import Event


def put_in_store(data: Dataset) -> Any:
    """The reference of a data set in the cluster's object store."""
    import ray

    return ray.put(data)


class PlacedData:
    """What `place` makes of each data set, for any number of threads."""

    def __init__(self, home: Home, place: Callable[[Dataset], Any]) -> None:
        self._home, self._place = home, place
        self._lock = threading.Lock()
        self._cache = DatasetCache()
        self._placed: dict[str, Any] = {}

    def reference(self, name: str, report: Callable[[Event], None]) -> Any:
        """That of the data set a configuration names. Raises DatasetError, HomeError or OSError, and what `report`
        raises."""
        with self._lock:
            data = self._cache.load(name, self._home, report)
            if data.fingerprint not in self._placed:
                self._placed[data.fingerprint] = self._place(data)
            return self._placed[data.fingerprint]
