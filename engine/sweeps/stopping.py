"""Stopping a sweep from another process, whoever feeds it: a file beside that of the sweep asks for it."""

from __future__ import annotations

from pathlib import Path

from engine.files import StoreError, write_whole
from engine.home import Home
from engine.sweeps.sweep_file import read_sweep, sweep_lock, sweep_path

BY_REQUEST = "stopped by request"


def ask_to_stop(home: Home, group: str) -> None:
    """Ask who feeds a sweep to stop its runs and to begin no more. Raises StoreError where nobody does, or OSError."""
    read_sweep(home, group)
    if not sweep_lock(home, group).held():
        raise StoreError(f"{group} is not in training")
    write_whole(_request_path(home, group), b"stop", 0o600)


def take_request(home: Home, group: str) -> bool:
    """Whether that was asked since the last call. For who feeds the sweep alone."""
    try:
        _request_path(home, group).unlink()
    except OSError:
        return False
    return True


def _request_path(home: Home, group: str) -> Path:
    return sweep_path(home, group).with_suffix(".request")
