"""What a node has installed. This module travels to it by value, so that it needs nothing but Python."""

from __future__ import annotations

from importlib import metadata
from typing import NamedTuple


class Versions(NamedTuple):
    """Of the program and of PyTorch; empty for what is not installed."""

    program: str
    torch: str


def versions() -> tuple[str, str]:
    """Those of this machine, as the values of a `Versions`."""
    try:
        from engine import __version__ as program
    except ImportError:
        program = ""
    try:
        torch = metadata.version("torch")
    except metadata.PackageNotFoundError:
        torch = ""
    return program, torch
