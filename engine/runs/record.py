"""What a run is, as opposed to what happened in it: the content of `run.json`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from engine.config.run_config import ConfigError, RunConfig
from engine.files import StoreError
from engine.runs.events import LATEST
from engine.text import LONGEST_NOTE, clean

MOST_TAGS = 50


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` holds: what a run is, as opposed to what happened in it."""

    id: str
    name: str
    config: RunConfig
    created: float
    tags: tuple[str, ...] = ()
    note: str = ""
    preset: str = ""
    group: str = ""
    parent: str = ""
    starred: bool = False
    host: str = ""
    pid: int = 0
    device: str = ""
    method: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What files made of the run are called: its name, as far as file systems take it, and its id."""
        name = re.sub(r"[^\w.-]+", "-", self.name)[:40].strip(".-")
        return f"{name}-{self.id}" if name else self.id

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        values = {**vars(self), "config": self.config.to_json(), "tags": list(self.tags)}
        return {key: dict(v) if isinstance(v, Mapping) else v for key, v in values.items()}

    @classmethod
    def from_json(cls, values: object, id: str) -> RunRecord:
        """The record that `values` holds, its texts made safe. Raises StoreError when it is none."""
        if not isinstance(values, dict) or not isinstance(values.get("config"), dict):
            raise StoreError(f"{id}: run.json is not a run's record")
        try:
            config = RunConfig.from_json(values["config"])
        except ConfigError as error:
            raise StoreError(f"{id}: run.json: {error}") from None
        tags, pid = values.get("tags"), values.get("pid")
        return cls(
            id=id,
            name=clean(values.get("name")) or id,
            config=config,
            created=_plausible_time(values.get("created")),
            tags=clean_tags(tags) if isinstance(tags, list) else (),
            note=clean(values.get("note"), LONGEST_NOTE),
            preset=clean(values.get("preset")),
            group=clean(values.get("group")),
            parent=clean(values.get("parent")),
            starred=values.get("starred") is True,
            host=clean(values.get("host")),
            pid=pid if type(pid) is int else 0,
            device=clean(values.get("device")),
            method=clean(values.get("method")),
            versions=_clean_mapping(values.get("versions")),
            data=_clean_mapping(values.get("data")),
        )


def clean_tags(tags: Iterable[object]) -> tuple[str, ...]:
    """The tags made safe, each once, the first few."""
    return tuple(dict.fromkeys(islice(filter(None, map(clean, tags)), MOST_TAGS)))


def _plausible_time(value: object) -> float:
    if isinstance(value, (int, float)) and 0 <= value < LATEST:
        return float(value)
    return 0.0


def _clean_mapping(values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    return {clean(key): clean(value) for key, value in list(values.items())[:50]}
