"""The shipped sweeps: grids worth trying, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from engine.files import ASSETS

FILE = "sweeps.toml"


@dataclass(frozen=True)
class SweepPreset:
    """A sweep over a preset: `texts` are values to try and settings, as they are typed."""

    name: str
    summary: str
    preset: str
    texts: Mapping[str, str]
    seeds: int
    metric: str


@cache
def sweep_presets() -> Mapping[str, SweepPreset]:
    """The shipped sweeps by name, in the order of the file."""
    content = tomllib.loads((ASSETS / FILE).read_text(encoding="utf-8"))
    return {
        name: SweepPreset(
            name, own["summary"], own["preset"], own["values"], own.get("seeds", 1), own.get("metric", "")
        )
        for name, own in content.items()
    }
