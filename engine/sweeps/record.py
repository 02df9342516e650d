"""What a sweep is asked to try, made safe where it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from engine.config.run_config import BY_NAME, RunConfig
from engine.runs.events import now
from engine.runs.kept_epochs import kept_weights_in
from engine.runs.metrics import METRIC
from engine.runs.record import clean_tags
from engine.sweeps.space import Values
from engine.text import LONGEST_NOTE, clean

MOST_SEEDS, FORMAT = 1000, 1
GRID, RANDOM, TPE = "grid", "random", "tpe"
WAYS = (GRID, RANDOM, TPE)


@dataclass(frozen=True)
class SweepRecord:
    """What was asked. `base` is the configuration of a cell but for the `settings`, which have their values there;
    every cell is trained with `seeds` seeds from its own on, and judged by `metric`.

    `way` says how cells are chosen; a search draws `trials` of them, each once others have told what to expect, within
    what the texts of `tried` say of the settings. With `reduction` hopeless cells are ended early, from `min_epochs`
    on."""

    group: str
    base: RunConfig
    settings: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    seeds: int = 1
    metric: str = "test_accuracy"
    way: str = GRID
    trials: int = 0
    min_epochs: int = 1
    reduction: int = 0
    fail_fast: bool = False
    needed: bool = False
    name: str = ""
    preset: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    keep_weights: str = ""
    created: float = field(default_factory=now)
    format: int = FORMAT

    @property
    def all_seeds(self) -> range:
        """The seeds, in order."""
        return range(self.base.seed, self.base.seed + self.seeds)

    def config(self, values: Values, seed: int | None = None) -> RunConfig:
        """The configuration of a cell. Raises ConfigError."""
        chosen: dict[str, object] = dict(zip(self.settings, values, strict=True))
        return self.base.replace(chosen if seed is None else {**chosen, "seed": seed})

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        values = {own.name: getattr(self, own.name) for own in fields(self)}
        return {**values, "base": self.base.to_json()}

    @classmethod
    def from_json(cls, values: object) -> SweepRecord:
        """The record that `values` hold, made safe. Raises ValueError where they hold none."""
        if not isinstance(values, dict):
            raise ValueError("what was asked is missing")
        group, metric, settings = clean(values.get("group")), clean(values.get("metric")), _list(values, "settings")
        base = values.get("base")
        if not group or not isinstance(base, dict):
            raise ValueError("what was asked is damaged")
        if metric not in METRIC or not all(isinstance(name, str) and name in BY_NAME for name in settings):
            raise ValueError("it is of a later version")
        texts = {name: clean(values.get(name)) for name in ("way", "name", "preset")}
        tried, tags = ([text for text in _list(values, name) if isinstance(text, str)] for name in ("tried", "tags"))
        return cls(
            group=group,
            base=RunConfig.from_json(base),
            settings=tuple(settings),
            tried=tuple(tried),
            seeds=max(1, min(_whole(values, "seeds", 1), MOST_SEEDS)),
            metric=metric,
            way=texts["way"] if texts["way"] in WAYS else GRID,
            trials=_whole(values, "trials"),
            min_epochs=max(1, _whole(values, "min_epochs", 1)),
            reduction=_whole(values, "reduction"),
            fail_fast=values.get("fail_fast") is True,
            needed=values.get("needed") is True,
            name=texts["name"],
            preset=texts["preset"],
            tags=clean_tags(tags),
            note=clean(values.get("note"), LONGEST_NOTE),
            keep_weights=kept_weights_in(values),
            created=read_time(values.get("created")),
        )


def _list(values: dict[str, Any], name: str) -> list[Any]:
    value = values.get(name)
    return value if isinstance(value, list) else []


def _whole(values: dict[str, Any], name: str, default: int = 0) -> int:
    value = values.get(name)
    return value if type(value) is int and 0 <= value <= 1_000_000 else default


def read_time(value: object) -> float:
    """The Unix seconds that a value is; 0 where it is none."""
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e11 else 0.0
