"""What killed processes left in a home: files and folders half written, and run directories without a record."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.files import StoreError, clear_leftovers, is_unfinished, leftovers
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import recent_ids


def find(home: Home) -> list[Path]:
    """What is left and nobody is writing any more."""
    paths = [path for folder in _folders(home) for path in leftovers(folder)]
    return paths + [run.path for run in _without_record(home) if not run.lock.held()]


def clear(home: Home) -> None:
    """Remove it, as far as one may."""
    for folder in _folders(home):
        clear_leftovers(folder)
    for run in _without_record(home):
        with suppress(StoreError, OSError):
            run.lock.acquire()
            try:
                if _is_without_record(run):
                    shutil.rmtree(run.path)
            finally:
                run.lock.release()


def _folders(home: Home) -> Iterator[Path]:
    """Every folder of a home that files are replaced in."""
    yield home.path
    yield home.trash
    for folder, _, _ in os.walk(home.data):
        yield Path(folder)
    yield home.runs
    for id in recent_ids(home.runs):
        run = Run(home.runs / id)
        yield from (run.path, run.predictions_path, run.weights_path)


def _without_record(home: Home) -> list[Run]:
    runs = (Run(home.runs / id) for id in recent_ids(home.runs))
    return [run for run in runs if _is_without_record(run)]


def _is_without_record(run: Run) -> bool:
    """A directory is given its name with its record in it; one that has no file at all never was a run. With any
    other it may be one that somebody is copying here."""
    try:
        return all(path.name == "lock" or is_unfinished(path.name) for path in run.path.iterdir())
    except OSError:
        return False
